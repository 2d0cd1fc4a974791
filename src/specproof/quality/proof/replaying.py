"""The recorded requests of all cases, put to another server: whether it answers as the reference did, at the least cost.

A case is a function of what it reads of the replies that it gets (:mod:`~specproof.quality.proof.consulting`): where all of that is as it was
recorded, it ends as it did, and nobody has to run it. Cases begin alike (the same pet is made, then read in one and deleted in the other), so
their requests are kept as a tree. Where it is known which operations a fault can show or act at, only the stretch between the first and the
last request to one of them is replayed, from the state that the reference was in before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from specproof.openapi.model import OperationKey
from specproof.quality.proof.consulting import reads_alike
from specproof.quality.proof.recording import CaseRun, Exchange, StatefulServer
from specproof.reference.messages import Reply

FEW = 3
"""How many cases of one manner are run before the others are believed to end alike."""


@dataclass(slots=True)
class _Node:
    """One request after those of its ancestors. ``state`` is the reference's afterwards."""

    exchange: Exchange | None = None
    operations: frozenset[OperationKey] = frozenset()
    path: tuple[int, ...] = ()
    """The nodes from the first request to this one."""
    state: object = None
    following: dict[tuple[object, ...], int] = field(default_factory=dict)


class Recordings:
    """What all cases sent and were answered, as a tree. Where ``reference`` does not answer as recorded, a case cannot be replayed."""

    def __init__(
        self, runs: Iterable[CaseRun], reference: StatefulServer, operations: Callable[[Exchange], frozenset[OperationKey]]
    ) -> None:
        self._operations = operations
        self.nodes = [_Node()]
        self._runs = {run.case_id: run for run in runs}
        self._ends = {case_id: self._added(run) for case_id, run in self._runs.items()}
        self._record(reference)

    def run_of(self, case_id: str) -> CaseRun | None:
        """The recorded run of a case."""
        return self._runs.get(case_id)

    def is_replayable(self, case_id: str) -> bool:
        """Whether the reference answers the case as it was recorded. What is no case of the suite sends nothing."""
        return case_id not in self._ends or self._ends[case_id] is not None

    def path_of(self, case_id: str) -> tuple[int, ...]:
        """The nodes of a case that can be replayed."""
        return self.nodes[self._ends.get(case_id) or 0].path

    def manner_of(self, case_id: str) -> tuple[object, ...]:
        """What a case does, without the values: which operations it calls one after the other, how each is answered, what it checks.

        Cases of one manner differ only in the values that they send.
        """
        run = self._runs[case_id]
        calls = tuple((self._operations(exchange), exchange.reply.status) for exchange in run.exchanges[: run.judged])
        return run.checks, calls, run.ending

    def few(self, case_ids: Iterable[str]) -> list[str]:
        """Of the cases, in their order, the first few of each manner."""
        counts: Counter[tuple[object, ...]] = Counter()
        chosen = []
        for case_id in case_ids:
            manner = self.manner_of(case_id)
            counts[manner] += 1
            if counts[manner] <= FEW:
                chosen.append(case_id)
        return chosen

    def reads_alike(self, case_id: str, place: int, reply: Reply) -> bool:
        """Whether ``reply`` says the same as the recorded one in all that the case reads of it."""
        run = self._runs[case_id]
        reading = run.readings[place] if place < len(run.readings) else None
        return reads_alike(reading, run.exchanges[place].reply, reply, has_clock=run.has_clock)

    def _added(self, run: CaseRun) -> int | None:
        at = 0
        for exchange in run.exchanges[: run.judged]:
            node = self.nodes[at]
            request = exchange[:4]
            if request not in node.following:
                node.following[request] = len(self.nodes)
                path = (*node.path, len(self.nodes))
                self.nodes.append(_Node(exchange, self._operations(exchange), path))
            at = node.following[request]
            known = self.nodes[at].exchange
            if known is None or known.reply != exchange.reply:
                return None
        return at

    def _record(self, reference: StatefulServer) -> None:
        """Keep the state after each request. A reply that is not the recorded one makes every case through it unfit for replay."""
        reference.reset()
        self.nodes[0].state = reference.state()
        unfit: set[int] = set()
        for index, node in enumerate(self.nodes):
            for after in node.following.values():
                following = self.nodes[after]
                exchange = following.exchange
                if exchange is None or index in unfit:
                    unfit.add(after)
                    continue
                reference.restore(node.state)
                if reference(*exchange[:4]) != exchange.reply:
                    unfit.add(after)
                following.state = reference.state()
        self._ends = {case_id: None if end in unfit else end for case_id, end in self._ends.items()}


@dataclass(slots=True)
class _Played:
    """What became of one recorded request on a server. ``reply`` is None where it is the recorded one."""

    reply: Reply | None
    state: object
    """The server's afterwards; None where it was not kept."""
    is_end: bool
    """Whether the status is another one: that is always read, so what follows does not matter."""


class Replays:
    """The recordings, put to one server. ``touches`` are the operations that its fault acts or shows at; None for all.

    What several cases begin with is sent once.
    """

    def __init__(self, recordings: Recordings, server: StatefulServer, touches: frozenset[OperationKey] | None = None) -> None:
        self._recordings = recordings
        self._server = server
        self._touches = touches
        self._played: dict[tuple[int, int], _Played] = {}
        self.requests = 0
        """How many were sent."""
        self.difference: Exchange | None = None
        """The first that was answered otherwise."""

    def recorded(self, case_id: str) -> CaseRun | None:
        """The run that is replayed."""
        return self._recordings.run_of(case_id)

    def manner_of(self, case_id: str) -> tuple[object, ...]:
        """What the case does, without the values."""
        return self._recordings.manner_of(case_id)

    def alike(self, case_id: str) -> bool:
        """Whether all that the case reads of the replies is as it was recorded."""
        return self.differences(case_id) == []

    def differences(self, case_id: str) -> Sequence[tuple[int, Reply]] | None:
        """The replies in which something is not as it was recorded and the case reads it, with their places. What its control reads is not
        looked at. None where the case cannot be replayed."""
        if not self._recordings.is_replayable(case_id):
            return None
        nodes = self._recordings.nodes
        path = self._recordings.path_of(case_id)
        first = 0
        if self._touches is not None:
            touched = [place for place, index in enumerate(path) if not self._touches.isdisjoint(nodes[index].operations)]
            first = touched[0] if touched else 0
            path = path[first : touched[-1] + 1] if touched else ()
        return [
            (first + place, reply)
            for place, reply in self._different(path)
            if not self._recordings.reads_alike(case_id, first + place, reply)
        ]

    def _different(self, path: tuple[int, ...]) -> list[tuple[int, Reply]]:
        """The replies that are not the recorded ones, with their places in ``path``. The first with another status ends it."""
        different = []
        reached = self._reached(path)
        for place, index in enumerate(path):
            played = self._played.get((path[0], index)) if place < reached else None
            if played is None:
                if place == reached:
                    self._return_to(path, place)
                played = self._play(path[0], index)
            if played.reply is not None:
                different.append((place, played.reply))
            if played.is_end:
                break
        return different

    def _reached(self, path: tuple[int, ...]) -> int:
        """How many of the requests need not be sent again."""
        known = 0
        for place, index in enumerate(path):
            played = self._played.get((path[0], index))
            if played is None:
                return known
            if played.is_end or place == len(path) - 1:
                return len(path)
            if played.state is not None:
                known = place + 1
        return known

    def _return_to(self, path: tuple[int, ...], place: int) -> None:
        """The state before the request at ``place``."""
        nodes = self._recordings.nodes
        before = nodes[path[0]].path[:-1]
        if place:
            self._server.restore(self._played[path[0], path[place - 1]].state)
        elif before:
            self._server.restore(nodes[before[-1]].state)
        else:
            self._server.reset()

    def _play(self, start: int, index: int) -> _Played:
        node = self._recordings.nodes[index]
        exchange = node.exchange
        if exchange is None:
            raise LookupError(index)
        self.requests += 1
        reply = self._server(*exchange[:4])
        is_same = reply == exchange.reply
        if not is_same and self.difference is None:
            self.difference = exchange
        # Keeping the state of each would take longer than sending again the few that are not kept.
        state = self._server.state() if len(node.following) > 1 else None
        played = _Played(None if is_same else reply, state, reply.status != exchange.reply.status)
        self._played[start, index] = played
        return played
