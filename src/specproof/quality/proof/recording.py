"""What one run of a case shows: the exchanges with the server, the checks that it made, how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from specproof.quality.proof.consulting import Reading
from specproof.reference.messages import Headers, Reply

ERROR: str = "error"
"""Stands for the check where a case ended with an exception that is no failed check."""


class Server(Protocol):
    """What a suite is run against: a plain callable with state."""

    def __call__(self, method: str, target: str, headers: Headers, body: bytes) -> Reply:
        """Answer one request."""
        ...

    def reset(self) -> None:
        """Forget everything."""
        ...


class StatefulServer(Server, Protocol):
    """A server whose state can be kept and put back."""

    def state(self) -> object:
        """The state now; it does not change when the server goes on."""
        ...

    def restore(self, state: Any) -> None:
        """Go on from a state that another server of the same document was in."""
        ...


class PopulatedServer(Server, Protocol):
    """A server that can hold records of strangers."""

    def populate(self, count: int) -> None:
        """Add so many to each collection."""
        ...


class Exchange(NamedTuple):
    """One request as it went over the wire, and the reply."""

    method: str
    target: str
    headers: Headers
    body: bytes
    reply: Reply

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


class CheckMade(NamedTuple):
    """A check that a case made, on an answer of ``operation`` (a label, as the suite writes it)."""

    check: str
    operation: str


class Ending(StrEnum):
    """How a case ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a case failed. ``check`` is :data:`ERROR` where no check of the suite failed; then ``actual`` names the exception."""

    check: str
    operation: str = ""
    expected: str = ""
    actual: str = ""
    curl: str = ""


@dataclass(frozen=True, slots=True)
class CaseRun:
    """One run of one case. ``seconds`` is CPU time of ours, not what the server pretends to take.

    ``control`` names the case whose success it depends on ("" for none). What was sent to try that case is not among the ``exchanges`` of a
    case that ran alone: it is tried for itself, on a server of its own. Only the first ``judged`` exchanges can decide how the case ends; what
    follows is its cleaning up.
    """

    case_id: str
    ending: Ending
    failure: Failure | None = None
    exchanges: tuple[Exchange, ...] = ()
    checks: frozenset[CheckMade] = frozenset()
    control: str = ""
    is_control_refused: bool = False
    judged: int = 0
    readings: tuple[Reading | None, ...] = ()
    """What it read of each answer; None where that is not known, so that all of it counts."""
    has_clock: bool = False
    """Whether it has looked at the clock."""
    seconds: float = 0.0


def answers_alike(server: Server, exchanges: Sequence[Exchange]) -> bool:
    """Whether a freshly reset ``server`` gives each recorded request, in their order, the very reply that was recorded."""
    return all(server(method, target, headers, body) == reply for method, target, headers, body, reply in exchanges)
