"""Where new columns go, and what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dcs.columns import fresh_name, require_new_name
from dcs.errors import NotApplicableError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import pyarrow as pa

    from dcs.columns import Schema
    from dcs.operation import State


def fresh_names(wanted: Sequence[str], taken: Iterable[str]) -> list[str]:
    """Return the wanted names, or where one is taken the first of `name_2`, `name_3` … that is not."""
    names: list[str] = []
    used = set(taken)
    for name in wanted:
        names.append(fresh_name(name, used))
        used.add(names[-1])
    return names


def check_new_names(names: Sequence[str], taken: Iterable[str], *, field: str) -> None:
    """Refuse given names that are taken, or given twice."""
    for index, name in enumerate(names):
        require_new_name(name, taken, field=f"{field}.{index}")
        if name in names[:index]:
            raise NotApplicableError(
                f"The name {name!r} is given twice.", field=f"{field}.{index}", column=name
            )


def names_in(state: State, column: str) -> list[str]:
    """Return the names that were chosen for the columns made of a column."""
    chosen: Any = state["names"]
    return list(chosen[column])


def placed(
    schema: Schema, new: Mapping[str, pa.DataType], *, after: str, without: Collection[str] = ()
) -> Schema:
    """Return a schema with new columns to the right of one, and without some of the old ones.

    Refuses a name that another column has: one that was chosen for the columns of another table.
    """
    kept = [name for name in schema if name not in without]
    for name in new:
        require_new_name(name, kept, field="into")
    result: dict[str, pa.DataType] = {}
    for name, arrow in schema.items():
        if name not in without:
            result[name] = arrow
        if name == after:
            result |= new
    return result
