"""Bodies by their media type."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from specproof.openapi.model import MediaType, RequestBody
from specproof.openapi.schema import JsonValue
from specproof.reference.decoding import media_types
from specproof.reference.decoding.json_text import parsed_json
from specproof.reference.messages import Request

Read = Callable[[bytes, Mapping[str, str]], JsonValue]
"""A body and the parameters of its Content-Type become a value."""


class BodyReader:
    """Reads the bodies of one operation. ``names`` are the documented media types."""

    def __init__(self, body: RequestBody) -> None:
        self.names = tuple(media.name for media in body.media_types)
        self._documented = {media.name: media for media in body.media_types}
        self._default = next((name for name in self.names if media_types.is_json(name)), self.names[0] if self.names else "")
        self._matches: dict[str, str | None] = {}
        self._readers: dict[str, Read] = {}

    def match(self, content_type: str) -> str | None:
        """The documented media type or range that a Content-Type falls under; a missing one is taken for JSON."""
        if content_type not in self._matches:
            if len(self._matches) > 100:
                self._matches.clear()
            name = media_types.bare(content_type) or media_types.JSON
            self._matches[content_type] = media_types.matching(name, self.names)
        return self._matches[content_type]

    def read(self, request: Request) -> tuple[JsonValue, bool, str]:
        """The body's value, whether there is one, and the media type that it was read as."""
        content_type = request.header("content-type") or ""
        documented = self.match(content_type)
        if documented is None:
            documented, actual = self._default, self._default
        else:
            actual = media_types.bare(content_type) or media_types.JSON
        if not request.body:
            return None, False, actual
        read = self._readers.get(actual)
        if read is None:
            read = self._reader(self._documented[documented], actual)
            if documented == actual:
                self._readers[actual] = read
        arguments = media_types.arguments(content_type) if ";" in content_type else {}
        return read(request.body, arguments), True, actual

    def _reader(self, media: MediaType, actual: str) -> Read:
        return _json


def _json(body: bytes, arguments: Mapping[str, str]) -> JsonValue:
    charset = arguments.get("charset", "utf-8")
    return parsed_json(body if charset.lower() in {"utf-8", "utf8", "us-ascii"} else body.decode(charset, "strict"))
