"""What documents say about a schema beside its rules: how it is written as XML, names of enum values, hints for made-up data."""

from __future__ import annotations

import orjson

from specproof.openapi.schema import JsonObject, JsonValue

_LONGEST_NAME = 100
_LONGEST_MOCK = 200
_NAME_LISTS = ("x-enum-varnames", "x-enum-descriptions")


_LONGEST_XML_TEXT = 500
_XML_TEXTS = ("name", "namespace", "prefix", "nodeType")
_XML_FLAGS = ("attribute", "wrapped")


def xml_annotation(raw: JsonObject) -> JsonObject:
    """The texts and booleans that OpenAPI has for ``xml``; everything else is left out."""
    cleaned: JsonObject = {}
    for key in _XML_TEXTS:
        text = raw.get(key)
        if isinstance(text, str) and len(text) <= _LONGEST_XML_TEXT:
            cleaned[key] = text
    for key in _XML_FLAGS:
        if isinstance(raw.get(key), bool):
            cleaned[key] = raw[key]
    return cleaned


def vendor_annotations(raw: JsonObject, enum: JsonValue) -> JsonObject:
    """``x-enum-names``, one text for each value of ``enum``, and ``x-mock``, as far as ``raw`` has them under any vendor's name.

    What does not fit is left out without a word: it is the vendor's own.
    """
    found: JsonObject = {}
    names = _enum_names(raw, enum) if isinstance(enum, list) else None
    if names is not None:
        found["x-enum-names"] = [name[:_LONGEST_NAME] for name in names]
    mock = raw.get("x-apifox-mock")
    if isinstance(mock, str) and 0 < len(mock) <= _LONGEST_MOCK:
        found["x-mock"] = mock
    return found


def _enum_names(raw: JsonObject, enum: list[JsonValue]) -> list[str] | None:
    described = raw.get("x-apifox-enum")
    if isinstance(described, list) and len(described) == len(enum):
        by_value = {_written(entry.get("value")): _name(entry) for entry in described if isinstance(entry, dict)}
        names = [by_value.get(_written(value), "") for value in enum]
        if all(names):
            return names
    for keyword in _NAME_LISTS:
        listed = raw.get(keyword)
        if isinstance(listed, list) and len(listed) == len(enum):
            texts = [name for name in listed if isinstance(name, str)]
            if len(texts) == len(enum):
                return texts
    return None


def _name(entry: JsonObject) -> str:
    """The name of one described value, or else its description."""
    return next((text for text in (entry.get("name"), entry.get("description")) if isinstance(text, str) and text), "")


def _written(value: JsonValue) -> str:
    """A value as text, so that Apifox's ``"1"`` names the enum's ``1``."""
    return value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
