"""The alarms that a suite raises on a legal variant of the reference: each of them is false."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specproof.domain.proofs import Alarm
from specproof.quality.proof.bench import Bench
from specproof.quality.proof.healthy import alarm_of
from specproof.quality.proof.recording import StatefulServer
from specproof.quality.proof.replaying import Recordings
from specproof.quality.proof.trial import Trial


def alarms_on(
    server: StatefulServer, bench: Bench, case_ids: Iterable[str], *, recordings: Recordings | None = None
) -> list[Alarm]:
    """The cases, none of which failed on the reference, that fail on ``server``, the variant's."""
    trial = Trial(bench, server, recordings)
    runs = [trial.run(case_id) for case_id in case_ids]
    return [alarm for run in runs if run is not None and (alarm := alarm_of(run)) is not None]


def alarms_together(server: StatefulServer, bench: Bench, case_ids: Sequence[str], *, seed: str) -> list[Alarm]:
    """The same for a difference that only shows over several cases: they are run one after the other, without a reset in between."""
    server.reset()
    return [alarm for run in bench.run_together(case_ids, server, seed=seed) if (alarm := alarm_of(run)) is not None]
