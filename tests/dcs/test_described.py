from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dcs.described import Described


class Shape(Described):
    """What is said of a shape is no description of a field."""

    sides: int
    """How many sides it has;
    at least three.
    """
    colour: str = "red"


class Square(Shape):
    width: Annotated[float, Field(alias="w")]
    """Of each side."""
    name: str = Field(description="This wins.")
    """This does not."""


class Drawing(Described):
    first: Square
    """Drawn first."""


def descriptions(properties: dict[str, dict[str, str]]) -> dict[str, str | None]:
    return {name: declared.get("description") for name, declared in properties.items()}


def test_fields_are_described_by_what_is_said_below_them() -> None:
    schema = Square.model_json_schema()
    assert descriptions(schema["properties"]) == {
        "sides": "How many sides it has;\nat least three.",
        "colour": None,
        "w": "Of each side.",
        "name": "This wins.",
    }


def test_models_inside_models_are_described_too() -> None:
    schema = Drawing.model_json_schema(by_alias=False)
    assert descriptions(schema["properties"]) == {"first": "Drawn first."}
    assert descriptions(schema["$defs"]["Square"]["properties"])["width"] == "Of each side."
