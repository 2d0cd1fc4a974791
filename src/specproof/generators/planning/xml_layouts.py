"""From the ``xml`` hints of a schema to a finished layout: names, attributes, namespaces, wrapping, as OpenAPI 3.0 to 3.2 mean them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specproof.checks import wire_xml
from specproof.checks.wire import NotSendableError
from specproof.domain.plans import PlanValue, XmlLayout
from specproof.generators.reading.shapes import Shape, shape_of
from specproof.generators.test_data_factory.fresh import as_json
from specproof.generators.test_data_factory.views import definition_name, definition_pointer
from specproof.openapi.schema import JsonObject, JsonValue, Schema
from specproof.openapi.text import UntrustedText

PLAIN = XmlLayout()
_KINDS = frozenset({"element", "attribute", "text", "cdata", "none"})
_MOST_STEPS = 50


@dataclass(frozen=True, slots=True)
class _Hints:
    """The ``xml`` objects of a schema and of all that applies to the same value, the outermost first; ``component`` is what it refers to."""

    said: JsonObject
    component: str

    def text(self, name: str) -> str:
        value = self.said.get(name)
        return value if isinstance(value, str) else ""

    def flag(self, name: str) -> bool:
        return self.said.get(name) is True


def xml_layout(schema: Schema, value: PlanValue, *, inferred: str = "") -> XmlLayout | str:
    """The layout of a document, or why none can be made. ``value`` is what is sent: the layout covers it and its absent plain members.

    ``inferred`` names the root where neither a hint nor a component does.
    """
    name = _hints(schema).text("name") or _hints(schema).component or inferred
    if not name:
        return "its root element has no name: give the schema `xml.name`, or make it a component"
    layout = _layout(schema, value, "", 0)
    made = XmlLayout(UntrustedText(name), "element", layout.prefix, layout.namespace, layout.wrapped, layout.members, layout.item)
    try:
        content = wire_xml.xml_body(as_json(value), on_the_wire(made))
    except NotSendableError as error:
        return str(error)
    return wire_xml.xml_error(content, with_namespaces=True) or made


def on_the_wire(layout: XmlLayout) -> wire_xml.Xml:
    """``layout`` as the suite's own writer takes it."""
    return wire_xml.Xml(
        layout.name.raw(),
        layout.kind,
        layout.prefix.raw(),
        layout.namespace.raw(),
        layout.wrapped,
        {name.raw(): on_the_wire(member) for name, member in layout.members},
        on_the_wire(layout.item) if layout.item is not None else None,
    )


def _layout(schema: Schema, value: PlanValue, inferred: str, depth: int) -> XmlLayout:
    hints, shape = _hints(schema), shape_of(schema)
    is_array = isinstance(value, list) or (value is None and shape.is_array)
    said = hints.text("nodeType")
    kind = said if said in _KINDS else "attribute" if hints.flag("attribute") else "element"
    wrapped = is_array and (hints.flag("wrapped") or said == "element")
    # The name of an array counts for its wrapper only; without one its members are called as the property is.
    name = "" if is_array and not wrapped else hints.text("name")
    item = None
    if is_array and shape.items is not None:
        item = _layout(shape.items, _merged(value), "", depth + 1)
    members = () if is_array else tuple(_members(shape, value, depth))
    return XmlLayout(
        name=UntrustedText(name if name != inferred else ""),
        kind="element" if is_array and kind == "none" else kind,
        prefix=UntrustedText(hints.text("prefix")),
        namespace=UntrustedText(hints.text("namespace")),
        wrapped=wrapped,
        members=members,
        item=item if item != PLAIN else None,
    )


def _members(shape: Shape, value: PlanValue, depth: int) -> Iterator[tuple[UntrustedText, XmlLayout]]:
    """The properties that need a layout: those that are sent, and plain ones that a faulty request may add."""
    sent = value if isinstance(value, dict) else {}
    for name, schema in shape.properties.items():
        if name in sent or (isinstance(value, dict) and not shape_of(schema).is_object and not shape_of(schema).is_array):
            layout = _layout(schema, sent.get(name), name, depth + 1)
            if layout != PLAIN:
                yield UntrustedText(name), layout


def _merged(value: PlanValue) -> PlanValue:
    """One value that stands for all members of an array: the members of all its objects."""
    items = value if isinstance(value, list) else []
    objects = [item for item in items if isinstance(item, dict)]
    return {name: member for item in objects for name, member in item.items()} if objects else next(iter(items), None)


def _hints(schema: Schema) -> _Hints:
    said: JsonObject = {}
    component = ""
    waiting: list[JsonValue] = [schema.raw]
    seen: set[str] = set()
    while waiting and len(seen) < _MOST_STEPS:
        raw = waiting.pop(0)
        if not isinstance(raw, dict):
            continue
        own = raw.get("xml")
        said = {**own, **said} if isinstance(own, dict) else said
        name = definition_name(raw.get("$ref"))
        if name is not None and name not in seen and name in schema.definitions:
            seen.add(name)
            component = component or _last(definition_pointer(schema.definitions, name))
            waiting.append(schema.definitions[name])
        members = raw.get("allOf")
        # Only a lone member is the thing itself; several are parts of it, with names of their own.
        waiting += members if isinstance(members, list) and len(members) == 1 else []
    return _Hints(said, component)


def _last(pointer: str) -> str:
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
