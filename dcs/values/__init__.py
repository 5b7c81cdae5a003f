"""Values as JSON on the wire, as text for a person, and from either back into Arrow.

Nothing here imports pandas, so that a light process may use all of it: scalars and arrays are built from
buffers, because `pa.array`, `pa.scalar` and Python literals in compute calls import pandas as a side effect.
"""

from dcs.values.parse import StoredValue, parse_value, scalar
from dcs.values.text import text_form
from dcs.values.wire import to_wire

__all__ = ["StoredValue", "parse_value", "scalar", "text_form", "to_wire"]
