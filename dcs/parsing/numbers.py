"""Text as integers and decimals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dcs.parsing.casting import byte_range, bytes_at, cast_all, keep_where, lengths, starting_with, trim

if TYPE_CHECKING:
    import numpy.typing as npt

NumberFormat = Literal["1,234.5", "1.234,5", "1 234,5", "1'234.5"]
"""How numbers are written: the thousands separator and the decimal mark, by example."""

NUMBER_FORMATS: tuple[NumberFormat, ...] = get_args(NumberFormat)


@dataclass(frozen=True)
class _Marks:
    thousands: str
    """What may stand between groups of three digits, as a class of a regular expression."""
    decimal: str


_MARKS: dict[NumberFormat, _Marks] = {
    "1,234.5": _Marks(",", "."),
    "1.234,5": _Marks(r"\.", ","),
    "1 234,5": _Marks(" \u00a0\u2009\u202f", ","),
    "1'234.5": _Marks("'\u2019", "."),
}

BLOCK = 1 << 15
"""So many values at a time are looked at; what is found of them stays in the processor's cache."""

_EXACT_DIGITS = 17
_SAFE_INTEGER_DIGITS = 18
_EXACT_INTEGER = r"^(?:0|-?[1-9][0-9]*)$"
_ANY_INTEGER = r"^[-+]?[0-9]+$"
_EXPONENT = r"(?:[eE][-+]?[0-9]+)?"
_EXACT_DECIMAL = rf"^-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+){_EXPONENT}$"
_ANY_DECIMAL = rf"^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+){_EXPONENT}$"
_INFINITY = r"^[-+]?(?i:inf|infinity)$"


def read_integers(
    text: pa.Array, *, exact: bool = True, number_format: NumberFormat | None = None
) -> pa.Array:
    """Return text as int64, missing where a value is no integer of 64 bits.

    Blanks around a value are allowed. With `exact`, leading zeros, `+` and `-0` are not integers.
    """
    if number_format is None:
        values = cast_all(text, pa.int64())
        if values is not None and _is_canonical(text):
            return values
    plain = _plain(text, number_format)
    fits = pc.match_substring_regex(plain, _EXACT_INTEGER if exact else _ANY_INTEGER)
    return _fitting_integers(keep_where(fits, plain))


def read_decimals(
    text: pa.Array, *, exact: bool = True, number_format: NumberFormat | None = None
) -> pa.Array:
    """Return text as float64, missing where a value is no number; `inf` and `Infinity` are, `nan` is not.

    Blanks around a value are allowed. With `exact`, leading zeros, `+`, more than 17 significant digits and
    what is too large or too small for 64 bits are no numbers.
    """
    if number_format is None:
        values = cast_all(text, pa.float64())
        if values is not None and _is_plainly_exact(text):
            return values
    plain = _plain(text, number_format)
    infinite = pc.match_substring_regex(plain, _INFINITY)
    fits = pc.match_substring_regex(plain, _EXACT_DECIMAL if exact else _ANY_DECIMAL)
    values = pc.cast(keep_where(pc.or_(fits, infinite), plain), pa.float64())
    return keep_where(_is_exact(plain, values, infinite), values) if exact else values


def _plain(text: pa.Array, number_format: NumberFormat | None) -> pa.Array:
    """Return trimmed text in Python's spelling of numbers; missing where it is not in the format."""
    trimmed = trim(text)
    if number_format is None:
        return trimmed
    marks = _MARKS[number_format]
    groups = rf"[0-9]{{1,3}}(?:[{marks.thousands}][0-9]{{3}})+"
    in_format = rf"^[-+]?(?:[0-9]+|{groups})?(?:[{marks.decimal}][0-9]*)?$"
    kept = keep_where(pc.match_substring_regex(trimmed, in_format), trimmed)
    ungrouped = pc.replace_substring_regex(kept, f"[{marks.thousands}]", "")
    return pc.replace_substring(ungrouped, marks.decimal, ".")


def _is_canonical(text: pa.Array) -> bool:
    """Say whether integers that Arrow can read are spelled as their values are: not 007, 0x1F, +1, or -0."""
    smallest, largest = byte_range(text)
    if largest > ord("9") or 0 < smallest < ord("-"):
        return False
    zeros = starting_with(text, b"0")
    return not (lengths(text)[zeros] > 1).any() and not starting_with(text, b"-0").size


def _fitting_integers(plain: pa.Array) -> pa.Array:
    """Return integers without sign `+`, missing where they need more than 64 bits."""
    plain = pc.ascii_ltrim(plain, characters="+")
    values = cast_all(plain, pa.int64())
    if values is not None:
        return values
    digits = pc.binary_length(pc.ascii_ltrim(plain, characters="-0"))
    long = pc.greater(digits, _SAFE_INTEGER_DIGITS)
    too_long = pa.array(
        [not _fits_64_bits(int(value)) for value in plain.filter(long).to_pylist()], pa.bool_()
    )
    overflows = pc.replace_with_mask(long, long, too_long)
    return pc.cast(keep_where(pc.invert(overflows), plain), pa.int64())


def _fits_64_bits(value: int) -> bool:
    return -(1 << 63) <= value < 1 << 63


def _is_plainly_exact(text: pa.Array) -> bool:
    """Say, cheaply, that decimals which Arrow can read are exact; False means that one must look."""
    return all(_block_is_plainly_exact(text.slice(start, BLOCK)) for start in range(0, len(text), BLOCK))


def _block_is_plainly_exact(text: pa.Array) -> bool:
    smallest, largest = byte_range(text)
    if largest > ord("9") or 0 < smallest < ord("-"):  # an exponent, nan, inf, or a plus sign
        return False
    sizes = lengths(text)
    if _has_leading_zeros(text, sizes, signed=smallest == ord("-")):
        return False
    return bool(sizes.max() <= _EXACT_DIGITS or pc.max(_significant_digits(text)).as_py() <= _EXACT_DIGITS)


def _has_leading_zeros(text: pa.Array, sizes: npt.NDArray[np.int32], *, signed: bool) -> bool:
    """Say whether a number starts, after a `-` if it is signed, with a zero that no point follows."""
    first = bytes_at(text, 0)
    if _has_digits_after(text, sizes, np.flatnonzero(first == ord("0")), 1):
        return True
    if not signed:
        return False
    rows = np.flatnonzero((first == ord("-")) & (bytes_at(text, 1) == ord("0")))
    return _has_digits_after(text, sizes, rows, 2)


def _has_digits_after(
    text: pa.Array, sizes: npt.NDArray[np.int32], rows: npt.NDArray[np.int64], place: int
) -> bool:
    """Say whether one of some numbers goes on with something else than a point."""
    rows = rows[sizes[rows] > place]
    return bool((bytes_at(text, place, rows) != ord(".")).any())


def _is_exact(plain: pa.Array, values: pa.Array, infinite: pa.Array) -> pa.Array:
    """Say where the values of plain decimals keep everything that was written."""
    few_digits = pc.less_equal(_significant_digits(plain), _EXACT_DIGITS)
    overflow = pc.and_not(pc.is_inf(values), infinite)
    nonzero_digit = pc.match_substring_regex(plain, "^[^eE]*[1-9]")
    underflow = pc.and_(pc.equal(values, 0.0), nonzero_digit)
    return pc.or_(infinite, pc.and_not(pc.and_not(few_digits, overflow), underflow))


def _significant_digits(plain: pa.Array) -> pa.Array:
    """Count the digits from the first to the last that matters; zeros that end an integer matter."""
    mantissa = pc.replace_substring_regex(plain, "[eE].*", "")
    fraction = pc.match_substring(mantissa, ".")
    trimmed = pc.if_else(fraction, pc.ascii_rtrim(mantissa, characters="0"), mantissa)
    digits = pc.replace_substring(trimmed, ".", "")
    return pc.binary_length(pc.ascii_ltrim(digits, characters="+-0"))
