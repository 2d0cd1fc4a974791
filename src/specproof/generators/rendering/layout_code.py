"""Layouts of bodies and parameters as calls: ``Field("photo", "image/png", file_name="file.png")``, ``Xml("pet", members={...})``."""

from __future__ import annotations

from collections.abc import Sequence

from specproof.domain.plans import FieldLayout, ParameterValue, XmlLayout
from specproof.generators.rendering.code_text import ValueWriter, text_literal

DEPTH = 3


def parameter_code(parameter: ParameterValue, writer: ValueWriter) -> str:
    """``Parameter(...)``: a parameter whose layout is not the usual one of its place."""
    parts = [
        text_literal(parameter.name.raw(), DEPTH),
        writer.expression(parameter.value, DEPTH),
        text_literal(parameter.style),
        f"explode={parameter.explode}",
    ]
    parts += ["json_content=True"] if parameter.json_content else []
    parts += ["allow_reserved=True"] if parameter.allow_reserved else []
    return f"Parameter({', '.join(parts)})"


def fields_code(fields: Sequence[FieldLayout]) -> str:
    """``[Field(...), ...]``."""
    return f"[{', '.join(_field_code(field) for field in fields)}]"


def xml_code(layout: XmlLayout, depth: int = DEPTH) -> str:
    """``Xml(...)``: only what differs from an element with the property's name."""
    parts = [text_literal(layout.name.raw(), depth)] if layout.name else []
    parts += [f"kind={text_literal(layout.kind)}"] if layout.kind != "element" else []
    parts += [f"prefix={text_literal(layout.prefix.raw(), depth)}"] if layout.prefix else []
    parts += [f"namespace={text_literal(layout.namespace.raw(), depth)}"] if layout.namespace else []
    parts += ["wrapped=True"] if layout.wrapped else []
    if layout.members:
        members = [f"{text_literal(name.raw(), depth + 1)}: {xml_code(member, depth + 1)}" for name, member in layout.members]
        parts.append(f"members={{{', '.join(members)}}}")
    parts += [f"item={xml_code(layout.item, depth + 1)}"] if layout.item is not None else []
    return f"Xml({', '.join(parts)})"


def uses_xml(fields: Sequence[FieldLayout]) -> bool:
    """Whether ``fields`` name the class ``Xml``."""
    return any(field.xml is not None for field in fields)


def _field_code(field: FieldLayout) -> str:
    parts = [text_literal(field.name.raw(), DEPTH)]
    parts += [text_literal(field.content_type, DEPTH)] if field.content_type else []
    parts += [f"style={text_literal(field.style)}", f"explode={field.explode}"] if field.style else []
    parts += ["allow_reserved=True"] if field.allow_reserved else []
    parts += [f"file_name={text_literal(field.file_name)}"] if field.file_name else []
    parts += ["is_base64=True"] if field.is_base64 else []
    if field.headers:
        pairs = [f"({text_literal(name, DEPTH)}, {text_literal(text, DEPTH)})" for name, text in field.headers]
        parts.append(f"headers=({', '.join(pairs)},)")
    parts += [f"xml={xml_code(field.xml, DEPTH + 1)}"] if field.xml is not None else []
    return f"Field({', '.join(parts)})"
