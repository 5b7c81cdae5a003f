"""The reference page of the public interface, from the models of its messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from willow_ray.protocol import closes
from willow_ray.protocol.errors import CODES, RPC_CODES, RPC_WILLOW
from willow_ray.protocol.methods import METHODS, NOTIFICATIONS, Method
from willow_ray.protocol.typescript import definitions, type_of

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = {
    "read": "looks at the data of a version and may become a job",
    "mutate": "waits for its turn and goes into the journal",
    "control": "is answered at once",
}

INTRODUCTION = """\
# Messages

What goes over the WebSocket `/api/sessions/{id}/rpc`, as JSON-RPC 2.0: one message per text frame, params by
name. Types are written as in TypeScript; `?` marks what may be left out.

"""


ERRORS = f"""\
In HTTP a code is `error.code`; in JSON-RPC the first four have numbers of their own, and all others have
{RPC_WILLOW} with the code in `data.code`.

"""


def protocol_page() -> str:
    """Return all methods, notifications, error codes and types."""
    schemas = definitions()
    kinds = "".join(f"- `{kind}`: {meaning}\n" for kind, meaning in KINDS.items())
    return "".join(
        [
            INTRODUCTION,
            f"## Methods\n\n{kinds}\n",
            "| method | kind | params | result |\n| --- | --- | --- | --- |\n",
            *(_method(name, method) for name, method in METHODS.items()),
            "\n## Notifications\n\n| notification | params |\n| --- | --- |\n",
            *(f"| `{name}` | {_link(model.__name__)} |\n" for name, model in NOTIFICATIONS.items()),
            "\n## Errors\n\n",
            ERRORS,
            "| code | HTTP | JSON-RPC | meaning |\n| --- | --- | --- | --- |\n",
            *(
                f"| `{name}` | {code.status} | {RPC_CODES.get(name, RPC_WILLOW)} | {code.meaning} |\n"
                for name, code in CODES.items()
            ),
            "\n## Codes that close the socket\n\n| code | meaning |\n| --- | --- |\n",
            *(f"| {code} | {meaning} |\n" for code, meaning in closes.MEANINGS.items()),
            "\n## Types\n",
            *(_definition(name, schema) for name, schema in sorted(schemas.items())),
        ]
    )


def _method(name: str, method: Method) -> str:
    params, result = _link(method.params.__name__), _link(method.result.__name__)
    return f"| `{name}` | {method.kind} | {params} | {result} |\n"


def _definition(name: str, schema: dict[str, Any]) -> str:
    members = "".join(_members(schema))
    table = f"\n| member | type | meaning |\n| --- | --- | --- |\n{members}" if members else ""
    alias = "" if "properties" in schema or name == "NoParams" else f"\n`{type_of(schema)}`\n"
    described = schema.get("description", "")
    return f"\n### {name}\n" + (f"\n{described}\n" if described else "") + alias + table


def _members(schema: dict[str, Any]) -> Iterator[str]:
    required = schema.get("required", ())
    for name, value in schema.get("properties", {}).items():
        mark = "" if name in required else "?"
        written = type_of(value).replace("readonly ", "").replace("|", "\\|")
        yield f"| `{name}{mark}` | `{written}` | {value.get('description', '')} |\n"


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"
