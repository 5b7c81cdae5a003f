"""Operations on the letters of text."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, assert_never

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field
from typing_extensions import override

from dcs import regex
from dcs.columns import TextColumns
from dcs.operation import Rows, RowwiseOperation, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from dcs.columns import Schema

BLANK = r"[\x{1c}-\x{1f}\x{85}\s\v\p{Z}]"
"""What Unicode and Python take for blank; the same characters that Arrow trims."""


class TextOperation(RowwiseOperation):
    """Base of operations that change each text on its own; missing values stay missing."""

    columns: TextColumns
    """Columns of text."""

    @override
    def reads(self, schema: Schema) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.columns))

    @override
    def apply(self, rows: Rows, state: State) -> dict[str, pa.ChunkedArray]:
        return {name: self.changed(column) for name, column in rows.items()}

    @abstractmethod
    def changed(self, texts: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return the changed texts."""


class TrimWhitespace(TextOperation):
    r"""Delete blanks at the beginning and end of text, and on request shorten those in between.

    Blanks are what Unicode takes for such: also no-break spaces, tabs and line ends. Text of blanks only
    becomes empty, not missing.

    >>> names = dcs.table({"name": ["  Ada\t Lovelace\u00a0", None]})
    >>> names.pipe(dcs.TrimWhitespace(columns=["name"], collapse=True))["name"].tolist()
    ['Ada Lovelace', <NA>]
    """

    label: ClassVar[str] = "Trim whitespace"
    section: ClassVar[str] = "Text"
    summary: ClassVar[str] = "Trim whitespace in {columns}"

    op: Literal["trim_whitespace"] = "trim_whitespace"
    collapse: bool = False
    """Also replace each run of blanks inside the text by one space."""

    @override
    def changed(self, texts: pa.ChunkedArray) -> pa.ChunkedArray:
        trimmed = pc.utf8_trim_whitespace(texts)
        return regex.replace(trimmed, f"{BLANK}+", " ", case_sensitive=True) if self.collapse else trimmed


class ChangeCase(TextOperation):
    """Change letters to upper or lower case.

    One letter becomes one letter, as Unicode maps them: the capital of `ß` is `ẞ`.

    >>> names = dcs.table({"name": ["ada LOVELACE", None]})
    >>> names.pipe(dcs.ChangeCase(columns=["name"], case="title"))["name"].tolist()
    ['Ada Lovelace', <NA>]
    """

    label: ClassVar[str] = "Change case"
    section: ClassVar[str] = "Text"
    summary: ClassVar[str] = "Change {columns} to {case} case"

    op: Literal["change_case"] = "change_case"
    case: Literal["upper", "lower", "title", "sentence"]
    """Title: a capital wherever a letter follows none. Sentence: only the first letter is a capital."""

    @override
    def changed(self, texts: pa.ChunkedArray) -> pa.ChunkedArray:
        match self.case:
            case "upper":
                return pc.utf8_upper(texts)
            case "lower":
                return pc.utf8_lower(texts)
            case "title":
                return pc.utf8_title(texts)
            case "sentence":
                return _as_sentences(texts)
            case unknown:
                assert_never(unknown)


CharacterKind = Literal["punctuation", "digits", "accents", "symbols", "whitespace", "control"]

_CLASSES: dict[CharacterKind, str] = {
    "punctuation": r"\p{P}",
    "digits": r"\p{Nd}",
    "symbols": r"\p{S}",
    "whitespace": BLANK[1:-1],
    "control": r"\p{Cc}\x{ad}\x{200b}\x{2060}\x{feff}",
}
_ACCENTED = r"([\p{Latin}\p{Greek}])\p{Mn}+"


class RemoveCharacters(TextOperation):
    """Delete all characters of some kinds.

    Accents are taken off Latin and Greek letters (é becomes e); a letter with a stroke such as ø is a letter
    of its own and stays, and so are й and が. What is left may be empty, not missing.

    >>> names = dcs.table({"name": ["Éléonore (2)", None]})
    >>> names.pipe(dcs.RemoveCharacters(columns=["name"], kinds=["accents", "punctuation"]))["name"].tolist()
    ['Eleonore 2', <NA>]
    """

    label: ClassVar[str] = "Remove characters"
    section: ClassVar[str] = "Text"
    summary: ClassVar[str] = "Remove {kinds} from {columns}"

    op: Literal["remove_characters"] = "remove_characters"
    kinds: Annotated[tuple[CharacterKind, ...], Field(min_length=1)]
    """Which characters: symbols are such as + € ° and emoji; control are those that cannot be seen."""

    @override
    def changed(self, texts: pa.ChunkedArray) -> pa.ChunkedArray:
        if "accents" in self.kinds:
            texts = _without_accents(texts)
        classes = [_CLASSES[kind] for kind in self.kinds if kind != "accents"]
        if not classes:
            return texts
        return regex.replace(texts, f"[{''.join(classes)}]+", "", case_sensitive=True)


def _as_sentences(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Make the first letter a capital, also one after other characters, and the rest small."""
    return _by_chunk(texts, _sentences)


def _sentences(texts: pa.Array) -> pa.Array:
    small, sentences = pc.utf8_lower(texts), pc.utf8_capitalize(texts)
    without_capital = pc.equal(small, sentences)
    rest = small.filter(without_capital)
    before = regex.replace(rest, r"(?s)\p{L}.*", "", case_sensitive=True)
    after = regex.replace(rest, r"\A\P{L}+", "", case_sensitive=True)
    late = pc.binary_join_element_wise(before, pc.utf8_capitalize(after), "")
    return pc.replace_with_mask(sentences, without_capital, late)


def _without_accents(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Take marks off letters; text that has none keeps its code points."""
    return _by_chunk(texts, _bare)


def _bare(texts: pa.Array) -> pa.Array:
    foreign = pc.invert(pc.string_is_ascii(texts))
    rest = texts.filter(foreign)
    decomposed = pc.utf8_normalize(rest, "NFD")
    bare = regex.replace(decomposed, _ACCENTED, r"\1", case_sensitive=True)
    same = pc.equal(bare, decomposed)
    return pc.replace_with_mask(texts, foreign, pc.if_else(same, rest, pc.utf8_normalize(bare, "NFC")))


def _by_chunk(texts: pa.ChunkedArray, change: Callable[[Any], Any]) -> pa.ChunkedArray:
    return pa.chunked_array([change(chunk) for chunk in texts.chunks], type=pa.string())
