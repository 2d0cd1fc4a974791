"""How parameters are laid out on the wire: OpenAPI ``style``, ``explode``, ``allowReserved`` and ``content``.

Everything here is a pure function of its arguments. Percent-encoding leaves the unreserved characters alone (letters, digits, ``-._~``)
and encodes all others, so that a value can never break out of its place. ``None`` counts as *absent* (RFC 6570 "undefined"): it is left
out, except in a path, where something must stand, and in JSON. So are empty arrays and objects, which RFC 6570 calls undefined too.
Booleans are ``true``/``false``, numbers are JSON numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

_TEMPLATE_NAME = re.compile(r"\{([^{}/]*)\}")
# What may stand literally between the parameters of a path template; "%" because templates can hold encoded text already.
_TEMPLATE_SAFE = "/%:@!$&'()*+,;=~?"
# RFC 6265 cookie-octet without "%", which marks what we encode.
_COOKIE_SAFE = "!#$&'()*+/:<=>?@[]^`{|}~"
_COOKIE_OCTETS = re.compile(r"[!#-+\--:<-\[\]-~,]*")
_HEADER_TEXT = re.compile("[\t -~\x80-\ud7ff\ue000-\U0010ffff]*")
_SEPARATORS = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}
# What ``allowReserved`` sends as it is. OpenAPI takes RFC 6570's reserved expansion, and leaves it to the sender to encode what the place
# itself does not allow. RFC 3986 allows no ``#``, ``[``, ``]`` in a query; ``&`` begins the next parameter there, and form decoders read
# ``+`` as a space.
_RESERVED_IN_QUERY = "!$'()*,/:;=?@"
# OpenAPI allows no ``/``, ``?``, ``#`` in a path parameter, RFC 3986 neither ``[`` nor ``]``.
_RESERVED_IN_PATH = "!$&'()*+,:;=@"
_ENCODED_ALREADY = re.compile(r"(%[0-9A-Fa-f]{2})")
WHOLE_QUERY = "querystring"
"""The "style" of a parameter that lays out the whole query (OpenAPI 3.2, ``in: querystring``): as JSON text or as a form."""


class NotSendableError(ValueError):
    """A value holds what its place on the wire cannot carry; the text says what."""


class Parameter(NamedTuple):
    """One parameter: its raw name, a JSON value, and how OpenAPI lays it out.

    ``json_content``: sent as JSON text. ``allow_reserved``: reserved characters are sent as they are, where the place allows them.
    """

    name: str
    value: object
    style: str = "form"
    explode: bool = True
    json_content: bool = False
    allow_reserved: bool = False


def text_of(value: object) -> str:
    """One value as text: strings as they are, ``true``/``false``/``null``, JSON numbers; arrays and objects as compact JSON.

    Raises :class:`NotSendableError` for NaN and infinities.
    """
    return value if isinstance(value, str) else json_text(value)


def json_text(value: object) -> str:
    """One value as compact JSON text. Raises :class:`NotSendableError` for NaN and infinities."""
    return json_in_form(value, ensure_ascii=False, separators=(",", ":"))


def json_in_form(value: object, **form: Any) -> str:
    """JSON text as ``json.dumps`` takes its ``form``. Raises :class:`NotSendableError` for NaN and infinities."""
    try:
        return json.dumps(value, allow_nan=False, **form)
    except ValueError as error:
        raise NotSendableError(f"a number is none that JSON has: {error}") from error


def encode(text: str) -> str:
    """Percent-encode everything but the unreserved characters."""
    return quote(text, safe="")


def _encoder(reserved: str, separators: str = "") -> Callable[[str], str]:
    """Percent-encodes all but ``reserved``, without the ``separators`` of members; as RFC 6570 has it, what is encoded already stays."""
    safe = "".join(char for char in reserved if char not in separators)
    if not safe:
        return encode
    return lambda text: "".join(
        part if turn % 2 else quote(part, safe=safe) for turn, part in enumerate(_ENCODED_ALREADY.split(text))
    )


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
    path = "".join(filled)
    # Servers and proxies resolve these, encoded or not: a DELETE of such an id would go to the collection, or above it.
    if dot_segments(path) > dot_segments(quote(template, safe=_TEMPLATE_SAFE)):
        raise NotSendableError(f"the value of a parameter would make a dot segment of the path {template!r}")
    return path


def dot_segments(path: str) -> int:
    """How many segments of a path or URL lead to another one, encoded or not."""
    return sum(unquote(segment) in {".", ".."} for segment in path.partition("?")[0].split("/"))


def path_segment(parameter: Parameter) -> str:
    """One path parameter, encoded: styles ``simple`` (the default), ``label`` and ``matrix``."""
    name, value, style, explode, json_content, allow_reserved = parameter
    if json_content:
        return encode(json_text(value))
    separators = {"label": "." if explode else ",", "matrix": ";,"}.get(style, ",") if isinstance(value, (list, Mapping)) else ""
    quoted = _encoder(_RESERVED_IN_PATH if allow_reserved else "", separators)
    if style == "label":
        return "." + _joined(value, explode=explode, separator="." if explode else ",", quoted=quoted)
    if style == "matrix":
        return _matrix(encode(name), value, explode=explode, quoted=quoted)
    return _joined(value, explode=explode, separator=",", quoted=quoted)


def query_string(parameters: Iterable[Parameter]) -> str:
    """The query of a URL without its ``?``, encoded. Empty if nothing is to be sent."""
    return "&".join(text for parameter in parameters if (text := _query_text(parameter)))


def _query_text(parameter: Parameter) -> str:
    """What one parameter adds to the query."""
    if parameter.style == WHOLE_QUERY:
        if parameter.value is None:
            return ""
        if parameter.json_content or not isinstance(parameter.value, Mapping):
            return encode(json_text(parameter.value) if parameter.json_content else text_of(parameter.value))
        return "&".join(f"{encode(name)}={encode(text)}" for name, text in form_fields(parameter.value))
    return "&".join(f"{name}={value}" for name, value in query_pairs(parameter))


def query_pairs(parameter: Parameter) -> list[tuple[str, str]]:
    """The encoded ``name``, ``value`` pairs of one query parameter: styles form, spaceDelimited, pipeDelimited, deepObject."""
    name, value, style, explode, json_content, allow_reserved = parameter
    if value is None:
        return []
    if json_content:
        return [(encode(name), encode(json_text(value)))]
    reserved = _RESERVED_IN_QUERY if allow_reserved else ""
    if not isinstance(value, (list, Mapping)):
        return [(encode(name), _encoder(reserved)(text_of(value)))]
    if explode or style == "deepObject":
        quoted = _encoder(reserved)
        return [(encode(key), quoted(text)) for key, text in _exploded(name, value, bracketed=style == "deepObject")]
    separator = _SEPARATORS.get(style, ",")
    joined = _joined(value, explode=False, separator=separator, quoted=_encoder(reserved, separator))
    return [(encode(name), joined)] if _is_defined(value) else []


def request_target(template: str, path: Iterable[Parameter] = (), query: Iterable[Parameter] = ()) -> str:
    """Path and query together: ``/pets/7?page=2``. A ``?`` that the template already holds is kept and continued."""
    filled, text = fill_path(template, path), query_string(query)
    if not text:
        return filled
    return f"{filled}{'&' if '?' in filled else '?'}{text}"


def header_values(parameters: Iterable[Parameter]) -> list[tuple[str, str]]:
    """``(name, value)`` per header, style ``simple``; not encoded, because headers are not. Absent (None) headers are left out.

    Raises :class:`NotSendableError` where a value holds what no header can: line ends and other control characters.
    """
    return [
        (name, _header_text(name, json_in_form(value) if json_content else _simple(value, explode=explode)))
        for name, value, _, explode, json_content, _ in parameters
        if value is not None
    ]


def _simple(value: object, *, explode: bool) -> str:
    return _joined(value, explode=explode, separator=",", quoted=str)


def _header_text(name: str, text: str) -> str:
    if not _HEADER_TEXT.fullmatch(text):
        raise NotSendableError(f"the value of the header {name!r} holds a control character")
    return text


def cookie_header(parameters: Iterable[Parameter]) -> str:
    """The value of the ``Cookie`` header. Exploded arrays and objects become several cookies. Empty if nothing is to be sent."""
    return "; ".join(f"{name}={value}" for parameter in parameters for name, value in _cookie_pairs(parameter))


def form_fields(value: Mapping[str, object]) -> list[tuple[str, str]]:
    """A body as form fields, not encoded: arrays repeat their name, objects are JSON text, None is left out.

    That is OpenAPI's default for a form without ``encoding``: an object's content type is ``application/json``.
    """
    return [
        (name, text_of(item))
        for name, member in value.items()
        for item in (member if isinstance(member, list) else [member])
        if item is not None
    ]


def _joined(value: object, *, explode: bool, separator: str, quoted: Callable[[str], str]) -> str:
    """A value in one piece: ``a,b`` for arrays; ``k,v`` or, exploded, ``k=v`` for objects."""
    if isinstance(value, Mapping):
        # A name is always encoded whole: a reserved character in it could only be taken for a separator.
        named = str if quoted is str else encode
        members = [(named(str(key)), quoted(text_of(member))) for key, member in value.items() if member is not None]
        return separator.join(f"{key}={text}" if explode else f"{key}{separator}{text}" for key, text in members)
    if isinstance(value, list):
        return separator.join(quoted(text_of(member)) for member in value if member is not None)
    return quoted(text_of(value))


def _is_defined(value: list[object] | Mapping[str, object]) -> bool:
    """Whether an array or object has anything in it: RFC 6570 calls an empty one undefined."""
    return any(member is not None for member in (value.values() if isinstance(value, Mapping) else value))


def _exploded(name: str, value: list[object] | Mapping[str, object], *, bracketed: bool) -> list[tuple[str, str]]:
    """The pairs of an exploded array or object, not encoded: arrays repeat ``name``, objects use their keys or ``name[key]``."""
    if isinstance(value, list):
        return [(name, text_of(member)) for member in value if member is not None]
    if bracketed:
        return deep_pairs(name, value)
    return [(str(key), text_of(member)) for key, member in value.items() if member is not None]


def _matrix(name: str, value: object, *, explode: bool, quoted: Callable[[str], str]) -> str:
    """A path parameter in style ``matrix``; ``name`` is encoded already."""
    if explode and isinstance(value, Mapping):
        return "".join(f";{encode(str(key))}={quoted(text_of(member))}" for key, member in value.items() if member is not None)
    if explode and isinstance(value, list):
        return "".join(f";{name}={quoted(text_of(member))}" for member in value if member is not None)
    text = _joined(value, explode=False, separator=",", quoted=quoted)
    return f";{name}={text}" if text else f";{name}"


def _cookie_pairs(parameter: Parameter) -> list[tuple[str, str]]:
    """The ``name``, ``value`` pairs of one cookie parameter, encoded as far as cookies need it; in style ``cookie`` not at all."""
    name, value, style, explode, json_content, _ = parameter
    quoted: Callable[[str], str] = _as_cookie if style == "cookie" else _cookie_text
    if value is None:
        return []
    if json_content:
        return [(_cookie_text(name), _cookie_text(json_text(value)))]
    if not isinstance(value, (list, Mapping)):
        return [(_cookie_text(name), quoted(text_of(value)))]
    if explode:
        return [(_cookie_text(key), quoted(text)) for key, text in _exploded(name, value, bracketed=False)]
    # A comma is no cookie-octet, but it is what the table of styles shows, and servers read it.
    joined = _joined(value, explode=False, separator=",", quoted=quoted)
    return [(_cookie_text(name), joined)] if _is_defined(value) else []


def _as_cookie(text: str) -> str:
    """``text`` as it is: OpenAPI 3.2 says that style ``cookie`` encodes nothing. Raises :class:`NotSendableError` for what would not stay
    one cookie."""
    if not _COOKIE_OCTETS.fullmatch(text):
        raise NotSendableError(f"the cookie value {text[:40]!r} holds a character that cookies cannot")
    return text


def _cookie_text(text: str) -> str:
    """Encode what RFC 6265 forbids in a cookie."""
    return quote(text, safe=_COOKIE_SAFE)


def _flattened(name: str, value: object) -> list[tuple[str, str]]:
    """The pairs of one member."""
    if value is None:
        return []
    if isinstance(value, Mapping):
        return deep_pairs(name, value)
    if isinstance(value, list):
        nested = any(isinstance(member, (list, Mapping)) for member in value)
        names = [f"{name}[{index}]" if nested else name for index in range(len(value))]
        return [pair for key, member in zip(names, value, strict=True) for pair in _flattened(key, member)]
    return [(name, text_of(value))]


def deep_pairs(name: str, value: Mapping[str, object]) -> list[tuple[str, str]]:
    """The members of an object under ``name``, not encoded: ``name[key]``, to any depth; arrays repeat their name.

    The standard ends at one level; below it this is what servers that read nested names agree upon. Objects inside arrays are numbered
    (``name[items][0][sku]``), because repeating their keys would mix them.
    """
    return [pair for key, member in value.items() for pair in _flattened(f"{name}[{key}]", member)]
