"""Steps as a Python script that needs `dcs` only and makes the same table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import JsonValue

    from dcs.operation import Operation

_SCRIPT = '''\
"""{title}

Usage: python clean.py SOURCE TARGET
"""

import sys

import dcs

OPTIONS = {options}

STEPS = [{steps}]


def clean(frame):
    """Return the frame after all steps."""
    for step in STEPS:
        frame = frame.pipe(step)
    return frame


if __name__ == "__main__":
    source, target = sys.argv[1:]
    dcs.write(clean(dcs.read(source, **OPTIONS)), target)
'''


def python_script(
    operations: Sequence[Operation],
    *,
    name: str,
    options: Mapping[str, JsonValue] | None = None,
    notes: Mapping[int, str] | None = None,
) -> str:
    """Return a script that reads a file, does the operations, and writes the result.

    Every parameter is written out, so that new defaults change nothing. `options` are those of the import,
    `notes` become comments, by the index of the operation.
    """
    lines = []
    for index, operation in enumerate(operations):
        lines += [f"    # {_plain(line)}" for line in (notes or {}).get(index, "").splitlines()]
        lines += [f"    # {_plain(operation.sentence())}", f"    {operation.source()},"]
    steps = "\n" + "\n".join(lines) + "\n" if lines else ""
    count = f"{len(operations)} step{'' if len(operations) == 1 else 's'}"
    title = f"Clean {_plain(name)}: {count}, written by Willow."
    title = title.replace("\\", "\\\\").replace('"', '\\"')
    return _SCRIPT.format(title=title, options=repr(dict(options or {})), steps=steps)


def _plain(text: str) -> str:
    """Return text on one line, so that it ends no comment, with everything invisible spelled out."""
    line = " ".join(text.split())
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in line)
