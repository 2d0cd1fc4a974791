"""Headers that a response, or a part of a multipart body, is documented to have."""

from __future__ import annotations

from specproof.openapi.finding_log import quoted
from specproof.openapi.findings import FindingCode
from specproof.openapi.model import ResponseHeader
from specproof.openapi.pointers import Tokens, pointer
from specproof.openapi.reading.document_reader import TOKEN, DocumentReader, flag_of
from specproof.openapi.schema import JsonValue

_MOST_HEADERS = 100


def read_headers(
    reader: DocumentReader, raw: JsonValue, at: Tokens, code: FindingCode = FindingCode.RESPONSE_INVALID
) -> tuple[ResponseHeader, ...]:
    """The headers of a ``headers`` object, sorted by name, without ``Content-Type``: media types say the same."""
    headers: dict[str, ResponseHeader] = {}
    for key, described in reader.members(raw, at, code, "headers", _MOST_HEADERS):
        place, name = (*at, key), key.lower()
        if not TOKEN.fullmatch(key):
            reader.report(code, place, f"{quoted(key)} cannot be the name of a header; it is left out")
            continue
        if name == "content-type" or name in headers:
            continue  # OpenAPI: a response header named Content-Type shall be ignored.
        found = reader.object_at(described, place, code, "a header")
        if found is not None:
            node, where = found
            schema = reader.schema(node["schema"], (*where, "schema")) if "schema" in node else None
            headers[name] = ResponseHeader(name=name, required=flag_of(node, "required"), schema=schema, pointer=pointer(where))
    return tuple(headers[name] for name in sorted(headers))
