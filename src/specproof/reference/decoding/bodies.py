"""Bodies by their media type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from specproof.openapi.model import MediaType, RequestBody
from specproof.openapi.schema import JsonValue
from specproof.reference.decoding import media_types
from specproof.reference.decoding.binary import encoding_of, text_of_bytes
from specproof.reference.decoding.charsets import text_of
from specproof.reference.decoding.forms import FormReader
from specproof.reference.decoding.json_text import parsed_json
from specproof.reference.decoding.multipart import MultipartReader
from specproof.reference.decoding.rows import parsed_rows
from specproof.reference.decoding.value_reader import ValueReader
from specproof.reference.decoding.xml_reading import XmlReader
from specproof.reference.messages import Request

Read = Callable[[bytes, Mapping[str, str]], JsonValue]
"""A body and the parameters of its Content-Type become a value."""
_MAX_KNOWN: Final = 100
_NO_ARGUMENTS: Final[Mapping[str, str]] = {}
_UTF_8: Final = frozenset({"", "utf-8", "utf8", "us-ascii"})


class BodyReader:
    """Reads the bodies of one operation. ``names`` are the documented media types."""

    def __init__(self, body: RequestBody) -> None:
        self.names = tuple(media.name for media in body.media_types)
        self._documented = {media.name: media for media in body.media_types}
        self._default = next((name for name in self.names if media_types.is_json(name)), self.names[0] if self.names else "")
        self._plans: dict[str, tuple[str, Read, Mapping[str, str]]] = {}

    def match(self, content_type: str) -> str | None:
        """The documented media type or range that a Content-Type falls under; a missing one is taken for JSON."""
        return media_types.matching(media_types.bare(content_type) or media_types.JSON, self._documented)

    def read(self, request: Request) -> tuple[JsonValue, bool, str]:
        """The body's value, whether there is one, and the media type that it was read as.

        No bytes are no body, but for the types in which they are a value: a form without fields, a row without items.
        """
        content_type = request.header("content-type") or ""
        plan = self._plans.get(content_type)
        if plan is None:
            plan = self._plan(content_type)
            if len(self._plans) < _MAX_KNOWN:
                self._plans[content_type] = plan
        name, read, arguments = plan
        if not request.body and not (content_type and (name == media_types.FORM or media_types.is_rows(name))):
            return None, False, name
        return read(request.body, arguments), True, name

    def _plan(self, content_type: str) -> tuple[str, Read, Mapping[str, str]]:
        documented = self.match(content_type)
        arguments = media_types.arguments(content_type) if ";" in content_type else _NO_ARGUMENTS
        if documented is None:
            return self._default, _reading(self._documented[self._default], self._default), arguments
        name = media_types.bare(content_type) or media_types.JSON
        return name, _reading(self._documented[documented], name), arguments


def _reading(media: MediaType, name: str) -> Read:
    """How bodies of the media type ``name``, documented as ``media``, are read."""
    if media_types.is_json(name):
        return _json
    if media_types.is_rows(name):
        return lambda body, _: parsed_rows(body, name)
    reader = ValueReader(media.schema.raw, media.schema.definitions) if media.schema is not None else ValueReader(True, {})
    return _reading_by_schema(reader, media, name)


def _reading_by_schema(reader: ValueReader, media: MediaType, name: str) -> Read:
    if name == media_types.FORM:
        return FormReader(reader, media.encodings).body
    if name.startswith("multipart/"):
        return MultipartReader(reader).body
    if media_types.is_xml(name):
        return XmlReader(reader).body
    if media_types.is_text(name):
        return lambda body, arguments: reader.scalar(text_of(body, arguments.get("charset", "")))
    encoding = encoding_of(reader.raw, reader.definitions)
    return lambda body, _: text_of_bytes(body, encoding)


def _json(body: bytes, arguments: Mapping[str, str]) -> JsonValue:
    charset = arguments.get("charset", "") if arguments else ""
    return parsed_json(body if charset.lower() in _UTF_8 else text_of(body, charset))
