"""What a grid shows of a table: some of its rows, in some order; no value changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dcs.columns import references
from dcs.operation import Parameters
from dcs.view.condition import Condition, check, reads
from dcs.view.matching import learn, mask
from dcs.view.sort import SortKey, sort_positions

if TYPE_CHECKING:
    from dcs.columns import ColumnData, Schema
    from dcs.view.order import Positions


class View(Parameters):
    """Rows that meet a condition, in the order of some columns; rows equal in all of them in table order."""

    where: Condition | None = None
    """Which rows; null is all."""
    sort: tuple[SortKey, ...] = ()
    """The order; missing values come last."""

    def check(self, schema: Schema) -> None:
        """Refuse, naming the field, what cannot be asked of such a table."""
        if self.where is not None:
            check(self.where, schema, field="where")
        for index, key in enumerate(self.sort):
            for reference in references(key, f"sort.{index}."):
                reference.ref.check(reference.column, schema, field=reference.path)

    def reads(self, schema: Schema) -> tuple[str, ...]:
        """Return the columns whose values are needed to find the rows, each once, in table order."""
        named = {key.column for key in self.sort}
        if self.where is not None:
            named.update(reads(self.where, schema))
        return tuple(name for name in schema if name in named)


def positions(view: View, columns: ColumnData) -> Positions | None:
    """Return the positions of the rows shown, in the order shown; None when that is all rows in table order.

    `columns` are whole columns, at least those that `view.reads` names.
    """
    if view.where is None:
        return sort_positions(columns, view.sort) if view.sort else None
    met = mask(view.where, columns, learn(view.where, columns))
    shown = np.flatnonzero(np.asarray(met))
    if not view.sort:
        return shown
    chosen = {key.column: columns[key.column].filter(met) for key in view.sort}
    return shown[sort_positions(chosen, view.sort)]
