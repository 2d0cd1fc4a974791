"""How values are laid out on the wire: OpenAPI ``style`` and ``explode``, forms, multipart.

Everything here is a pure function of its arguments. Percent-encoding leaves the unreserved characters alone (letters, digits, ``-._~``)
and encodes all others, so that a value can never break out of its place. ``None`` counts as *absent* (RFC 6570 "undefined"): it is left
out, except in a path, where something must stand, and in JSON. Booleans are ``true``/``false``, numbers are JSON numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple
from urllib.parse import quote

_TEMPLATE_NAME = re.compile(r"\{([^{}/]*)\}")
# What may stand literally between the parameters of a path template; "%" because templates can hold encoded text already.
_TEMPLATE_SAFE = "/%:@!$&'()*+,;=~?"
# RFC 6265 cookie-octet without "%", which marks what we encode.
_COOKIE_SAFE = "!#$&'()*+/:<=>?@[]^`{|}~"
_SEPARATORS = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}
_LINE_BREAKS = {'"': "%22", "\r": "%0D", "\n": "%0A"}


class Parameter(NamedTuple):
    """One parameter: its raw name, a JSON value, and how OpenAPI lays it out. ``json_content``: sent as JSON text."""

    name: str
    value: object
    style: str = "form"
    explode: bool = True
    json_content: bool = False


def text_of(value: object) -> str:
    """One value as text: strings as they are, ``true``/``false``/``null``, JSON numbers; arrays and objects as compact JSON.

    Raises ValueError for NaN and infinities.
    """
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def encode(text: str) -> str:
    """Percent-encode everything but the unreserved characters."""
    return quote(text, safe="")


def fill_path(template: str, parameters: Iterable[Parameter]) -> str:
    """``/pets/{id}`` with every ``{name}`` filled in and encoded. Raises ValueError where a name has no parameter.

    The literal text of the template keeps what is legal in a path (and a ``?``, which some documents put there).
    """
    by_name = {parameter.name: parameter for parameter in parameters}
    filled: list[str] = []
    end = 0
    for match in _TEMPLATE_NAME.finditer(template):
        name = match.group(1)
        if name not in by_name:
            raise ValueError(f"the path {template!r} needs a value for {name!r}")
        filled += [quote(template[end : match.start()], safe=_TEMPLATE_SAFE), path_segment(by_name[name])]
        end = match.end()
    filled.append(quote(template[end:], safe=_TEMPLATE_SAFE))
    return "".join(filled)


def path_segment(parameter: Parameter) -> str:
    """One path parameter, encoded: styles ``simple`` (the default), ``label`` and ``matrix``."""
    name, value, style, explode, json_content = parameter
    if json_content:
        return encode(text_of(value))
    if style == "label":
        return "." + _joined(value, explode=explode, separator="." if explode else ",", quoted=encode)
    if style == "matrix":
        return _matrix(encode(name), value, explode=explode)
    return _joined(value, explode=explode, separator=",", quoted=encode)


def query_string(parameters: Iterable[Parameter]) -> str:
    """The query of a URL without its ``?``, encoded. Empty if nothing is to be sent."""
    return "&".join(f"{name}={value}" for parameter in parameters for name, value in query_pairs(parameter))


def query_pairs(parameter: Parameter) -> list[tuple[str, str]]:
    """The encoded ``name``, ``value`` pairs of one query parameter: styles form, spaceDelimited, pipeDelimited, deepObject."""
    name, value, style, explode, json_content = parameter
    if value is None:
        return []
    if json_content or not isinstance(value, (list, Mapping)):
        return [(encode(name), encode(text_of(value)))]
    if explode or style == "deepObject":
        return [(encode(key), encode(text)) for key, text in _exploded(name, value, bracketed=style == "deepObject")]
    joined = _joined(value, explode=False, separator=_SEPARATORS.get(style, ","), quoted=encode)
    return [(encode(name), joined)] if value else []


def request_target(template: str, path: Iterable[Parameter] = (), query: Iterable[Parameter] = ()) -> str:
    """Path and query together: ``/pets/7?page=2``. A ``?`` that the template already holds is kept and continued."""
    filled, text = fill_path(template, path), query_string(query)
    if not text:
        return filled
    return f"{filled}{'&' if '?' in filled else '?'}{text}"


def header_values(parameters: Iterable[Parameter]) -> list[tuple[str, str]]:
    """``(name, value)`` per header, style ``simple``; not encoded, because headers are not. Absent (None) headers are left out."""
    return [
        (name, json.dumps(value, allow_nan=False) if json_content else _joined(value, explode=explode, separator=",", quoted=str))
        for name, value, _, explode, json_content in parameters
        if value is not None
    ]


def cookie_header(parameters: Iterable[Parameter]) -> str:
    """The value of the ``Cookie`` header. Exploded arrays and objects become several cookies. Empty if nothing is to be sent."""
    return "; ".join(f"{name}={value}" for parameter in parameters for name, value in _cookie_pairs(parameter))


def form_fields(value: Mapping[str, object]) -> list[tuple[str, str]]:
    """A body as form fields, not encoded: arrays repeat their name, objects become ``name[key]``, None is left out.

    Objects inside arrays are numbered (``items[0][sku]``), because repeating their keys would mix them.
    """
    return [pair for name, member in value.items() for pair in _flattened(name, member)]


def form_body(value: Mapping[str, object]) -> bytes:
    """A body as ``application/x-www-form-urlencoded``."""
    return "&".join(f"{encode(name)}={encode(text)}" for name, text in form_fields(value)).encode("ascii")


def multipart_body(value: Mapping[str, object], boundary: str, files: Collection[str] = ()) -> bytes:
    """A body as ``multipart/form-data``: one part per field, arrays repeat their name, objects are JSON parts.

    ``files`` names the fields that go as files (with a file name), since servers tell files from texts by that. Raises ValueError where
    ``boundary`` occurs in the body.
    """
    parts = [
        _part(name, item, is_file=name in files)
        for name, member in value.items()
        for item in (member if isinstance(member, list) else [member])
        if item is not None
    ]
    delimiter = b"--" + boundary.encode("ascii")
    if any(delimiter in part for part in parts):
        raise ValueError("the multipart boundary occurs in the body: choose another")
    return b"".join(delimiter + b"\r\n" + part + b"\r\n" for part in parts) + delimiter + b"--\r\n"


def _part(name: str, value: object, *, is_file: bool) -> bytes:
    """One part of a multipart body: headers, an empty line, the content."""
    quoted = "".join(_LINE_BREAKS.get(char, char) for char in name)
    disposition = f'Content-Disposition: form-data; name="{quoted}"'
    if is_file:
        lines = f'{disposition}; filename="file.bin"\r\nContent-Type: application/octet-stream'
    elif isinstance(value, (list, Mapping)):
        lines = f"{disposition}\r\nContent-Type: application/json"
    else:
        lines = disposition
    return f"{lines}\r\n\r\n{text_of(value)}".encode()


def _joined(value: object, *, explode: bool, separator: str, quoted: Callable[[str], str]) -> str:
    """A value in one piece: ``a,b`` for arrays; ``k,v`` or, exploded, ``k=v`` for objects."""
    if isinstance(value, Mapping):
        members = [(quoted(str(key)), quoted(text_of(member))) for key, member in value.items() if member is not None]
        return separator.join(f"{key}={text}" if explode else f"{key}{separator}{text}" for key, text in members)
    if isinstance(value, list):
        return separator.join(quoted(text_of(member)) for member in value if member is not None)
    return quoted(text_of(value))


def _exploded(name: str, value: list[object] | Mapping[str, object], *, bracketed: bool) -> list[tuple[str, str]]:
    """The pairs of an exploded array or object, not encoded: arrays repeat ``name``, objects use their keys or ``name[key]``."""
    if isinstance(value, list):
        return [(name, text_of(member)) for member in value if member is not None]
    if bracketed:
        return _bracketed(name, value)
    return [(str(key), text_of(member)) for key, member in value.items() if member is not None]


def _matrix(name: str, value: object, *, explode: bool) -> str:
    """A path parameter in style ``matrix``; ``name`` is encoded already."""
    if explode and isinstance(value, Mapping):
        return "".join(f";{encode(str(key))}={encode(text_of(member))}" for key, member in value.items() if member is not None)
    if explode and isinstance(value, list):
        return "".join(f";{name}={encode(text_of(member))}" for member in value if member is not None)
    text = _joined(value, explode=False, separator=",", quoted=encode)
    return f";{name}={text}" if text else f";{name}"


def _cookie_pairs(parameter: Parameter) -> list[tuple[str, str]]:
    """The ``name``, ``value`` pairs of one cookie parameter, encoded as far as cookies need it."""
    name, value, _, explode, json_content = parameter
    if value is None:
        return []
    if json_content or not isinstance(value, (list, Mapping)):
        return [(_cookie_text(name), _cookie_text(text_of(value)))]
    if explode:
        return [(_cookie_text(key), _cookie_text(text)) for key, text in _exploded(name, value, bracketed=False)]
    # A comma is no cookie-octet, so even the separator is encoded.
    return [(_cookie_text(name), _joined(value, explode=False, separator="%2C", quoted=_cookie_text))]


def _cookie_text(text: str) -> str:
    """Encode what RFC 6265 forbids in a cookie."""
    return quote(text, safe=_COOKIE_SAFE)


def _flattened(name: str, value: object) -> list[tuple[str, str]]:
    """The form fields of one member."""
    if value is None:
        return []
    if isinstance(value, Mapping):
        return _bracketed(name, value)
    if isinstance(value, list):
        nested = any(isinstance(member, (list, Mapping)) for member in value)
        names = [f"{name}[{index}]" if nested else name for index in range(len(value))]
        return [pair for key, member in zip(names, value, strict=True) for pair in _flattened(key, member)]
    return [(name, text_of(value))]


def _bracketed(name: str, value: Mapping[str, object]) -> list[tuple[str, str]]:
    """The fields of an object under ``name``: ``name[key]``, to any depth."""
    return [pair for key, member in value.items() for pair in _flattened(f"{name}[{key}]", member)]
