"""One server, and the cases that are tried on it: run by pytest where they could end otherwise than they did on the reference."""

from __future__ import annotations

from specproof.openapi.model import OperationKey
from specproof.quality.proof.bench import Bench
from specproof.quality.proof.recording import CaseRun, Exchange, StatefulServer
from specproof.quality.proof.replaying import Recordings, Replays


class Trial:
    """Tries cases on ``server``. ``touches`` are the operations that its fault acts or shows at, None for all of them.

    Without ``recordings`` every case is run.
    """

    def __init__(
        self,
        bench: Bench,
        server: StatefulServer,
        recordings: Recordings | None = None,
        touches: frozenset[OperationKey] | None = None,
    ) -> None:
        self._bench = bench
        self._server = server
        self._replays = Replays(recordings, server, touches) if recordings else None
        self._controls: dict[str, bool] = {}
        self.runs = 0
        """How many cases were run."""

    @property
    def requests(self) -> int:
        """How many requests were replayed."""
        return self._replays.requests if self._replays else 0

    @property
    def difference(self) -> Exchange | None:
        """A recorded request that the server was seen to answer otherwise."""
        return self._replays.difference if self._replays else None

    def is_spared(self, case_id: str) -> bool:
        """Whether it is known that the case ends on the server as it did on the reference."""
        return self._replays is not None and self._replays.alike(case_id) and self._is_control_alike(case_id)

    def manner_of(self, case_id: str) -> tuple[object, ...]:
        """What the case does without its values, and where it meets what the server does otherwise; of its own where that is not known."""
        differences = self._replays.differences(case_id) if self._replays is not None else None
        if self._replays is None or differences is None:
            return (case_id,)
        return self._replays.manner_of(case_id), tuple((place, reply.status) for place, reply in differences)

    def run(self, case_id: str) -> CaseRun:
        """How the case ends on the server."""
        self.runs += 1
        run = self._bench.run_alone(case_id, self._server)
        if run.control:
            self._controls[run.control] = run.is_control_refused
        return run

    def _is_control_alike(self, case_id: str) -> bool:
        """A case learns no more of its control than whether it was accepted. Once that is known of the server, it need not be tried again."""
        recorded = self._replays.recorded(case_id) if self._replays else None
        if self._replays is None or recorded is None or not recorded.control:
            return True
        refused = self._controls.get(recorded.control)
        if refused is None:
            return self._replays.alike(recorded.control)
        return refused == recorded.is_control_refused
