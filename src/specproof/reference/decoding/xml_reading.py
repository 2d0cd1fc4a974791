"""From XML to values, as the ``xml`` hints of the schema lay it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.decoding.layouts import Found
from specproof.reference.decoding.value_reader import ValueReader
from specproof.reference.decoding.xml_hints import NIL, Place, places_of
from specproof.reference.decoding.xml_tree import Node, xml_tree

_TRUE: Final = frozenset({"true", "1"})


@dataclass(slots=True)
class _Unread:
    """What of an element no member has taken yet."""

    text: str
    elements: dict[str, list[Node]]
    attributes: dict[str, str]


class XmlReader:
    """Reads XML bodies of one schema. Neither the root's name nor namespaces are looked at."""

    def __init__(self, reader: ValueReader) -> None:
        self._reader = reader
        self._places: dict[int, tuple[ValueReader, tuple[Place, ...]]] = {}

    def body(self, body: bytes, arguments: Mapping[str, str]) -> JsonValue:
        """The value of a body; ``arguments`` are the parameters of its Content-Type."""
        return self._value(self._reader, xml_tree(body, arguments.get("charset", "")))

    def _value(self, reader: ValueReader, node: Node) -> JsonValue:
        if node.attributes.get(NIL) in _TRUE:
            return None
        is_plain = not node.children and not node.attributes
        if is_plain and node.text.strip() and not any(place.node == "text" for place in self._places_of(reader)):
            return _scalar(reader, node.text)
        candidates: list[JsonValue] = []
        if reader.takes_object or (reader.is_any and not is_plain):
            candidates.append(self._object(reader, node))
        if reader.takes_array and not node.attributes:
            candidates.append(self._row(reader, node.children))
        if is_plain and (reader.takes_scalar or not candidates):
            candidates.insert(0, _scalar(reader, node.text))
        return reader.chosen(candidates) if candidates else node.text

    def _row(self, reader: ValueReader, nodes: list[Node]) -> JsonValue:
        return [self._value(reader.item(index), node) for index, node in enumerate(nodes)]

    def _object(self, reader: ValueReader, node: Node) -> JsonObject:
        unread = _Unread(node.text, {}, {name: text for name, text in node.attributes.items() if name != NIL})
        for child in node.children:
            unread.elements.setdefault(child.name, []).append(child)
        members: JsonObject = {}
        for place in self._places_of(reader):
            found = self._taken(place, unread)
            if found is not None:
                members[place.name] = found[0]
        for name, text in unread.attributes.items():
            members.setdefault(name, reader.member(name).scalar(text))
        for name, nodes in unread.elements.items():
            values = [self._value(reader.member(name), each) for each in nodes]
            members.setdefault(name, values[0] if len(values) == 1 else values)
        return members

    def _taken(self, place: Place, unread: _Unread) -> Found:
        reader = place.reader
        if place.node == "text":
            return (_scalar(reader, unread.text),)
        if place.node == "attribute":
            text = unread.attributes.pop(place.spelt, None)
            return None if text is None else (_scalar(reader, text),)
        nodes = unread.elements.pop(place.spelt, None)
        return None if nodes is None else (self._of_elements(reader, nodes, place.wrapped),)

    def _of_elements(self, reader: ValueReader, nodes: list[Node], is_wrapped: bool) -> JsonValue:
        """What the elements of one name stand for: of several the last counts, but for the items of an array."""
        if not reader.takes_array:
            return self._value(reader, nodes[-1])
        if is_wrapped:
            return self._wrapped(reader, nodes[-1])
        row = self._row(reader, nodes)
        if len(nodes) > 1 or not (reader.takes_scalar or reader.takes_object):
            return row
        return reader.chosen([row, self._value(reader, nodes[0])])

    def _wrapped(self, reader: ValueReader, wrapper: Node) -> JsonValue:
        if wrapper.attributes.get(NIL) in _TRUE:
            return None
        # A text where the items should stand is no array.
        is_text = not wrapper.children and wrapper.text.strip()
        return wrapper.text if is_text else self._row(reader, wrapper.children)

    def _places_of(self, reader: ValueReader) -> tuple[Place, ...]:
        # Beside the reader, so that its id stays its own.
        known = self._places.get(id(reader))
        if known is None:
            known = self._places[id(reader)] = (reader, places_of(reader))
        return known[1]


def _scalar(reader: ValueReader, text: str) -> JsonValue:
    """Blanks around a text count where the schema takes texts."""
    return reader.scalar(text if reader.is_any or "string" in reader.kinds else text.strip())
