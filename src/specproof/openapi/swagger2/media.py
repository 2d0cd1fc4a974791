"""What travels in bodies of Swagger 2.0: ``consumes`` and ``produces``, ``in: body``, ``in: formData``, responses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from specproof.openapi.dialects.swagger2 import inline_schema
from specproof.openapi.documents.references import ReferenceResolver
from specproof.openapi.finding_log import FindingLog, quoted
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.pointers import Tokens, pointer
from specproof.openapi.reading.document_reader import TOKEN
from specproof.openapi.schema import JsonObject, JsonValue
from specproof.openapi.swagger2.relocation import Relocations

_MULTIPART = "multipart/form-data"
_URLENCODED = "application/x-www-form-urlencoded"
_JSON = "application/json"
_ANY = "*/*"
_STYLES = {"ssv": "spaceDelimited", "pipes": "pipeDelimited"}
_MOST_MEDIA_TYPES = 50
"""Of one list. Each is read for every body and response that it holds for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A parameter or response, and where the document has it."""

    node: JsonObject
    origin: Tokens


@dataclass(frozen=True, slots=True)
class Translation:
    """What every part of the translation needs: the original document, where parts went, and the findings (original places)."""

    resolver: ReferenceResolver
    relocations: Relocations = field(default_factory=Relocations)
    log: FindingLog = field(default_factory=FindingLog)

    def entry(self, value: JsonValue, at: Tokens) -> Entry | None:
        """The object at ``at``, references followed; None where there is none: the ordinary reader says so."""
        target = self.resolver.follow(value, at)
        return Entry(target.value, target.tokens) if target is not None and isinstance(target.value, dict) else None

    def report(self, code: FindingCode, at: Tokens, message: str, severity: Severity = Severity.MINOR) -> None:
        """Leave a finding at a place of the original."""
        self.log.add(code, pointer(at), message, severity)


def media_type_names(translation: Translation, raw: JsonValue, at: Tokens) -> tuple[str, ...] | None:
    """The media types of a ``consumes`` or ``produces``: lower case, without parameters. None where there is no usable list."""
    if raw is None:
        return None
    if not isinstance(raw, list):
        translation.report(FindingCode.MEDIA_TYPE_UNSUPPORTED, at, "this must be a list of media types; it is left out")
        return None
    names: dict[str, None] = {}
    for index, value in enumerate(raw):
        name = value.split(";")[0].strip().lower() if isinstance(value, str) else ""
        kind, _, subtype = name.partition("/")
        if TOKEN.fullmatch(kind) and TOKEN.fullmatch(subtype):
            names[name] = None
        else:
            shown = quoted(value) if isinstance(value, str) else "this"
            translation.report(FindingCode.MEDIA_TYPE_UNSUPPORTED, (*at, str(index)), f"{shown} is no media type; it is left out")
    if len(names) > _MOST_MEDIA_TYPES:
        message = f"only the first {_MOST_MEDIA_TYPES} of these media types are read"
        translation.report(FindingCode.MEDIA_TYPE_UNSUPPORTED, at, message)
    return tuple(names)[:_MOST_MEDIA_TYPES] or None


# -- requests -------------------------------------------------------------------------------------------------------


def request_body(
    translation: Translation, bodies: Sequence[Entry], forms: Sequence[Entry], consumes: tuple[str, ...] | None, at: Tokens
) -> JsonObject | None:
    """The request body for the ``body`` or the ``formData`` parameters of the operation at ``at``; None where it has neither."""
    if bodies:
        for extra in (*bodies[1:], *forms):
            message = "a request has one body only; this parameter is left out"
            translation.report(FindingCode.PARAMETER_INVALID, extra.origin, message)
        return _plain_body(translation, bodies[0], consumes or (_JSON,), (*at, "requestBody"))
    return _form_body(translation, forms, consumes, (*at, "requestBody")) if forms else None


def _plain_body(translation: Translation, body: Entry, names: tuple[str, ...], at: Tokens) -> JsonObject:
    translation.relocations.add(at, body.origin)
    if "schema" not in body.node:
        translation.report(FindingCode.PARAMETER_INVALID, body.origin, "a body needs a schema; any value is taken")
    content: JsonObject = {}
    for name in names:
        translation.relocations.add((*at, "content", name), body.origin)
        content[name] = {"schema": body.node["schema"]} if "schema" in body.node else {}
    return {"required": body.node.get("required"), "description": body.node.get("description"), "content": content}


def _form_body(
    translation: Translation, forms: Sequence[Entry], consumes: tuple[str, ...] | None, at: Tokens
) -> JsonObject | None:
    properties: JsonObject = {}
    encodings: JsonObject = {}
    required: list[JsonValue] = []
    fields = [entry for entry in forms if _is_field(translation, entry)]
    for entry in fields:
        name = str(entry.node["name"])
        properties[name] = entry.node["schema"] if "schema" in entry.node else inline_schema(entry.node)
        if entry.node.get("required") is True:
            required.append(name)
        encoding = _encoding(translation, entry)
        if encoding:
            encodings[name] = encoding
    if not fields:
        return None
    schema: JsonObject = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    content: JsonObject = {}
    for media_type in _form_types(translation, fields, consumes):
        place = (*at, "content", media_type)
        translation.relocations.add((*place, "schema"), fields[0].origin[:-1])
        for entry in fields:
            name = str(entry.node["name"])
            translation.relocations.add((*place, "schema", "properties", name), entry.origin)
            translation.relocations.add((*place, "encoding", name), entry.origin)
        content[media_type] = {"schema": schema, "encoding": encodings} if encodings else {"schema": schema}
    translation.relocations.add((*at, "content"), at[:-1])
    translation.relocations.add(at, at[:-1])
    return {"required": bool(required), "content": content}


def _encoding(translation: Translation, entry: Entry) -> JsonObject:
    """What OpenAPI 3.0 says beside the schema: how a list is laid out, and that a file is bytes."""
    if entry.node.get("type") == "file":
        return {"contentType": "application/octet-stream"}
    return layout(translation, entry) if entry.node.get("type") == "array" else {}


def layout(translation: Translation, entry: Entry) -> JsonObject:
    """``style`` and ``explode`` of a list; values with commas between them where its own format cannot be sent.

    Queries and forms know all formats but ``tsv``; other places have commas alone, which is their default style.
    """
    wanted = entry.node.get("collectionFormat", "csv")
    is_form = entry.node.get("in") == "formData"
    if is_form or entry.node.get("in") == "query":
        if wanted == "multi":
            return {"style": "form", "explode": True}
        if isinstance(wanted, str) and wanted in _STYLES:
            return {"style": _STYLES[wanted], "explode": False}
    if wanted != "csv":
        shown = quoted(wanted) if isinstance(wanted, str) else "this"
        message = f"the collectionFormat {shown} cannot be sent here; the values are sent with commas between them"
        translation.report(FindingCode.PARAMETER_STYLE_UNSUPPORTED, (*entry.origin, "collectionFormat"), message)
    return {"style": "form", "explode": False} if is_form else {"explode": False}


def _is_field(translation: Translation, entry: Entry) -> bool:
    name = entry.node.get("name")
    if isinstance(name, str) and name:
        return True
    translation.report(FindingCode.PARAMETER_INVALID, entry.origin, "a field of a form needs a name; it is left out")
    return False


def _form_types(translation: Translation, fields: Sequence[Entry], consumes: tuple[str, ...] | None) -> tuple[str, ...]:
    has_file = any(entry.node.get("type") == "file" for entry in fields)
    allowed = (_MULTIPART,) if has_file else (_MULTIPART, _URLENCODED)
    declared = tuple(name for name in consumes or () if name in allowed)
    if declared:
        return declared
    chosen = _MULTIPART if has_file else _URLENCODED
    if consumes is not None:
        message = f"what the operation consumes cannot carry a form; it is sent as {chosen}"
        translation.report(FindingCode.MEDIA_TYPE_UNSUPPORTED, fields[0].origin, message, Severity.INFO)
    return (chosen,)


# -- responses ------------------------------------------------------------------------------------------------------


def responses(
    translation: Translation, raw: JsonValue, produces: tuple[str, ...] | None, at: Tokens, origin: Tokens
) -> JsonValue:
    """The responses of an operation, shared ones written out, since their media types depend on the operation."""
    if not isinstance(raw, dict):
        return raw
    translated: JsonObject = {}
    for status, value in raw.items():
        entry = translation.entry(value, (*origin, status)) if not status.lower().startswith("x-") else None
        translated[status] = value if entry is None else _response(translation, entry, produces, (*at, status))
    return translated


def _response(translation: Translation, entry: Entry, produces: tuple[str, ...] | None, at: Tokens) -> JsonObject:
    node, move = entry.node, translation.relocations.add
    move(at, entry.origin)
    response: JsonObject = {key: value for key, value in node.items() if key not in ("schema", "examples", "headers", "links")}
    if "headers" in node:
        response["headers"] = _headers(translation, node["headers"], (*at, "headers"), (*entry.origin, "headers"))
    examples = _examples(translation, entry)
    if "schema" not in node and not examples:
        return response
    described: JsonObject = {}
    if "schema" in node and not _is_file(translation, node["schema"], (*entry.origin, "schema")):
        described["schema"] = node["schema"]
    content: JsonObject = {}
    for name in produces or (_ANY,):
        place = (*at, "content", name)
        move(place, entry.origin)
        key = _example_for(name, examples)
        if key is None:
            content[name] = described
        else:
            content[name] = {**described, "example": examples[key]}
            move((*place, "example"), (*entry.origin, "examples", key))
    response["content"] = content
    return response


def _example_for(name: str, examples: JsonObject) -> str | None:
    keys = sorted(examples)
    return next((key for key in keys if name in (key.split(";")[0].strip().lower(), _ANY)), None)


def _examples(translation: Translation, entry: Entry) -> JsonObject:
    raw = entry.node.get("examples")
    if isinstance(raw, dict):
        return raw
    if raw is not None:
        message = "examples of a response are listed by media type; they are left out"
        translation.report(FindingCode.EXAMPLE_INVALID, (*entry.origin, "examples"), message)
    return {}


def _is_file(translation: Translation, schema: JsonValue, at: Tokens) -> bool:
    """Whether a response is a file: any bytes will do, whatever its media type."""
    found = translation.entry(schema, at)
    return found is not None and found.node.get("type") == "file"


def _headers(translation: Translation, raw: JsonValue, at: Tokens, origin: Tokens) -> JsonValue:
    if not isinstance(raw, dict):
        return raw
    headers: JsonObject = {}
    for name, header in raw.items():
        if not isinstance(header, dict) or "schema" in header or "$ref" in header:
            headers[name] = header
            continue
        translation.relocations.add((*at, name, "schema"), (*origin, name))
        inline = inline_schema(header)
        is_readable = bool(inline) and header.get("collectionFormat", "csv") == "csv"
        headers[name] = {"schema": inline} if is_readable else {}
    return headers
