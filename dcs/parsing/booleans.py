"""Text as true and false."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from dcs.parsing.casting import cast_all, trim

_SHORTEST = len("true")


def read_booleans(text: pa.Array) -> pa.Array:
    """Return `true` and `false` in any case, blanks around them allowed, as booleans; others are missing.

    1 and 0, yes and no are not booleans.
    """
    shortest = pc.min(pc.binary_length(text)).as_py()
    if shortest is None or shortest >= _SHORTEST:  # Arrow reads 1 and 0 too
        values = cast_all(text, pa.bool_())
        if values is not None:
            return values
    lower = pc.ascii_lower(trim(text))
    is_false = pc.if_else(pc.equal(lower, "false"), False, None)  # noqa: FBT003 - Arrow's positions
    return pc.if_else(pc.equal(lower, "true"), True, is_false)  # noqa: FBT003
