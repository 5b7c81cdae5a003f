"""What is said below a parameter describes it in the JSON Schema of its model.

pydantic's `use_attribute_docstrings` does the same, but reads the source of every class when the class is
made, which was a third of what importing the operations took. Here it is read when a schema is asked for.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from pydantic import BaseModel

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema


class Described(BaseModel):
    """Base of models whose fields are described by docstrings; a field's own `description` wins."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> JsonSchemaValue:
        """Return the schema with the descriptions."""
        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        for model in cls.__mro__:
            if model is not Described and issubclass(model, Described):
                for name, text in attribute_docstrings(model).items():
                    alias = cls.model_fields[name].alias or name
                    for key in {name, alias} & set(properties):
                        properties[key].setdefault("description", text)
        return schema


@cache
def attribute_docstrings(model: type) -> dict[str, str]:
    """Return the docstrings of the fields that a class itself declares; none when there is no source."""
    try:
        source = textwrap.dedent(inspect.getsource(model))
    except OSError:
        return {}
    (definition,) = ast.parse(source).body
    assert isinstance(definition, ast.ClassDef)
    return {
        field.target.id: inspect.cleandoc(said.value.value)
        for field, said in pairwise(definition.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(said, ast.Expr)
        and isinstance(said.value, ast.Constant)
        and isinstance(said.value.value, str)
    }
