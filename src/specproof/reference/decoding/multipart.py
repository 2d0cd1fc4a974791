"""``multipart/form-data`` (RFC 7578) and other multipart bodies."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from specproof.openapi.schema import JsonObject, JsonValue
from specproof.reference.decoding import media_types
from specproof.reference.decoding.binary import encoding_of, is_binary, text_of_bytes
from specproof.reference.decoding.charsets import text_of
from specproof.reference.decoding.decoded import MalformedError
from specproof.reference.decoding.json_text import parsed_json
from specproof.reference.decoding.value_reader import ValueReader

_MAX_PARTS: Final = 2_000
_MAX_HEAD: Final = 20_000
_PADDING: Final = re.compile(rb"[ \t]*(\r?\n|\Z)")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its headers (names in lower case) and its content."""

    headers: Mapping[str, str]
    content: bytes

    @property
    def disposition(self) -> Mapping[str, str]:
        """The parameters of its Content-Disposition."""
        return media_types.arguments(self.headers.get("content-disposition", ""))

    @property
    def content_type(self) -> str:
        """Its Content-Type with parameters, "" for none."""
        return self.headers.get("content-type", "")

    @property
    def name(self) -> str:
        """The field's name; it may be "", as is that of a part without one. ``%22`` is how browsers write a quote."""
        name = self.disposition.get("name", "")
        return unquote(name) if "%" in name else name

    @property
    def is_file(self) -> bool:
        """Whether it has a file name."""
        return "filename" in self.disposition or "filename*" in self.disposition


class MultipartReader:
    """Reads multipart bodies of one schema: fields by their names, or a row of parts where the schema is an array."""

    def __init__(self, reader: ValueReader) -> None:
        self._reader = reader

    def body(self, body: bytes, arguments: Mapping[str, str]) -> JsonValue:
        """The value of a body; ``arguments`` are the parameters of its Content-Type."""
        parts = parts_of(body, arguments.get("boundary", ""))
        if self._reader.takes_array and not self._reader.takes_object:
            return [_value(self._reader.item(index), part) for index, part in enumerate(parts)]
        fields: dict[str, list[Part]] = {}
        for part in parts:
            if "name" not in part.disposition:
                raise MalformedError("not multipart/form-data: a part has no name")
            fields.setdefault(part.name, []).append(part)
        return self._members(fields)

    def _members(self, fields: Mapping[str, list[Part]]) -> JsonObject:
        members: JsonObject = {}
        for name, parts in fields.items():
            reader = self._reader.member(name)
            if _is_row(reader, parts):
                members[name] = [_value(reader.item(index), part) for index, part in enumerate(parts)]
            else:
                members[name] = _value(reader, parts[-1])
        return members


def _is_row(reader: ValueReader, parts: list[Part]) -> bool:
    """Whether parts of one name are the items of an array. One part of JSON may be the whole of it."""
    if reader.is_any:
        return len(parts) > 1
    if not reader.takes_array or (reader.takes_scalar and len(parts) == 1):
        return False
    return len(parts) > 1 or not (_is_json(parts[0]) and parts[0].content.lstrip()[:1] == b"[")


def _is_json(part: Part) -> bool:
    return media_types.is_json(media_types.bare(part.content_type))


def _value(reader: ValueReader, part: Part) -> JsonValue:
    if _is_json(part):
        try:
            return parsed_json(part.content)
        except MalformedError as error:
            raise MalformedError(f"the part {part.name[:60]!r} is {error}") from None
    encoding = encoding_of(reader.raw, reader.definitions)
    kind = media_types.bare(part.content_type)
    is_text = not kind or kind.startswith("text/")
    if encoding and not reader.is_structured:
        return text_of_bytes(part.content, encoding)
    if is_binary(reader.raw, reader.definitions) or not (is_text or reader.is_structured):
        return text_of_bytes(part.content, "")
    charset = media_types.arguments(part.content_type).get("charset", "")
    try:
        text = text_of(part.content, charset)
    except MalformedError:
        if not part.is_file:
            raise
        text = text_of_bytes(part.content, "")
    return reader.scalar(text)


def parts_of(body: bytes, boundary: str) -> list[Part]:
    """The parts of a multipart body. Raises :class:`MalformedError` where they cannot be told apart."""
    if not 1 <= len(boundary) <= 70 or not boundary.isascii() or not boundary.isprintable():
        raise MalformedError("not multipart: the Content-Type has no usable boundary")
    delimiter = b"\r\n--" + boundary.encode()
    # What stands before the first delimiter is a preamble; the very first needs no line end before it.
    pieces = (b"\r\n" + body).split(delimiter, _MAX_PARTS + 2)
    if len(pieces) > _MAX_PARTS + 2:
        raise MalformedError(f"not readable multipart: more than {_MAX_PARTS} parts")
    parts: list[Part] = []
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return parts
        parts.append(_part(piece))
    raise MalformedError("not multipart: the closing boundary is missing")


def _part(piece: bytes) -> Part:
    padding = _PADDING.match(piece)
    if padding is None:
        raise MalformedError("not multipart: a boundary is followed by other text")
    rest = piece[padding.end() :]
    if rest.startswith(b"\r\n"):
        return Part({}, rest[2:])
    head, mark, content = rest.partition(b"\r\n\r\n")
    if not mark or len(head) > _MAX_HEAD:
        raise MalformedError("not multipart: the headers of a part do not end")
    headers: dict[str, str] = {}
    for line in re.sub(rb"\r\n[ \t]+", b" ", head).split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if not colon:
            raise MalformedError("not multipart: a part has a line that is no header")
        headers[name.strip().lower().decode("latin-1")] = _header_text(value.strip())
    return Part(headers, _unwrapped(content, headers.get("content-transfer-encoding", "").lower()))


def _header_text(value: bytes) -> str:
    """File names and field names are UTF-8 by RFC 7578."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _unwrapped(content: bytes, encoding: str) -> bytes:
    if encoding != "base64":
        return content
    try:
        return base64.b64decode(content)
    except (binascii.Error, ValueError):
        raise MalformedError("not multipart: a part is not the base64 that it says it is") from None
