from __future__ import annotations

from willow_ray.protocol import typescript


def test_the_types_of_the_web_app_are_up_to_date() -> None:
    assert typescript.TARGET.read_text(encoding="utf-8") == typescript.render(), (
        "run `python -m willow_ray.protocol.typescript`"
    )


def test_the_forms_of_types() -> None:
    lines = typescript.render().splitlines()
    for line in (
        "export type Cell = string | boolean | number | null;",
        "export type ValueCount = readonly [Cell, number];",
        "export type Found = Place | null;",
        "export type NoParams = Readonly<Record<string, never>>;",
        "  readonly cells: readonly (readonly Cell[])[];",
        "  readonly cut: readonly (readonly [number, string])[];",
        "  readonly columns: Readonly<Record<string, ColumnImpact>>;",
        "  readonly from: Place;",
        "  readonly [member: string]: unknown;",
        "  readonly order?: 'count' | 'value';",
    ):
        assert line in lines
