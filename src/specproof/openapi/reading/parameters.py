"""Parameters of an operation: path-level ones merged in, the path's template and its declarations brought together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from specproof.openapi.finding_log import quoted
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.model import Parameter
from specproof.openapi.pointers import Tokens, pointer
from specproof.openapi.reading.document_reader import TOKEN, DocumentReader, flag_of, text_of
from specproof.openapi.schema import JsonObject, JsonValue, Schema
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import ParameterLocation, ParameterStyle

_TEMPLATE_VARIABLE = re.compile(r"\{([^{}]+)\}")
_IGNORED_HEADERS = frozenset({"accept", "content-type"})
_STYLES = {
    ParameterLocation.PATH: (ParameterStyle.SIMPLE, ParameterStyle.LABEL, ParameterStyle.MATRIX),
    ParameterLocation.QUERY: (
        ParameterStyle.FORM,
        ParameterStyle.SPACE_DELIMITED,
        ParameterStyle.PIPE_DELIMITED,
        ParameterStyle.DEEP_OBJECT,
    ),
    ParameterLocation.HEADER: (ParameterStyle.SIMPLE,),
    ParameterLocation.COOKIE: (ParameterStyle.FORM,),
}
"""The styles of each location; the first is the default."""
_SCHEMA_KEYWORDS = ("type", "enum", "format", "items", "minimum", "maximum", "minLength", "maxLength", "pattern", "default")


@dataclass(frozen=True, slots=True)
class AuthorizationParameter:
    """An ``Authorization`` header that the document describes as a parameter."""

    required: bool
    at: Tokens


@dataclass(frozen=True, slots=True)
class ParameterList:
    """The parameters of one operation, and the ``Authorization`` header if it was among them."""

    parameters: tuple[Parameter, ...]
    authorization: AuthorizationParameter | None


def template_variables(path: str) -> tuple[str, ...]:
    """The variables of a path template, each once, in order."""
    return tuple(dict.fromkeys(_TEMPLATE_VARIABLE.findall(path)))


def read_parameters(
    reader: DocumentReader, path: str, own: tuple[JsonValue, Tokens], shared: tuple[JsonValue, Tokens]
) -> ParameterList:
    """The parameters of the operation: ``own`` override ``shared`` ones (the path item's) of the same name and location."""
    merged: dict[tuple[ParameterLocation, str], Parameter] = {}
    authorization: AuthorizationParameter | None = None
    for raw, at in (shared, own):
        seen: set[tuple[ParameterLocation, str]] = set()
        for node, place in _entries(reader, raw, at):
            identity = _identity(reader, node, place)
            if identity is None:
                continue
            location, name = identity
            key = (location, name.lower() if location is ParameterLocation.HEADER else name)
            if key in seen:
                reader.report(
                    FindingCode.PARAMETER_INVALID, place, f"the parameter {quoted(name)} is listed twice; the first counts"
                )
            elif key == (ParameterLocation.HEADER, "authorization"):
                authorization = AuthorizationParameter(flag_of(node, "required"), place)
            else:
                merged[key] = _read_parameter(reader, node, place, location, name)
            seen.add(key)
    return ParameterList(_matched_with_path(reader, path, tuple(merged.values()), own[1]), authorization)


def _entries(reader: DocumentReader, raw: JsonValue, at: Tokens) -> Iterator[tuple[JsonObject, Tokens]]:
    if raw is None:
        return
    if not isinstance(raw, list):
        reader.report(FindingCode.PARAMETER_INVALID, at, "parameters must be a list; they are left out", Severity.MAJOR)
        return
    for index, entry in enumerate(raw):
        found = reader.object_at(entry, (*at, str(index)), FindingCode.PARAMETER_INVALID, "a parameter")
        if found is not None:
            yield found


def _identity(reader: DocumentReader, node: JsonObject, at: Tokens) -> tuple[ParameterLocation, str] | None:
    """Location and name; None for what cannot be sent or what OpenAPI says to ignore."""
    name = text_of(node, "name").raw()
    place = node.get("in")
    if not name or not isinstance(place, str) or place not in _LOCATIONS:
        reader.report(FindingCode.PARAMETER_INVALID, at, 'a parameter needs a name, and "in" of path, query, header or cookie')
        return None
    location = ParameterLocation(place)
    if location in (ParameterLocation.HEADER, ParameterLocation.COOKIE) and not TOKEN.fullmatch(name):
        reader.report(
            FindingCode.PARAMETER_INVALID, at, f"{quoted(name)} cannot be the name of a {location.value}; it is left out"
        )
        return None
    if location is ParameterLocation.HEADER and name.lower() in _IGNORED_HEADERS:
        message = f"OpenAPI ignores a header parameter named {quoted(name)}: media types say the same"
        reader.report(FindingCode.PARAMETER_INVALID, at, message, Severity.INFO)
        return None
    return location, name


_LOCATIONS = frozenset(location.value for location in ParameterLocation)


def _read_parameter(reader: DocumentReader, node: JsonObject, at: Tokens, location: ParameterLocation, name: str) -> Parameter:
    schema, content_type, examples_at = _read_schema(reader, node, at)
    style = _style(reader, node, at, location)
    explode = node.get("explode")
    owner = reader.resolver.value_at(examples_at) if examples_at != at else node
    return Parameter(
        name=UntrustedText(name),
        location=location,
        required=flag_of(node, "required") or location is ParameterLocation.PATH,
        schema=schema,
        style=style,
        explode=explode if isinstance(explode, bool) else style is ParameterStyle.FORM,
        pointer=pointer(at),
        description=text_of(node, "description"),
        examples=reader.examples(owner if isinstance(owner, dict) else node, examples_at),
        content_type=content_type,
        deprecated=flag_of(node, "deprecated"),
    )


def _read_schema(reader: DocumentReader, node: JsonObject, at: Tokens) -> tuple[Schema, str, Tokens]:
    """The schema, the media type where ``content`` describes the parameter, and the place whose examples count."""
    content = node.get("content")
    if "schema" not in node and isinstance(content, dict) and content:
        media_type = min(content)
        place = (*at, "content", media_type)
        found = reader.object_at(content[media_type], place, FindingCode.PARAMETER_INVALID, "a media type")
        if found is not None:
            schema = reader.schema(found[0].get("schema", True), (*found[1], "schema"))
            return schema, media_type.split(";")[0].strip().lower(), found[1]
    if "schema" in node:
        return reader.schema(node["schema"], (*at, "schema")), "", at
    inline: JsonObject = {keyword: node[keyword] for keyword in _SCHEMA_KEYWORDS if keyword in node}
    message = (
        "a parameter needs a schema; its own keywords are read instead"
        if inline
        else "a parameter needs a schema; any value is taken"
    )
    reader.report(FindingCode.PARAMETER_INVALID, at, message)
    return reader.schema(inline, at), "", at


def _style(reader: DocumentReader, node: JsonObject, at: Tokens, location: ParameterLocation) -> ParameterStyle:
    allowed = _STYLES[location]
    wanted = node.get("style")
    for style in allowed:
        if wanted == style.value:
            return style
    if wanted is not None:
        shown = quoted(wanted) if isinstance(wanted, str) else "this"
        message = f"{shown} is no style of a {location.value} parameter; it is sent as {allowed[0].value}"
        reader.report(FindingCode.PARAMETER_STYLE_UNSUPPORTED, (*at, "style"), message)
    return allowed[0]


def _matched_with_path(reader: DocumentReader, path: str, parameters: tuple[Parameter, ...], at: Tokens) -> tuple[Parameter, ...]:
    """Path parameters that the template does not hold go; variables that nobody declares become required strings."""
    variables = template_variables(path)
    kept: list[Parameter] = []
    for parameter in parameters:
        if parameter.location is ParameterLocation.PATH and parameter.name.raw() not in variables:
            message = f"the path parameter {quoted(parameter.name.raw())} does not stand in the path; it is left out"
            reader.log.add(FindingCode.PATH_PARAMETER_UNUSED, parameter.pointer, message)
            continue
        kept.append(parameter)
    declared = {parameter.name.raw() for parameter in kept if parameter.location is ParameterLocation.PATH}
    for variable in variables:
        if variable not in declared:
            message = f"the path holds {quoted('{' + variable + '}')} and no parameter declares it; any text is taken"
            reader.report(FindingCode.PATH_PARAMETER_MISSING, at[:-1], message)
            kept.append(_undeclared(reader, variable, at[:-1]))
    return tuple(kept)


def _undeclared(reader: DocumentReader, variable: str, at: Tokens) -> Parameter:
    return Parameter(
        name=UntrustedText(variable),
        location=ParameterLocation.PATH,
        required=True,
        schema=reader.schema({"type": "string"}, at),
        style=ParameterStyle.SIMPLE,
        explode=False,
        pointer=pointer(at),
    )
