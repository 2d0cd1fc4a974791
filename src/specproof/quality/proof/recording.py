"""What one run of a case shows: the exchanges with the server, the checks that it made, how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

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
    case that ran alone: it is tried for itself, on a server of its own.
    """

    case_id: str
    ending: Ending
    failure: Failure | None = None
    exchanges: tuple[Exchange, ...] = ()
    checks: frozenset[CheckMade] = frozenset()
    control: str = ""
    seconds: float = 0.0


class Replays:
    """Puts recorded requests to a server, to see whether it answers as it was recorded. Each case is tried once at most."""

    def __init__(self, server: Server, runs: Mapping[str, CaseRun]) -> None:
        self._server = server
        self._runs = runs
        self._alike: dict[str, bool] = {}

    def alike(self, case_id: str) -> bool:
        """Whether the fresh server gives each request of the case, and of its control, the very reply that was recorded.

        A case is a function of the replies that it gets, so it ends as it did.
        """
        known = self._alike.get(case_id)
        if known is None:
            run = self._runs[case_id]
            known = (run.control not in self._runs or self._own(run.control)) and self._own(case_id)
            self._alike[case_id] = known
        return known

    def _own(self, case_id: str) -> bool:
        """The case's requests without its control's."""
        key = f"\0{case_id}"
        known = self._alike.get(key)
        if known is None:
            self._server.reset()
            known = self._alike[key] = answers_alike(self._server, self._runs[case_id].exchanges)
        return known


def answers_alike(server: Server, exchanges: Sequence[Exchange]) -> bool:
    """Whether a freshly reset ``server`` gives each recorded request, in their order, the very reply that was recorded."""
    return all(server(method, target, headers, body) == reply for method, target, headers, body, reply in exchanges)
