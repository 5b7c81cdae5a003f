"""What is written as CSV comes back the same."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from dcs.load import ImportOptions, read_table
from dcs.save import writer

TEXTS = st.one_of(st.none(), st.text(st.characters(codec="utf-8"), max_size=12))
AWKWARD = st.one_of(st.none(), st.text("ab,;\"\n\r\t '\\é🙂", max_size=8))


def back(table: pa.Table, options: ImportOptions) -> pa.Table:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        with path.open("wb") as file:
            out = writer(file, {field.name: field.type for field in table.schema}, form="csv")
            for batch in table.to_batches():
                out.write(batch.columns)
            out.close()
        return read_table(path, options)[0]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXTS, AWKWARD), min_size=1, max_size=20))
def test_text_of_any_kind(rows: list[tuple[str | None, str | None]]) -> None:
    columns = {"first": [row[0] for row in rows], "second": [row[1] for row in rows]}
    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    told = ImportOptions(encoding="utf-8", separator=",", quote='"', header=True, keep_text=True)
    assert back(table, told).equals(table)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
            st.one_of(st.none(), st.floats(allow_nan=False)),
            st.one_of(st.none(), st.booleans()),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_numbers_and_booleans(rows: list[tuple[int | None, float | None, bool | None]]) -> None:
    schema = pa.schema({"i": pa.int64(), "d": pa.float64(), "b": pa.bool_()})
    arrays = [pa.array([row[place] for row in rows], field.type) for place, field in enumerate(schema)]
    table = pa.Table.from_arrays(arrays, schema=schema)
    told = ImportOptions(columns={"i": "integer", "d": "decimal", "b": "boolean"}, header=True, separator=",")
    found = back(table, told)
    assert found.to_pydict() == table.to_pydict()
    assert found.schema.equals(schema)
