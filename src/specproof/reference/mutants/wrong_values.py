"""Values that break what a schema says of one place, made without looking at the rest of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TypeGuard

import jsonschema_rs

from specproof.openapi.schema import JsonValue
from specproof.reference.mutants.schema_walk import Place
from specproof.reference.mutants.walks import amount, shown_value

Change = Callable[[JsonValue], JsonValue]

LONGEST_TEXT: Final = 10_000
MOST_ITEMS: Final = 1_000
_BAD_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "date": "yesterday",
        "date-time": "yesterday",
        "time": "yesterday",
        "duration": "yesterday",
        "email": "yesterday",
        "idn-email": "yesterday",
        "hostname": "not a host!",
        "idn-hostname": "not a host!",
        "ipv4": "yesterday",
        "ipv6": "yesterday",
        "uri": "yesterday",
        "uri-reference": "not \\ a reference",
        "iri": "yesterday",
        "iri-reference": "not \\ a reference",
        "uri-template": "{open",
        "uuid": "yesterday",
        "json-pointer": "yesterday",
        "relative-json-pointer": "yesterday",
        "regex": "(",
    }
)
"""For each format that validators look at, a text that is none."""
_NO_MATCHES: Final = ("\u2400?!", "", "~", "zzzz zzzz", "0", "-1-", "A" * 300)
_EXACT_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"string": "a number", "integer": "a text", "number": "a text", "boolean": "a text"}
)
_WRONG_TYPES: Final[Mapping[str, JsonValue]] = MappingProxyType(
    {"string": 7, "integer": "seven", "number": "seven", "boolean": "perhaps"}
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One wrong value for a place. ``words`` stand behind "shows"."""

    keyword: str
    words: str
    change: Change

    @property
    def value(self) -> JsonValue:
        """The value where nothing is there to begin with."""
        return self.change(None)


def wrong_type(place: Place) -> Wrong | None:
    """A number for a text, a text for everything else that is no container; None where the types do not tell."""
    kinds = place.kinds - {"null"}
    if place.is_choice or not kinds or not kinds <= _WRONG_TYPES.keys():
        return None
    if "string" in kinds and kinds != {"string"}:
        return None
    kind = "string" if "string" in kinds else min(kinds)
    value = _WRONG_TYPES[kind]
    return Wrong("type", _EXACT_WORDS[kind], lambda _: value)


def out_of_set(choices: list[JsonValue]) -> JsonValue:
    """A value that is none of the choices."""
    numbers = [choice for choice in choices if isinstance(choice, (int, float)) and not isinstance(choice, bool)]
    if numbers and not any(isinstance(choice, str) for choice in choices):
        return max(numbers) + 1
    if choices and all(isinstance(choice, bool) for choice in choices) and len(set(choices)) == 1:
        return not choices[0]
    return "undocumented-value"


def checked_format(place: Place) -> str:
    """The format of a text that validators look at, "" for none."""
    name = place.text("format")
    return name if name in _BAD_TEXTS and (place.is_only("string") or not place.kinds) else ""


def bad_text(name: str) -> str:
    """A text that is not of that format."""
    return _BAD_TEXTS[name]


@lru_cache(maxsize=4_096)
def unmatched(pattern: str) -> str | None:
    """A text that the pattern does not match; None where it cannot be read, or matches everything."""
    try:
        validator = jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())
    except (ValueError, jsonschema_rs.ValidationError):
        return None
    return next((text for text in _NO_MATCHES if not validator.is_valid(text)), None)


def beyond(place: Place) -> Iterator[Wrong]:
    """A value beyond each bound of a place."""
    if place.enum is not None:
        return
    for _, keyword, value in place.stated("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"):
        if is_number(value) and (place.kinds & {"integer", "number"} or not place.kinds):
            yield from _number_beyond(keyword, value)
    for _, keyword, value in place.stated("minLength", "maxLength", "pattern"):
        if "string" in place.kinds or not place.kinds:
            yield from _text_beyond(keyword, value)
    for _, keyword, value in place.stated("minItems", "maxItems", "uniqueItems"):
        if "array" in place.kinds or not place.kinds:
            yield from _items_beyond(keyword, value)


def _number_beyond(keyword: str, value: int | float) -> Iterator[Wrong]:
    if keyword == "minimum":
        yield Wrong(keyword, f"a value below {shown_value(value)}", lambda _: value - 1)
    elif keyword == "maximum":
        yield Wrong(keyword, f"a value above {shown_value(value)}", lambda _: value + 1)
    elif keyword == "multipleOf":
        if value > 0:
            yield Wrong(keyword, f"a value that is no multiple of {shown_value(value)}", lambda _: value * 1.5)
    else:
        yield Wrong(keyword, f"{shown_value(value)} itself, which is excluded,", lambda _: value)


def _text_beyond(keyword: str, value: JsonValue) -> Iterator[Wrong]:
    if keyword == "pattern" and isinstance(value, str):
        text = unmatched(value)
        if text is not None:
            yield Wrong(keyword, "a text that does not match the pattern", lambda _: text)
    elif keyword == "minLength" and is_count(value) and value >= 1:
        yield Wrong(keyword, f"a text shorter than {amount(value, 'character')}", lambda _: "x" * (value - 1))
    elif keyword == "maxLength" and is_count(value) and value <= LONGEST_TEXT:
        yield Wrong(keyword, f"a text longer than {amount(value, 'character')}", lambda _: "x" * (value + 1))


def _items_beyond(keyword: str, value: JsonValue) -> Iterator[Wrong]:
    if keyword == "minItems" and is_count(value) and 1 <= value <= MOST_ITEMS:
        yield Wrong(keyword, f"fewer than {amount(value, 'item')}", lambda found: _list(found)[: value - 1])
    elif keyword == "maxItems" and is_count(value) and value <= MOST_ITEMS:
        yield Wrong(keyword, f"more than {amount(value, 'item')}", lambda found: _repeated(found, value + 1))
    elif keyword == "uniqueItems" and value is True:
        yield Wrong(keyword, "an item twice", lambda found: [*_list(found)[-1:], *_list(found)])


def _repeated(found: JsonValue, count: int) -> JsonValue:
    items = _list(found)
    return [*items, *(items[-1] if items else None for _ in range(count - len(items)))]


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def is_number(value: JsonValue) -> TypeGuard[int | float]:
    """Whether it is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_count(value: JsonValue) -> TypeGuard[int]:
    """Whether it is a length or a number of items."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
