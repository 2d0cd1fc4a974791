"""What a lenient server may make of a value's wire form, and which values survive the wire at all.

Outside JSON, a fault is only a fault if **no** reading of its text validates: ``page=01`` may be 1, ``tags=a`` may be ``["a"]``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from typing import TypeAlias
from urllib.parse import unquote

from specproof.checks import wire
from specproof.checks.wire_xml import is_xml_text
from specproof.openapi.schema import JsonValue
from specproof.openapi.vocabulary import ParameterLocation

_INTEGER = re.compile(r"[+-]?[0-9]{1,30}")
_FLOAT = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?")
_BOOLEANS = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
_SPLITTERS = (",", "|", " ", ";", ".")
_Reader: TypeAlias = "Callable[[str], JsonValue]"


class _Unreadable(ValueError):  # noqa: N818 - not an error, a "no"
    """This reading does not apply to this text."""


def scalar_readings(text: str) -> list[JsonValue]:
    """Every scalar (and JSON text) that a lenient server may read in ``text``."""
    found: list[JsonValue] = []
    for reader in _READERS:
        try:
            found.append(reader(text))
        except _Unreadable:
            continue
    return found


def readings(texts: Sequence[str]) -> list[JsonValue]:
    """Every value that a lenient server may read in the ``texts`` of one name (several where the name is repeated)."""
    found: list[JsonValue] = []
    for text in dict.fromkeys([texts[0], texts[-1], ",".join(texts)]) if texts else []:
        scalars = scalar_readings(text)
        found += scalars
        found += [[scalar] for scalar in scalars]
        for splitter in _SPLITTERS:
            if splitter in text:
                found += _lists(text.split(splitter))
    if len(texts) > 1:
        found += _lists(texts)
    return found


def parameter_texts(
    value: JsonValue,
    location: ParameterLocation,
    style: str,
    *,
    explode: bool,
    json_content: bool = False,
    allow_reserved: bool = False,
) -> list[str] | None:
    """The decoded texts under which a parameter arrives; empty if nothing is sent, None where the wire has no single name for it.

    For ``label`` and ``matrix`` the prefix is cut, as the server's router does. Raises :class:`~specproof.checks.wire.NotSendableError`.
    """
    if json_content:
        return [json.dumps(value, ensure_ascii=location is ParameterLocation.HEADER)]
    if isinstance(value, dict):
        return None
    parameter = wire.Parameter("p", value, style, explode, allow_reserved=allow_reserved)
    if location is ParameterLocation.QUERY:
        return [unquote(text) for _, text in wire.query_pairs(parameter)]
    if location is ParameterLocation.COOKIE:
        header = wire.cookie_header([parameter])
        texts = [pair.partition("=")[2] for pair in header.split("; ")] if header else []
        return texts if style == "cookie" else [unquote(text) for text in texts]
    if location is ParameterLocation.HEADER:
        return [text.strip() for _, text in wire.header_values([parameter])]
    return _segment_texts(unquote(wire.path_segment(parameter)), style)


def _segment_texts(segment: str, style: str) -> list[str]:
    if style == "matrix":
        return [text.partition("=")[2] for text in segment.removeprefix(";").split(";")]
    return [segment.removeprefix(".") if style == "label" else segment]


def survives(
    value: JsonValue,
    location: ParameterLocation,
    style: str,
    *,
    explode: bool,
    json_content: bool = False,
    allow_reserved: bool = False,
) -> bool:
    """Whether a parameter's value arrives as itself: not empty, not ambiguous, legal in its place."""
    if json_content:
        return value is not None and _is_plain(json.dumps(value, ensure_ascii=location is not ParameterLocation.PATH), location)
    if isinstance(value, dict):
        is_plain = bool(value) and all(_is_plain(text, location) for member in value.values() for text in _member_texts(member))
        return is_plain and (style != "cookie" or is_sent(wire.Parameter("p", value, style, explode)))
    members = value if isinstance(value, list) else [value]
    if not members or any(member is None or isinstance(member, (dict, list)) for member in members):
        return False
    splitters = _separators(location, style, explode=explode) if isinstance(value, list) else ""
    texts = [wire.text_of(member) for member in members]
    if any(not _is_plain(text, location) or any(splitter in text for splitter in splitters) for text in texts):
        return False
    try:
        arrived = parameter_texts(value, location, style, explode=explode, allow_reserved=allow_reserved)
    except wire.NotSendableError:
        return False
    return bool(arrived) and any(_same(reading, value) for reading in readings(arrived or []))


def is_sent(parameter: wire.Parameter) -> bool:
    """Whether a cookie can hold the value at all."""
    try:
        return bool(wire.cookie_header([parameter]))
    except wire.NotSendableError:
        return False


def carried(value: JsonValue) -> JsonValue:
    """What of a body that travels as text is still there on the other side: null and empty arrays are not sent at all."""
    if isinstance(value, dict):
        return {name: carried(member) for name, member in value.items() if member is not None and member != []}
    if isinstance(value, list):
        return [carried(member) for member in value if member is not None]
    return value


def is_xml(value: JsonValue) -> bool:
    """Whether XML 1.0 can hold every text of ``value``."""
    if isinstance(value, (dict, list)):
        return all(is_xml(member) for member in (value.values() if isinstance(value, dict) else value))
    return not isinstance(value, str) or is_xml_text(value)


def form_carried(value: JsonValue) -> JsonValue:
    """As :func:`carried`, for forms: what is nested travels as JSON, and is there whole."""
    if not isinstance(value, dict):
        return value
    kept = {name: _without_null(member) for name, member in value.items()}
    return {name: member for name, member in kept.items() if member is not None and member != []}


def _without_null(value: JsonValue) -> JsonValue:
    return [member for member in value if member is not None] if isinstance(value, list) else value


def is_text_carried(value: JsonValue) -> bool:
    """Whether a body that is one text is read back as itself."""
    if isinstance(value, (dict, list)):
        return True  # written as JSON text
    return value is not None and value != "" and any(_same(reading, value) for reading in readings([wire.text_of(value)]))


def is_sendable(value: JsonValue, location: ParameterLocation) -> bool:
    """Whether a faulty value can be sent as such: it neither changes the route nor is it illegal in a header."""
    members = value if isinstance(value, list) else [value]
    return all(_is_plain(text, location) for member in members for text in _member_texts(member))


def scalar_text(value: JsonValue) -> str:
    """A scalar as the text that it travels as."""
    return wire.text_of(value)


def _separators(location: ParameterLocation, style: str, *, explode: bool) -> str:
    """The characters that members of an array cannot hold, decoded."""
    if style in {"spaceDelimited", "pipeDelimited"} and not explode:
        return " " if style == "spaceDelimited" else "|"
    if style == "label" and explode:
        return "."
    return "" if explode and location in {ParameterLocation.QUERY, ParameterLocation.COOKIE} else ",;"


def _is_plain(text: str, location: ParameterLocation) -> bool:
    """Whether a text can travel in ``location`` without changing the request."""
    if not text or text != text.strip() or any(char < " " or char == "\x7f" for char in text):
        return False
    if location is ParameterLocation.PATH:
        return not (set(text) & set("/\\%?#")) and not text.startswith(".") and not text.endswith(".")
    if location in {ParameterLocation.HEADER, ParameterLocation.COOKIE}:
        return all(" " <= char <= "~" for char in text)
    return True


def _member_texts(member: JsonValue) -> list[str]:
    if isinstance(member, (dict, list)):
        return [text for _, text in wire.deep_pairs("m", {"m": member})]
    return [wire.text_of(member)] if member is not None else [""]


def _same(one: JsonValue, other: JsonValue) -> bool:
    """JSON equality that tells ``1`` from ``true``, and not from ``1.0``."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _lists(texts: Sequence[str]) -> list[JsonValue]:
    """``texts`` as arrays: of strings, and of whatever else all of them can be read as."""
    found: list[JsonValue] = []
    for reader in _READERS:
        try:
            found.append([reader(text) for text in texts])
        except _Unreadable:
            continue
    kept = [text for text in texts if text.strip()]
    return [*found, list(kept)] if len(kept) != len(texts) else found


def _integer(text: str) -> JsonValue:
    if not _INTEGER.fullmatch(text.strip()):
        raise _Unreadable
    return int(text)


def _float(text: str) -> JsonValue:
    if not _FLOAT.fullmatch(text.strip()):
        raise _Unreadable
    number = float(text)
    if not math.isfinite(number):
        raise _Unreadable
    return number


def _boolean(text: str) -> JsonValue:
    word = text.strip().lower()
    if word not in _BOOLEANS:
        raise _Unreadable
    return _BOOLEANS[word]


def _null(text: str) -> JsonValue:
    if text.strip().lower() not in {"", "null"}:
        raise _Unreadable
    return None


def _json(text: str) -> JsonValue:
    if not text.lstrip().startswith(("{", "[", '"')):
        raise _Unreadable
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        raise _Unreadable from None
    return value


_READERS: tuple[_Reader, ...] = (str, str.strip, _integer, _float, _boolean, _null, _json)
