"""The runs against a reference without a fault: alone, shuffled, two at once, and on a database that is not empty. All must be green."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BufferedIOBase
from typing import Any, NoReturn, Protocol

from specproof.domain.proofs import Alarm, HealthyRun
from specproof.errors import ProofError
from specproof.quality.proof.bench import Bench
from specproof.quality.proof.leash import end_with
from specproof.quality.proof.recording import CaseRun, Ending, Failure, PopulatedServer, Server
from specproof.reference.messages import Headers, Reply

FIRST, SHUFFLED, PARALLEL, POPULATED = "first", "shuffled", "parallel", "populated"
RUNS = (SHUFFLED, PARALLEL, POPULATED)
GONE = "unchanged"
"""The check that a suite breaks by deleting records of somebody else."""


def shuffled(case_ids: Sequence[str], seed: str) -> list[str]:
    """The cases in an order that follows from ``seed`` and looks like chance."""
    return sorted(case_ids, key=lambda case_id: hashlib.sha256(f"{seed}\0{case_id}".encode("utf-8", "replace")).digest())


def alarm_of(run: CaseRun) -> Alarm | None:
    """What a failed run of a case says where nothing is wrong."""
    failure = run.failure
    if run.ending is not Ending.FAILED or failure is None:
        return None
    return Alarm(run.case_id, failure.check, failure.operation, failure.expected, failure.actual)


def summary(name: str, runs: Sequence[CaseRun], leftovers: int, extra: Sequence[Alarm] = ()) -> HealthyRun:
    """One healthy run in figures."""
    return HealthyRun(
        name,
        passed=sum(1 for run in runs if run.ending is Ending.PASSED),
        skipped=sum(1 for run in runs if run.ending is Ending.SKIPPED),
        alarms=(*extra, *(alarm for alarm in map(alarm_of, runs) if alarm)),
        leftovers=leftovers,
    )


@dataclass(frozen=True, slots=True)
class Done:
    """One run, how many requests it sent, and which of its cases were skipped."""

    run: HealthyRun
    requests: int
    skipped: tuple[str, ...]


class Reference(Protocol):
    """What makes servers without a fault, and counts the records in them that a suite could delete."""

    def server(self) -> PopulatedServer:
        """A new server with an empty store."""
        ...

    def records(self, server: Any) -> int:
        """How many such records ``server`` holds."""
        ...


class HealthyRuns:
    """The three runs beside the first. Unlike there, the state of the server lasts for the whole run."""

    def __init__(
        self,
        bench: Bench,
        reference: Reference,
        *,
        seed: str,
        strangers: int,
        few: Callable[[Sequence[str]], Sequence[str]] = lambda case_ids: case_ids,
    ) -> None:
        self._bench = bench
        self._few = few
        self._reference = reference
        self._seed = seed
        self._strangers = strangers

    def run(self, name: str, case_ids: Sequence[str]) -> Done:
        """The run of that name."""
        runs = {SHUFFLED: self._shuffled, PARALLEL: self._parallel, POPULATED: self._populated}
        return runs[name](case_ids)

    def _shuffled(self, case_ids: Sequence[str]) -> Done:
        """In another order than the files': no case may need what another one did."""
        return self._together(SHUFFLED, shuffled(case_ids, self._seed), 0)

    def _populated(self, case_ids: Sequence[str]) -> Done:
        """Among records of strangers: no case may take the database for empty, or delete what is not its own."""
        return self._together(POPULATED, list(case_ids), self._strangers)

    def _together(self, name: str, case_ids: Sequence[str], strangers: int) -> Done:
        server = self._reference.server()
        if strangers:
            server.populate(strangers)
        before = self._reference.records(server)
        runs = self._bench.run_together(case_ids, server, seed=f"{self._seed}:{name}")
        more = self._reference.records(server) - before
        gone = [Alarm("", GONE, actual=f"{-more} records of somebody else were deleted")] if more < 0 else []
        return _done(summary(name, runs, max(0, more), gone), runs, runs)

    def _parallel(self, case_ids: Sequence[str]) -> Done:
        """Twice at the same time against one server, as two workers of pytest-xdist or two people would.

        The other one is a fork of this process with a run id and an order of its own; of the cases that differ in their values alone it runs a
        few, for each case meets others already. Their requests alternate strictly, so that every
        proof sees the same interleaving; what is shown is that cases do not get into each other's way between any two requests, not that
        a server is safe for threads.
        """
        ours, theirs = socket.socketpair()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            end_with(parent)
            ours.close()
            self._second_run(theirs, shuffled(self._few(case_ids), f"{self._seed}:second"))
        theirs.close()
        server = self._reference.server()
        before = self._reference.records(server)
        try:
            with ours, ours.makefile("rwb") as line:
                shared = AlternatingServer(server, line)
                runs = self._bench.run_together(list(case_ids), shared, seed=f"{self._seed}:{PARALLEL}:1")
                others = shared.served_to_the_end()
        finally:
            os.waitpid(pid, 0)
        more = self._reference.records(server) - before
        second = {run.case_id: run for run in others}
        worst = [second.get(run.case_id, run) if run.ending is Ending.PASSED else run for run in runs]
        return _done(summary(PARALLEL, worst, max(0, more)), worst, runs)

    def _second_run(self, channel: socket.socket, case_ids: Sequence[str]) -> NoReturn:
        """The life of the fork."""
        code = 1
        try:
            with channel, channel.makefile("rwb") as line:
                runs = self._bench.run_together(case_ids, DistantServer(line), seed=f"{self._seed}:{PARALLEL}:2")
                _say(line, {"runs": [_plain(run) for run in runs]})
            code = 0
        finally:
            os._exit(code)


def _done(run: HealthyRun, judged: Sequence[CaseRun], sent: Sequence[CaseRun]) -> Done:
    skipped = tuple(sorted(each.case_id for each in judged if each.ending is Ending.SKIPPED))
    return Done(run, sum(len(each.exchanges) for each in sent), skipped)


class AlternatingServer:
    """A server for two: before each request of ours it answers one of the other's."""

    def __init__(self, server: Server, line: BufferedIOBase) -> None:
        self._server = server
        self._line = line
        self._others: list[CaseRun] | None = None

    def __call__(self, method: str, target: str, headers: Headers, body: bytes) -> Reply:
        """The other's turn, then ours."""
        if self._others is None:
            self._serve_the_other()
        return self._server(method, target, headers, body)

    def reset(self) -> None:
        """State lasts for the whole run."""

    def served_to_the_end(self) -> list[CaseRun]:
        """Answer what the other one still sends; how its cases ended."""
        while self._others is None:
            self._serve_the_other()
        return self._others

    def _serve_the_other(self) -> None:
        text = self._line.readline()
        if not text:
            raise ProofError("the second of two parallel runs died")
        said = json.loads(text)
        if "runs" in said:
            self._others = [_run(entry) for entry in said["runs"]]
            return
        reply = self._server(said["method"], said["target"], _pairs(said["headers"]), said["body"].encode("latin-1"))
        _say(self._line, [reply.status, reply.headers, reply.body.decode("latin-1"), reply.seconds])


class DistantServer:
    """The server of another process, at the end of a line."""

    def __init__(self, line: BufferedIOBase) -> None:
        self._line = line

    def __call__(self, method: str, target: str, headers: Headers, body: bytes) -> Reply:
        """Ask, and wait for the answer."""
        _say(self._line, {"method": method, "target": target, "headers": headers, "body": body.decode("latin-1")})
        status, answered, content, seconds = json.loads(self._line.readline())
        return Reply(status, _pairs(answered), content.encode("latin-1"), seconds)

    def reset(self) -> None:
        """State lasts for the whole run."""


def _say(line: BufferedIOBase, value: object) -> None:
    line.write(json.dumps(value).encode() + b"\n")
    line.flush()


def _pairs(headers: Sequence[Sequence[str]]) -> Headers:
    return tuple((name, value) for name, value in headers)


def _plain(run: CaseRun) -> list[Any]:
    failure = run.failure
    said = [failure.check, failure.operation, failure.expected, failure.actual] if failure else None
    return [run.case_id, run.ending.value, said]


def _run(entry: list[Any]) -> CaseRun:
    case_id, ending, failure = entry
    return CaseRun(case_id, Ending(ending), Failure(*failure) if failure else None)
