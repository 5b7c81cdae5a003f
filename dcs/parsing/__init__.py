"""Reading text as numbers, booleans, dates and datetimes.

Each reader returns missing where a value does not read, so that the caller counts what was lost. `exact`
readers (import) take only what loses nothing; the others (changing a type on request) also take leading
zeros, a plus sign, and more digits than a number keeps.
"""

from dcs.parsing.booleans import read_booleans
from dcs.parsing.datetimes import fitting_formats, read_dates, read_datetimes
from dcs.parsing.formats import DATE_FORMATS, DATETIME_FORMATS, MomentFormat
from dcs.parsing.numbers import NUMBER_FORMATS, NumberFormat, read_decimals, read_integers
from dcs.parsing.reading import Reading

__all__ = [
    "DATETIME_FORMATS",
    "DATE_FORMATS",
    "NUMBER_FORMATS",
    "MomentFormat",
    "NumberFormat",
    "Reading",
    "fitting_formats",
    "read_booleans",
    "read_dates",
    "read_datetimes",
    "read_decimals",
    "read_integers",
]
