"""The alarms that a suite raises on a legal variant of the reference: each of them is false."""

from __future__ import annotations

from collections.abc import Iterable

from specproof.domain.proofs import Alarm
from specproof.quality.proof.bench import Bench
from specproof.quality.proof.healthy import alarm_of
from specproof.quality.proof.recording import CaseRun, PopulatedServer, answers_alike
from specproof.reference.messages import Headers, Reply
from specproof.reference.variants import Variant


class Populated:
    """A server whose fresh state holds records of strangers."""

    def __init__(self, server: PopulatedServer, records: int) -> None:
        self._server = server
        self._records = records

    def __call__(self, method: str, target: str, headers: Headers, body: bytes) -> Reply:
        """Answer one request."""
        return self._server(method, target, headers, body)

    def reset(self) -> None:
        """Nothing but the strangers' records is there."""
        self._server.reset()
        if self._records:
            self._server.populate(self._records)


def alarms_on(
    variant: Variant, server: PopulatedServer, bench: Bench, runs: Iterable[CaseRun], *, uses_shortcut: bool = True
) -> list[Alarm]:
    """The cases of ``runs``, none of which failed on the reference, that fail on ``server``, the variant's."""
    alarms = []
    fresh = Populated(server, variant.records)
    for run in runs:
        fresh.reset()
        if uses_shortcut:
            if answers_alike(fresh, run.exchanges):
                continue
            fresh.reset()
        alarm = alarm_of(bench.run_alone(run.case_id, fresh))
        if alarm is not None:
            alarms.append(alarm)
    return alarms
