"""Recorded traffic: what a suite sent in one run, and what it was answered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request of a case and its answer.

    ``case_id`` is the case that sent it ("" where none did), ``operation`` the label of the operation that the path leads to
    (``GET /pets/{petId}``, "" where it leads to none), ``target`` what stood in the request line (``/pets/7?limit=2``). Names of headers
    are lower-case.
    """

    case_id: str
    operation: str
    method: str
    target: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: bytes
    status: int
    response_headers: tuple[tuple[str, str], ...]
    response_body: bytes

    @property
    def wire(self) -> tuple[str, str, tuple[tuple[str, str], ...], bytes]:
        """The request as it went over the wire: two exchanges with the same are the same question."""
        return self.method, self.target, self.request_headers, self.request_body
