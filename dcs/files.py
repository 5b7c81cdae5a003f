"""Files in and out of frames: `dcs.read` and `dcs.write`."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard, get_args

from dcs.errors import NotApplicableError
from dcs.frames import from_frame, to_frame
from dcs.load import ImportOptions, read_table
from dcs.run import schema_of
from dcs.save import ExportFormat, writer

if TYPE_CHECKING:
    import pandas as pd
    from pydantic import JsonValue

ROWS_PER_BATCH = 1_000_000

_FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)


class RejectedRowsWarning(UserWarning):
    """Some records of a file are not in the table; `dcs.load.read_table` reports all of them."""


def read(path: str | os.PathLike[str], **options: JsonValue) -> pd.DataFrame:
    """Read a file into a frame of Arrow types; whatever `options` do not say is detected.

    Options are those of `dcs.load.ImportOptions`: `format`, `encoding`, `separator`, `header`, `skip_lines`,
    `sheet`, `columns`, `missing_values` and more. Warns of records that cannot be read. Raises
    `ImportFailedError` when there is no table in the file, and `InvalidParametersError` for an option that
    does not exist.

    >>> dcs.write(dcs.table({"name": ["Ada", "Bob"], "age": [36, None]}), "ages.csv")
    >>> dcs.read("ages.csv")["age"].tolist()
    [36, <NA>]
    """
    table, report = read_table(Path(path), ImportOptions.parse(options))
    if report.rows_rejected:
        first = report.rejected[0]
        warnings.warn(
            f"{report.rows_rejected} of {report.rows_read + report.rows_rejected} records of {path} are not "
            f"in the table. The first is on line {first.line}: {first.reason}",
            RejectedRowsWarning,
            stacklevel=2,
        )
    return to_frame(table)


def write(frame: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write a frame to a file, in the format that the suffix of its name says, without the index.

    A file that is there already is replaced, at the very end: when writing fails, it stays as it was.
    """
    target = Path(path)
    form = target.suffix.lower().removeprefix(".")
    if not _is_format(form):
        known = ", ".join(f".{name}" for name in _FORMATS)
        raise NotApplicableError(
            f"The suffix of {target.name!r} says no format; known are {known}.", field="path"
        )
    table = from_frame(frame)
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with draft.open("xb") as file:
            out = writer(file, schema_of(table), form=form, rows=table.num_rows, scratch=target.parent)
            for batch in table.to_batches(max_chunksize=ROWS_PER_BATCH):
                out.write(batch.columns)
            out.close()
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _is_format(name: str) -> TypeGuard[ExportFormat]:
    return name in _FORMATS
