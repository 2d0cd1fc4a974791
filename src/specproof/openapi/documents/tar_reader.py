"""Tar archives from memory: where each member lies. A reader of our own, since the standard one has looped on hostile headers.

It knows what the common writers write: ustar, the long names of GNU and the paths of pax. Everything else about a member is ignored.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from specproof.errors import SpecLimitError, SpecUnreadableError

_BLOCK = 512
_MAGIC = slice(257, 262)
_GZIP_MAGIC = b"\x1f\x8b"
_WITH_GZIP_HEADER = 31
_FILE_TYPES = (b"0", b"\0")
_FOLDER_TYPE = b"5"
_LONG_NAME, _PAX, _PAX_GLOBAL, _LONG_LINK = b"L", b"x", b"g", b"K"
_HINT = "Send a plain zip of the document and its files."


@dataclass(frozen=True, slots=True)
class TarMember:
    """One member: its name as it is written, where its bytes lie, and what kind it is (neither of both: a link or a device)."""

    name: str
    place: slice
    is_file: bool
    is_folder: bool


def is_tar(content: bytes) -> bool:
    """Whether ``content`` is a tar archive, gzip-compressed or not, by its first block."""
    return _unpacked_head(content)[_MAGIC] == b"ustar"


def unpacked_tar(content: bytes, max_bytes: int) -> bytes | None:
    """The tar archive in ``content``, unpacked; None where it is none. Raises :class:`SpecLimitError` over ``max_bytes``."""
    if not is_tar(content):
        return None
    if not content.startswith(_GZIP_MAGIC):
        return content
    unpacking = zlib.decompressobj(_WITH_GZIP_HEADER)
    try:
        unpacked = unpacking.decompress(content, max_bytes + 1)
    except zlib.error as error:
        raise SpecUnreadableError("the tar.gz archive is damaged", hint=_HINT) from error
    if len(unpacked) > max_bytes:
        raise SpecLimitError(f"the archive unpacks to more than {max_bytes} bytes")
    if not unpacking.eof:
        raise SpecUnreadableError("the tar.gz archive is damaged", hint=_HINT)
    return unpacked


def read_tar(content: bytes) -> Iterator[TarMember]:
    """The members in their order. Raises :class:`SpecUnreadableError` where the archive is damaged. Each step goes forward."""
    position = 0
    long_name = ""
    while position + _BLOCK <= len(content):
        header = content[position : position + _BLOCK]
        if not header.strip(b"\0"):
            return
        size = _size(header)
        place = slice(position + _BLOCK, position + _BLOCK + size)
        if place.stop > len(content):
            raise SpecUnreadableError("the tar archive is cut off", hint=_HINT)
        kind = header[156:157]
        if kind == _LONG_NAME:
            long_name = _text(content[place])
        elif kind == _PAX:
            long_name = _pax_path(content[place]) or long_name
        elif kind not in (_PAX_GLOBAL, _LONG_LINK):
            yield TarMember(long_name or _name(header), place, is_file=kind in _FILE_TYPES, is_folder=kind == _FOLDER_TYPE)
            long_name = ""
        position = place.start + -(-size // _BLOCK) * _BLOCK


def _unpacked_head(content: bytes) -> bytes:
    if not content.startswith(_GZIP_MAGIC):
        return content[:_BLOCK]
    try:
        return zlib.decompressobj(_WITH_GZIP_HEADER).decompress(content, _BLOCK)
    except zlib.error:
        return b""


def _size(header: bytes) -> int:
    digits = header[124:136].strip(b" \0")
    if digits.strip(b"01234567"):  # Base 256 is for members of 8 GiB and more; a sign would lead backwards.
        raise SpecUnreadableError("the tar archive is damaged", hint=_HINT)
    return int(digits, 8) if digits else 0


def _name(header: bytes) -> str:
    # Only POSIX's own magic has a prefix; GNU keeps times in its place.
    prefix = _text(header[345:500]) if header[257:263] == b"ustar\0" else ""
    name = _text(header[:100])
    return f"{prefix}/{name}" if prefix else name


def _pax_path(records: bytes) -> str:
    """The ``path`` of pax records, each ``LENGTH KEY=VALUE`` and a line feed; empty where there is none."""
    path = ""
    while records:
        digits, _, _ = records.partition(b" ")
        length = int(digits) if digits.isdigit() and len(digits) < 8 else 0
        if not len(digits) < length <= len(records):
            raise SpecUnreadableError("the tar archive is damaged", hint=_HINT)
        key, _, value = records[len(digits) + 1 : length - 1].partition(b"=")
        if key == b"path":
            path = _text(value)
        records = records[length:]
    return path


def _text(raw: bytes) -> str:
    return raw.partition(b"\0")[0].decode("utf-8", errors="replace")
