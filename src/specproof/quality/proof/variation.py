"""The alarms that a suite raises on a legal variant of the reference: each of them is false."""

from __future__ import annotations

from collections.abc import Iterable

from specproof.domain.proofs import Alarm
from specproof.quality.proof.bench import Bench
from specproof.quality.proof.healthy import alarm_of
from specproof.quality.proof.recording import CaseRun, Replays, Server


def alarms_on(server: Server, bench: Bench, runs: Iterable[CaseRun], *, uses_shortcut: bool = True) -> list[Alarm]:
    """The cases of ``runs``, none of which failed on the reference, that fail on ``server``, the variant's."""
    by_id = {run.case_id: run for run in runs}
    replays = Replays(server, by_id)
    alarms = []
    for case_id in by_id:
        if uses_shortcut and replays.alike(case_id):
            continue
        alarm = alarm_of(bench.run_alone(case_id, server))
        if alarm is not None:
            alarms.append(alarm)
    return alarms
