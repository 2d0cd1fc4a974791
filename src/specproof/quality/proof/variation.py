"""The alarms that a suite raises on a legal variant of the reference: each of them is false."""

from __future__ import annotations

from collections.abc import Iterable

from specproof.domain.proofs import Alarm
from specproof.quality.proof.bench import Bench
from specproof.quality.proof.healthy import alarm_of
from specproof.quality.proof.recording import StatefulServer
from specproof.quality.proof.replaying import Recordings, Replays


def alarms_on(
    server: StatefulServer, bench: Bench, case_ids: Iterable[str], *, recordings: Recordings | None = None
) -> list[Alarm]:
    """The cases, none of which failed on the reference, that fail on ``server``, the variant's."""
    replays = Replays(recordings, server) if recordings else None
    alarms = []
    for case_id in case_ids:
        if replays is not None and replays.alike(case_id):
            continue
        alarm = alarm_of(bench.run_alone(case_id, server))
        if alarm is not None:
            alarms.append(alarm)
    return alarms
