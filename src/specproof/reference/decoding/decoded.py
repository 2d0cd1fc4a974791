"""What a request says, once it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specproof.openapi.schema import JsonValue


@dataclass(frozen=True, slots=True)
class Decoded:
    """The values of one request.

    ``parameters`` are by location (``path``, ``query``, ``header``, ``cookie``, ``querystring``) and name as the document writes it;
    absent ones are left out. ``body`` counts only with ``has_body``; ``media_type`` is the one that it was read as, lower-case.
    """

    parameters: Mapping[tuple[str, str], JsonValue]
    body: JsonValue
    has_body: bool
    media_type: str


@dataclass(frozen=True, slots=True)
class Malformed:
    """A request whose bytes are not what they say they are: no JSON, no XML, no form. ``message`` says why."""

    message: str


class MalformedError(ValueError):
    """Bytes are not what they say they are; it never leaves this package."""
