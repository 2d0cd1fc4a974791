"""The alarms that a suite raises on a legal variant of the reference: each of them is false."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specproof.domain.proofs import Alarm
from specproof.quality.proof.bench import Bench
from specproof.quality.proof.healthy import alarm_of
from specproof.quality.proof.recording import StatefulServer
from specproof.quality.proof.replaying import FEW, Recordings
from specproof.quality.proof.trial import Trial


def alarms_on(
    server: StatefulServer, bench: Bench, case_ids: Iterable[str], *, recordings: Recordings | None = None
) -> list[Alarm]:
    """The cases, none of which failed on the reference, that fail on ``server``, the variant's.

    A suite has many cases that differ in a value alone, and whether what is legal alarms them does not hang on it: of those that do the
    same and meet the same difference a few are run, and all where one of the few fails.
    """
    trial = Trial(bench, server, recordings)
    alike: dict[tuple[object, ...], list[str]] = {}
    for case_id in case_ids:
        if not trial.is_spared(case_id):
            alike.setdefault(trial.manner_of(case_id), []).append(case_id)
    found = []
    for several in alike.values():
        few, rest = several[:FEW], several[FEW:]
        alarms = _alarms(trial, few)
        found += [*alarms, *_alarms(trial, rest)] if alarms else []
    return found


def _alarms(trial: Trial, case_ids: Iterable[str]) -> list[Alarm]:
    # A case that was not spared before may be by now: its control has become known.
    runs = (trial.run(case_id) for case_id in case_ids if not trial.is_spared(case_id))
    return [alarm for run in runs if (alarm := alarm_of(run)) is not None]


def alarms_together(server: StatefulServer, bench: Bench, case_ids: Sequence[str], *, seed: str) -> list[Alarm]:
    """The same for a difference that only shows over several cases: they are run one after the other, without a reset in between."""
    server.reset()
    return [alarm for run in bench.run_together(case_ids, server, seed=seed) if (alarm := alarm_of(run)) is not None]
