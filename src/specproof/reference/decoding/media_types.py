"""Content types: names, parameters, ranges."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Final

from specproof.openapi.model import SEQUENTIAL_JSON

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
_PARAMETER: Final = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*+)"|([^;"]*))')
_MAX_HEADER: Final = 10_000


def bare(content_type: str) -> str:
    """``Application/JSON; charset=utf-8`` -> ``application/json``."""
    return content_type.partition(";")[0].strip().lower()


def arguments(content_type: str) -> Mapping[str, str]:
    """The parameters of a Content-Type or Content-Disposition: names in lower case, quotes removed; of two the first counts."""
    found: dict[str, str] = {}
    for match in _PARAMETER.finditer(content_type[:_MAX_HEADER]):
        name, quoted, plain = match.groups()
        found.setdefault(name.lower(), plain.strip() if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
    return found


def is_json(name: str) -> bool:
    """Whether the media type is one JSON value."""
    return name in {JSON, "text/json", "*/*", "application/*"} or name.endswith("+json")


def is_rows(name: str) -> bool:
    """Whether the media type is a row of JSON values."""
    return name in SEQUENTIAL_JSON


def is_xml(name: str) -> bool:
    """Whether the media type is XML."""
    return name in {"application/xml", "text/xml"} or name.endswith("+xml")


def is_text(name: str) -> bool:
    """Whether the media type is plain text of some kind."""
    return name.startswith("text/") or name in {"application/yaml", "application/javascript", "application/graphql"}


def matching(name: str, documented: Container[str]) -> str | None:
    """Which of the documented media types and ranges means ``name`` (bare), the narrowest first."""
    if name in documented:
        return name
    return next((each for each in (f"{name.partition('/')[0]}/*", "*/*") if each in documented), None)
