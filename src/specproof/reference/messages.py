"""What goes into the reference and what comes out: requests and replies as bytes, answers before they are encoded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from specproof.openapi.model import Response
from specproof.openapi.schema import JsonValue

Headers: TypeAlias = "tuple[tuple[str, str], ...]"


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``target`` is what stands in the request line (``/pets/7?limit=2``); names of ``headers`` are lower-case."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first value of the header ``name`` (lower-case), or None."""
        for known, value in self.headers:  # asked several times for each request: a generator would cost twice as much
            if known == name:
                return value
        return None


class Reply(NamedTuple):
    """One answer on the wire. ``seconds`` is the time that the server *pretends* to have taken: nobody sleeps for it."""

    status: int
    headers: Headers
    body: bytes
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer before it is encoded.

    ``value`` counts only with ``has_body``. ``media_type`` is lower-case without parameters, "" for none. ``response`` is the documented
    response that it follows, None where the document has none for it.
    """

    status: int
    value: JsonValue = field(default=None, hash=False)
    has_body: bool = False
    media_type: str = ""
    headers: Headers = ()
    response: Response | None = None
    seconds: float = 0.0
