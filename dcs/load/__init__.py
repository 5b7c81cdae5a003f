"""Reading files into tables, and saying what could not be read.

`load` yields the rows part by part, for tables larger than memory; `read_table` gathers them.
"""

from dcs.load.chunks import PartSize
from dcs.load.files import load, preview, read_table
from dcs.load.options import ColumnOption, FileFormat, ImportOptions
from dcs.load.preview import Preview
from dcs.load.report import Event, ImportedColumn, ImportReport, Part, Progress, RejectedLine, StartAgain

__all__ = [
    "ColumnOption",
    "Event",
    "FileFormat",
    "ImportOptions",
    "ImportReport",
    "ImportedColumn",
    "Part",
    "PartSize",
    "Preview",
    "Progress",
    "RejectedLine",
    "StartAgain",
    "load",
    "preview",
    "read_table",
]
