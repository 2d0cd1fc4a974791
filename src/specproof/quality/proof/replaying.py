"""The recorded requests of all cases, put to another server: whether it answers as the reference did, at the least cost.

A case is a function of the replies that it gets: where every reply is the very one that it was recorded with, it ends as it did, and nobody has
to run it. Cases begin alike (the same pet is made, then read in one and deleted in the other), so their requests are kept as a tree. Where it
is known which operations a fault can show or act at, only the stretch between the first and the last request to one of them is replayed, from
the state that the reference was in before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from specproof.openapi.model import OperationKey
from specproof.quality.proof.recording import CaseRun, Exchange, StatefulServer


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
        runs = list(runs)
        self._ends = {run.case_id: self._added(run) for run in runs}
        self._controls = {run.case_id: run.control for run in runs}
        self._record(reference)

    def ends_of(self, case_id: str) -> tuple[int, ...] | None:
        """The last requests of the case and of its control; None where they cannot be replayed."""
        ends = [self._ends.get(name) for name in (case_id, self._controls.get(case_id, "")) if name in self._ends]
        return tuple(end for end in ends if end is not None) if ends and None not in ends else None

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


class Replays:
    """The recordings, put to one server. ``touches`` are the operations that its fault acts or shows at; None for all."""

    def __init__(self, recordings: Recordings, server: StatefulServer, touches: frozenset[OperationKey] | None = None) -> None:
        self._recordings = recordings
        self._server = server
        self._touches = touches
        self._known: dict[tuple[int, int], bool] = {}
        self.requests = 0
        """How many were sent."""
        self.difference: Exchange | None = None
        """The first that was answered otherwise."""

    def alike(self, case_id: str) -> bool:
        """Whether every reply that the case, or its control, depends on is the recorded one."""
        ends = self._recordings.ends_of(case_id)
        return ends is not None and all(self._is_alike(end) for end in ends)

    def _is_alike(self, end: int) -> bool:
        nodes = self._recordings.nodes
        path = nodes[end].path
        if self._touches is not None:
            touched = [place for place, index in enumerate(path) if not self._touches.isdisjoint(nodes[index].operations)]
            path = path[touched[0] : touched[-1] + 1] if touched else ()
        if not path:
            return True
        stretch = path[0], path[-1]
        known = self._known.get(stretch)
        if known is None:
            known = self._known[stretch] = self._replayed(path)
        return known

    def _replayed(self, path: tuple[int, ...]) -> bool:
        nodes = self._recordings.nodes
        before = nodes[path[0]].path[:-1]
        if before:
            self._server.restore(nodes[before[-1]].state)
        else:
            self._server.reset()
        for index in path:
            exchange = nodes[index].exchange
            if exchange is None:
                continue
            self.requests += 1
            if self._server(*exchange[:4]) != exchange.reply:
                self.difference = self.difference or exchange
                return False
        return True
