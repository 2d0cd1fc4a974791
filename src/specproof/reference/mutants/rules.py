"""The keywords that a server may forget to look at, and whether they forbid anything where they stand."""

from __future__ import annotations

from typing import Final

from specproof.openapi.schema import JsonValue
from specproof.reference.mutants.schema_walk import Place
from specproof.reference.mutants.walks import amount, shown_value
from specproof.reference.mutants.wrong_values import checked_format, is_count, is_number, unmatched

TEXT_KEYWORDS: Final = ("minLength", "maxLength", "pattern", "format")
NUMBER_KEYWORDS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
LIST_KEYWORDS: Final = ("minItems", "maxItems", "uniqueItems", "contains")
OBJECT_KEYWORDS: Final = (
    *("additionalProperties", "unevaluatedProperties", "propertyNames"),
    *("minProperties", "maxProperties", "dependentRequired"),
)
_WORDS: Final = {
    "minLength": "a text shorter than {characters} in {place}",
    "maxLength": "a text longer than {characters} in {place}",
    "pattern": "a text in {place} that does not match its pattern",
    "format": "a text in {place} that is no {value}",
    "minimum": "less than {value} in {place}",
    "maximum": "more than {value} in {place}",
    "exclusiveMinimum": "{value} and less in {place}",
    "exclusiveMaximum": "{value} and more in {place}",
    "multipleOf": "a number in {place} that is no multiple of {value}",
    "minItems": "fewer than {items} in {place}",
    "maxItems": "more than {items} in {place}",
    "uniqueItems": "the same item twice in {place}",
    "contains": "a list in {place} without the item that it has to have",
    "enum": "a value in {place} that is none of its choices",
    "const": "another value in {place} than {value}",
    "type": "values of every type in {place}",
    "additionalProperties": "members in {place} that the document does not allow",
    "unevaluatedProperties": "members in {place} that the document does not allow",
    "propertyNames": "names of members in {place} that the document does not allow",
    "minProperties": "fewer than {members} in {place}",
    "maxProperties": "more than {members} in {place}",
    "dependentRequired": "some members in {place} without those that they depend on",
}

_LEAST: Final = frozenset({"minLength", "minItems", "minProperties"})
_MOST: Final = frozenset({"maxLength", "maxItems", "maxProperties"})
_CLOSING: Final = frozenset({"additionalProperties", "unevaluatedProperties"})


def can_be_broken(place: Place, keyword: str, value: JsonValue) -> bool:
    """Whether the keyword forbids anything there, as far as it says itself."""
    if keyword in _LEAST or keyword in _MOST:
        return is_count(value) and (value > 0 or keyword in _MOST)
    if keyword in NUMBER_KEYWORDS:
        return is_number(value)
    if keyword in _CLOSING:
        return value is False or (isinstance(value, dict) and bool(value))
    if keyword == "pattern":
        return isinstance(value, str) and unmatched(value) is not None
    if keyword == "format":
        return bool(checked_format(place))
    return value is True if keyword == "uniqueItems" else value not in (None, True, {})


def accepted(keyword: str, value: JsonValue, place: str) -> str:
    """What a server that does not look at the keyword accepts, in words."""
    counts = {f"{unit}s": amount(value, unit) for unit in ("character", "item", "member")}
    return f"accepts {_WORDS[keyword].format(value=shown_value(value), place=place, **counts)}"
