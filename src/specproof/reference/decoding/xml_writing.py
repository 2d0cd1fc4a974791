"""From values to XML, as the ``xml`` hints of the schema lay it out: what :mod:`.xml_reading` reads back."""

from __future__ import annotations

import re
from typing import Final

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.decoding.json_text import json_bytes
from specproof.reference.decoding.value_reader import ValueReader
from specproof.reference.decoding.xml_hints import Hint, Place, element_name, hint_of, place_of, root_name

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE_ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
)
_NULL: Final = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"'


def xml_bytes(value: JsonValue, reader: ValueReader) -> bytes:
    """A value as an XML document. Characters that XML cannot hold become U+FFFD."""
    hint = hint_of(reader)
    return (_DECLARATION + _element(value, reader, hint, root_name(reader.raw, hint))).encode()


def _element(value: JsonValue, reader: ValueReader, hint: Hint, name: str) -> str:
    tag = f"{hint.prefix}:{name}" if hint.prefix and hint.namespace else name
    declared = ""
    if hint.namespace:
        declared = f' xmlns{f":{hint.prefix}" if hint.prefix else ""}="{_attribute_text(hint.namespace)}"'
    if value is None:
        return f"<{tag}{declared}{_NULL}/>"
    attributes, content = "", ""
    if isinstance(value, dict):
        attributes, content = _members(value, reader)
    elif isinstance(value, list):
        item = hint_of(reader.item(0)).name or "item"
        content = _row(value, reader, element_name(item))
    else:
        content = _text(value)
    return f"<{tag}{declared}{attributes}>{content}</{tag}>"


def _members(value: JsonObject, reader: ValueReader) -> tuple[str, str]:
    """The attributes and the content of an object's element."""
    attributes: list[str] = []
    content: list[str] = []
    for name, member in value.items():
        place = place_of(name, reader.member(name))
        if place.node == "attribute" and not isinstance(member, (dict, list)):
            if member is not None:
                attributes.append(f' {place.spelt}="{_attribute_text(_plain(member))}"')
        elif place.node == "text" and not isinstance(member, (dict, list)):
            content.append("" if member is None else _text(member))
        else:
            content.append(_member(member, place))
    return "".join(attributes), "".join(content)


def _member(member: JsonValue, place: Place) -> str:
    if not isinstance(member, list):
        return _element(member, place.reader, place.hint, place.spelt)
    row = _row(member, place.reader, place.item)
    return f"<{place.spelt}>{row}</{place.spelt}>" if place.wrapped else row


def _row(items: list[JsonValue], reader: ValueReader, name: str) -> str:
    readers = [reader.item(index) for index in range(len(items))]
    return "".join(_element(item, each, hint_of(each), name) for item, each in zip(items, readers, strict=True))


def _plain(value: JsonValue) -> str:
    return value if isinstance(value, str) else json_bytes(value).decode()


def _text(value: JsonValue) -> str:
    return _NO_XML.sub("\ufffd", _plain(value)).translate(_ESCAPES)


def _attribute_text(text: str) -> str:
    return _NO_XML.sub("\ufffd", text).translate(_ATTRIBUTE_ESCAPES)
