"""What travels in bodies: media types, request bodies, responses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from specproof.openapi.finding_log import quoted
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.model import MediaType, RequestBody, Response
from specproof.openapi.pointers import Tokens, pointer
from specproof.openapi.reading.document_reader import TOKEN, DocumentReader, flag_of, text_of
from specproof.openapi.reading.encodings import read_encodings
from specproof.openapi.reading.headers import read_headers
from specproof.openapi.reading.links import LinkReader
from specproof.openapi.schema import JsonObject, JsonValue

_STATUS = re.compile(r"[1-5](?:[0-9]{2}|XX)|DEFAULT")
_ALTERNATIVE = re.compile(r"x-(?:[1-5][0-9]{2}|default)(?![0-9]).*", re.IGNORECASE | re.DOTALL)


def read_media_types(reader: DocumentReader, content: JsonValue, at: Tokens) -> tuple[MediaType, ...]:
    """The media types of a ``content`` object, sorted by name; names are lower-case and without parameters."""
    if content is None:
        return ()
    if not isinstance(content, dict):
        reader.report(FindingCode.MEDIA_TYPE_UNSUPPORTED, at, "content must be an object; it is left out", Severity.MAJOR)
        return ()
    found: dict[str, MediaType] = {}
    # The shortest spelling first: of "application/json" and "application/json; v=2" the plain one counts.
    for key in sorted(content, key=lambda name: (len(name), name)):
        place = (*at, key)
        name = key.split(";")[0].strip().lower()
        if not _is_media_type(name):
            reader.report(FindingCode.MEDIA_TYPE_UNSUPPORTED, place, f"{quoted(key)} is no media type; it is left out")
            continue
        if name in found:
            message = f"{quoted(key)} differs from another media type by its parameters only; the other one counts"
            reader.report(FindingCode.MEDIA_TYPE_UNSUPPORTED, place, message, Severity.INFO)
            continue
        described = reader.object_at(content[key], place, FindingCode.MEDIA_TYPE_UNSUPPORTED, "a media type")
        if described is not None:
            found[name] = _read_media_type(reader, name, *described)
    return tuple(found[name] for name in sorted(found))


def _is_media_type(name: str) -> bool:
    kind, slash, subtype = name.partition("/")
    return bool(slash and TOKEN.fullmatch(kind) and TOKEN.fullmatch(subtype))


def _read_media_type(reader: DocumentReader, name: str, node: JsonObject, at: Tokens) -> MediaType:
    schema = reader.schema(node["schema"], (*at, "schema")) if "schema" in node else None
    return MediaType(
        name=name,
        schema=schema,
        pointer=pointer(at),
        examples=reader.examples(node, at),
        item_schema=reader.schema(node["itemSchema"], (*at, "itemSchema")) if "itemSchema" in node else None,
        encodings=read_encodings(reader, name, node, at, schema),
    )


def read_request_body(reader: DocumentReader, raw: JsonValue, at: Tokens) -> RequestBody | None:
    """The request body; None where there is none, or one without any media type (Apifox writes ``content: {}`` for "no body")."""
    if raw is None:
        return None
    found = reader.object_at(raw, at, FindingCode.OPERATION_INVALID, "a request body")
    if found is None:
        return None
    node, place = found
    media_types = read_media_types(reader, node.get("content"), (*place, "content"))
    if not media_types:
        return None
    return RequestBody(
        required=flag_of(node, "required"),
        media_types=media_types,
        pointer=pointer(place),
        description=text_of(node, "description"),
    )


def read_responses(reader: DocumentReader, raw: JsonValue, at: Tokens, links: LinkReader | None = None) -> tuple[Response, ...]:
    """The documented responses, sorted by status, ``default`` last; their links where there is a reader for them."""
    responses: dict[str, Response] = {}
    if raw is not None and not isinstance(raw, dict):
        reader.report(FindingCode.RESPONSE_INVALID, at, "responses must be an object; they are left out", Severity.MAJOR)
    listed = raw if isinstance(raw, dict) else {}
    for status, key in _statuses(reader, listed, at):
        place = (*at, key)
        if status in responses:
            reader.report(FindingCode.RESPONSE_INVALID, place, f"the status {status} is described twice; the first counts")
            continue
        found = reader.object_at(listed[key], place, FindingCode.RESPONSE_INVALID, "a response")
        if found is not None:
            responses[status] = _read_response(reader, status, *found, links)
    if not responses:
        reader.report(FindingCode.RESPONSES_MISSING, at, "no response is documented: only server errors can be told from success")
    return tuple(responses[status] for status in sorted(responses))


def _statuses(reader: DocumentReader, raw: JsonObject, at: Tokens) -> Iterator[tuple[str, str]]:
    """(status as the model writes it, key of the document), keys sorted."""
    for key in sorted(raw):
        upper = key.strip().upper()
        if _STATUS.fullmatch(upper):
            yield ("default" if upper == "DEFAULT" else upper), key
        elif _ALTERNATIVE.fullmatch(key):
            message = f"{quoted(key)} is Apifox's second response for one status, which OpenAPI cannot express; it is not checked"
            reader.report(FindingCode.RESPONSE_ALTERNATIVE, (*at, key), message, Severity.INFO)
        elif not key.lower().startswith("x-"):
            message = f"{quoted(key)} is no status; it is left out"
            reader.report(FindingCode.RESPONSE_INVALID, (*at, key), message)


def _read_response(reader: DocumentReader, status: str, node: JsonObject, at: Tokens, links: LinkReader | None) -> Response:
    return Response(
        status=status,
        media_types=read_media_types(reader, node.get("content"), (*at, "content")),
        headers=read_headers(reader, node.get("headers"), (*at, "headers")),
        pointer=pointer(at),
        # Since OpenAPI 3.2 a response may be described by its summary alone.
        description=text_of(node, "description") or text_of(node, "summary"),
        links=links.read(node.get("links"), (*at, "links")) if links is not None else (),
    )
