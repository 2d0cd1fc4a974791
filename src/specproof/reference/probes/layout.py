"""From values to the bytes of a request: the probes' own writer, which knows no more of a document than its parameters say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final
from urllib.parse import quote, urlencode

import orjson

from specproof.openapi.model import SEQUENTIAL_JSON, Parameter
from specproof.openapi.schema import JsonValue
from specproof.openapi.vocabulary import ParameterStyle

BOUNDARY: Final = "probe-boundary-7d1f"
_RESERVED: Final = ":/?#[]@!$&'()*+,;="
_JOINS: Final = {ParameterStyle.SPACE_DELIMITED: "%20", ParameterStyle.PIPE_DELIMITED: "%7C"}


def text_of(value: JsonValue) -> str:
    """A value as text, the way that parameters are written."""
    if isinstance(value, str):
        return value
    if isinstance(value, (list, dict)):
        return json_bytes(value).decode()
    return json.dumps(value)


def path_text(parameter: Parameter, value: JsonValue) -> str:
    """A path parameter, percent-encoded."""
    if parameter.content_type:
        return quote(json_bytes(value).decode(), safe="")
    name = parameter.name.raw()
    if parameter.style is ParameterStyle.MATRIX:
        return _matrix(name, value, explode=parameter.explode)
    if parameter.style is ParameterStyle.LABEL:
        separator = "." if parameter.explode else ","
        return "." + separator.join(_members(value, explode=parameter.explode, write=_quoted))
    return ",".join(_members(value, explode=parameter.explode, write=_quoted))


def _matrix(name: str, value: JsonValue, *, explode: bool) -> str:
    label = _quoted(name)
    if isinstance(value, list) and explode:
        return "".join(f";{label}={_quoted(text_of(item))}" for item in value)
    if isinstance(value, dict) and explode:
        return "".join(f";{_quoted(key)}={_quoted(text_of(item))}" for key, item in value.items())
    return f";{label}=" + ",".join(_members(value, explode=False, write=_quoted))


def _members(value: JsonValue, *, explode: bool, write: Callable[[str], str]) -> list[str]:
    if isinstance(value, list):
        return [write(text_of(item)) for item in value]
    if isinstance(value, dict):
        pairs = [(write(key), write(text_of(item))) for key, item in value.items()]
        return [f"{key}={item}" for key, item in pairs] if explode else [text for pair in pairs for text in pair]
    return [write(text_of(value))]


def query_pairs(parameter: Parameter, value: JsonValue) -> list[str]:
    """A query parameter as ``name=value`` pairs, percent-encoded."""
    name = _quoted(parameter.name.raw())

    def write(text: str) -> str:
        return quote(text, safe=_RESERVED.replace("&", "").replace("#", "").replace("+", "") if parameter.allow_reserved else "")

    if parameter.content_type:
        return [f"{name}={write(json_bytes(value).decode())}"]
    if isinstance(value, dict):
        if parameter.style is ParameterStyle.DEEP_OBJECT:
            return [f"{name}%5B{_quoted(key)}%5D={write(text_of(item))}" for key, item in value.items()]
        if parameter.explode:
            return [f"{_quoted(key)}={write(text_of(item))}" for key, item in value.items()]
    if isinstance(value, list) and parameter.explode and parameter.style not in _JOINS:
        return [f"{name}={write(text_of(item))}" for item in value]
    joined = _JOINS.get(parameter.style, ",").join(_members(value, explode=False, write=write))
    return [f"{name}={joined}"]


def header_text(parameter: Parameter, value: JsonValue) -> str:
    """A header parameter; what a header cannot carry is percent-encoded."""
    if parameter.content_type:
        return visible(json_bytes(value).decode())
    return visible(",".join(_members(value, explode=parameter.explode, write=str)))


def cookie_pairs(parameter: Parameter, value: JsonValue) -> list[str]:
    """A cookie parameter as ``name=value`` pairs."""
    name, write = parameter.name.raw(), _quoted if parameter.style is not ParameterStyle.COOKIE else visible
    if isinstance(value, dict) and parameter.explode:
        return [f"{key}={write(text_of(item))}" for key, item in value.items()]
    if isinstance(value, list) and parameter.explode:
        return [f"{name}={write(text_of(item))}" for item in value]
    return [f"{name}=" + ",".join(_members(value, explode=False, write=write))]


def visible(text: str) -> str:
    """Text that may stand in a header."""
    return "".join(char if " " <= char <= "~" else quote(char, safe="", errors="replace") for char in text).strip()


def body_bytes(value: JsonValue, media_type: str) -> tuple[bytes, str]:
    """A body and its Content-Type."""
    if media_type == "application/x-www-form-urlencoded":
        return urlencode(_fields(value), doseq=True).encode(), media_type
    if media_type.startswith("multipart/"):
        return _multipart(_fields(value)), f"{media_type}; boundary={BOUNDARY}"
    if _is_json(media_type):
        return json_bytes(value), "application/json" if "*" in media_type else media_type
    return _other_bytes(value, media_type), media_type.replace("*", "plain")


def _other_bytes(value: JsonValue, media_type: str) -> bytes:
    if media_type in SEQUENTIAL_JSON:
        return b"".join(json_bytes(row) + b"\n" for row in (value if isinstance(value, list) else [value]))
    if media_type.endswith("xml"):
        return f"<root>{_xml(value)}</root>".encode(errors="replace")
    return text_of(value).encode(errors="replace")


def _is_json(media_type: str) -> bool:
    is_json = media_type.endswith("json") and media_type not in SEQUENTIAL_JSON
    return is_json or media_type in {"*/*", "application/*"}


def _fields(value: JsonValue) -> Mapping[str, str | list[str]]:
    if not isinstance(value, dict):
        return {"value": text_of(value)}
    return {name: [text_of(item) for item in each] if isinstance(each, list) else text_of(each) for name, each in value.items()}


def _multipart(fields: Mapping[str, str | list[str]]) -> bytes:
    texts = ((name, text) for name, each in fields.items() for text in (each if isinstance(each, list) else [each]))
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{quote(name)}"\r\n\r\n{text}\r\n' for name, text in texts]
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode(errors="replace")


def _xml(value: JsonValue) -> str:
    if isinstance(value, dict):
        return "".join(f"<{name}>{_xml(each)}</{name}>" for name, each in value.items() if name.isidentifier())
    if isinstance(value, list):
        return "".join(f"<item>{_xml(each)}</item>" for each in value)
    text = "" if value is None else text_of(value)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def json_bytes(value: JsonValue) -> bytes:
    """A value as JSON; integers of any size and lone surrogates too."""
    try:
        return orjson.dumps(value)
    except (TypeError, ValueError):
        return json.dumps(value).encode()


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="replace")


def joined_query(pairs: Iterable[str], raw: str) -> str:
    """The query with its question mark, "" for none."""
    text = "&".join([*pairs, *([raw] if raw else [])])
    return f"?{text}" if text else ""
