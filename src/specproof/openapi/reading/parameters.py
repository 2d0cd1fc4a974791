"""Parameters of an operation: path-level ones merged in, the path's template and its declarations brought together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from specproof.openapi.finding_log import quoted
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.model import Encoding, Parameter
from specproof.openapi.pointers import Tokens, pointer
from specproof.openapi.reading.document_reader import TOKEN, DocumentReader, flag_of, text_of
from specproof.openapi.reading.encodings import read_encodings
from specproof.openapi.schema import JsonObject, JsonValue, Schema
from specproof.openapi.text import UntrustedText
from specproof.openapi.vocabulary import ParameterLocation, ParameterStyle, SpecVersion

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
    ParameterLocation.COOKIE: (ParameterStyle.FORM, ParameterStyle.COOKIE),
    # Its media type says how it is laid out.
    ParameterLocation.QUERYSTRING: (ParameterStyle.FORM,),
}
"""The styles of each location; the first is the default."""
_EXPLODED = (ParameterStyle.FORM, ParameterStyle.COOKIE)
"""The styles whose ``explode`` is true where nothing is said."""
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
    parameters = _with_one_query(reader, tuple(merged.values()))
    return ParameterList(_matched_with_path(reader, path, parameters, own[1]), authorization)


def _with_one_query(reader: DocumentReader, parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """A parameter for the whole query goes where there are parameters for parts of it, or a second one of its kind."""
    whole = [parameter for parameter in parameters if parameter.location is ParameterLocation.QUERYSTRING]
    has_parts = any(parameter.location is ParameterLocation.QUERY for parameter in parameters)
    left_out = whole if has_parts else whole[1:]
    for parameter in left_out:
        others = "parameters in query" if has_parts else "another one in querystring"
        message = f"a parameter in querystring cannot stand beside {others}; it is left out"
        reader.log.add(FindingCode.PARAMETER_INVALID, parameter.pointer, message)
    return tuple(parameter for parameter in parameters if parameter not in left_out)


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
        message = 'a parameter needs a name, and "in" of path, query, querystring, header or cookie'
        reader.report(FindingCode.PARAMETER_INVALID, at, message)
        return None
    location = ParameterLocation(place)
    if location is ParameterLocation.QUERYSTRING and not _is_querystring(reader, node, at):
        return None
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


def _is_querystring(reader: DocumentReader, node: JsonObject, at: Tokens) -> bool:
    content = node.get("content")
    if not isinstance(content, dict) or len(content) != 1 or "schema" in node:
        message = "a parameter in querystring needs content with one media type, and no schema; it is left out"
        reader.report(FindingCode.PARAMETER_INVALID, at, message)
        return False
    if reader.dialect is not SpecVersion.OPENAPI_32:
        message = '"querystring" belongs to OpenAPI 3.2; it is read as such'
        reader.report(FindingCode.PARAMETER_INVALID, (*at, "in"), message, Severity.INFO)
    return True


TYPES_ELSEWHERE = {
    "int": "integer", "int32": "integer", "int64": "integer", "long": "integer", "float": "number", "double": "number",
    "bool": "boolean", "str": "string",
}  # fmt: skip
"""Names that types have in programming languages, and that can mean only one here."""
_LOCATIONS = frozenset(location.value for location in ParameterLocation)


def _read_parameter(reader: DocumentReader, node: JsonObject, at: Tokens, location: ParameterLocation, name: str) -> Parameter:
    described = _read_description(reader, node, at)
    style = _style(reader, node, at, location)
    explode = node.get("explode")
    return Parameter(
        name=UntrustedText(name),
        location=location,
        required=flag_of(node, "required") or location is ParameterLocation.PATH,
        schema=described.schema,
        style=style,
        explode=explode if isinstance(explode, bool) else style in _EXPLODED,
        pointer=pointer(at),
        description=text_of(node, "description"),
        examples=reader.examples(described.owner, described.at),
        content_type=described.content_type,
        deprecated=flag_of(node, "deprecated"),
        allow_reserved=_allows_reserved(reader, node, at, location) and not described.content_type,
        encodings=described.encodings,
    )


def _allows_reserved(reader: DocumentReader, node: JsonObject, at: Tokens, location: ParameterLocation) -> bool:
    """``allowReserved``, which counts in the query, and since OpenAPI 3.2 wherever values are percent-encoded."""
    is_stated = reader.flag(node, "allowReserved", at, FindingCode.PARAMETER_INVALID) is True
    encoded = (ParameterLocation.QUERY, ParameterLocation.PATH, ParameterLocation.COOKIE)
    return is_stated and location in (encoded if reader.dialect is SpecVersion.OPENAPI_32 else encoded[:1])


@dataclass(frozen=True, slots=True)
class _Description:
    """What describes a parameter's values, and the object whose examples count: itself, or its one media type."""

    schema: Schema
    owner: JsonObject
    at: Tokens
    content_type: str = ""
    encodings: tuple[Encoding, ...] = ()


def _read_description(reader: DocumentReader, node: JsonObject, at: Tokens) -> _Description:
    content = node.get("content")
    if "schema" not in node and isinstance(content, dict) and content:
        media_type = min(content)
        place = (*at, "content", media_type)
        found = reader.object_at(content[media_type], place, FindingCode.PARAMETER_INVALID, "a media type")
        if found is not None:
            owner, where = found
            schema = reader.schema(owner.get("schema", True), (*where, "schema"))
            name = media_type.split(";")[0].strip().lower()
            return _Description(schema, owner, where, name, read_encodings(reader, name, owner, where, schema))
    if "schema" in node:
        raw = _with_type(reader, node, node["schema"], (*at, "schema", "type"))
        return _Description(reader.schema(raw, (*at, "schema")), node, at)
    inline: JsonObject = {keyword: node[keyword] for keyword in _SCHEMA_KEYWORDS if keyword in node}
    message = (
        "a parameter needs a schema; its own keywords are read instead"
        if inline
        else "a parameter needs a schema; any value is taken"
    )
    reader.report(FindingCode.PARAMETER_INVALID, at, message)
    return _Description(reader.schema(inline, at), node, at)


def _with_type(reader: DocumentReader, node: JsonObject, raw: JsonValue, at: Tokens) -> JsonValue:
    """The schema of a path parameter with the type that a programming language's name for it means.

    In a path alone: there it says what to send, and elsewhere it would become a rule that the document does not have.
    """
    told = raw.get("type") if isinstance(raw, dict) else None
    meant = TYPES_ELSEWHERE.get(told.lower()) if isinstance(told, str) else None
    if node.get("in") != ParameterLocation.PATH.value or meant is None or not isinstance(raw, dict):
        return raw
    message = f"{quoted(str(told))} is no type; in a path it is read as {quoted(meant)}"
    reader.report(FindingCode.SCHEMA_TYPE_UNKNOWN, at, message, Severity.MAJOR)
    return {**raw, "type": meant}


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
