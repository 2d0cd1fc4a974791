"""What an earlier proof of the suite still says after an edit, and what has to be tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from specproof.domain.proofs import Alarm, HealthyRun, MutantOutcome, Verdict
from specproof.quality.proof.cache import Fingerprints, Memory
from specproof.quality.proof.healthy import Done
from specproof.quality.proof.mutation import Witness
from specproof.reference.mutants.model import Mutant
from specproof.reference.variants import Variant

SMALL = 0.2
"""An edit that concerns a smaller part of the cases than this is a small one."""


class Earlier:
    """The earlier proof, seen from the cases as they are now (``tokens``).

    A verdict stands as long as what the fault depends on and the case that decided it are as they were.
    """

    def __init__(self, memory: Memory, fingerprints: Fingerprints, tokens: Mapping[str, str]) -> None:
        self._memory = memory
        self._fingerprints = fingerprints
        self._tokens = tokens
        self.changed = frozenset(case for case, token in tokens.items() if memory.tokens.get(case) != token)

    def mutant_key(self, mutant: Mutant) -> str:
        """What a verdict on the mutant depends on beside the cases."""
        return self._fingerprints.of(mutant.touches | {mutant.operation})

    def outcome(self, mutant: Mutant) -> MutantOutcome | None:
        """What it says of a mutant; None where that counts no more."""
        key, outcome = self._memory.mutants.get(mutant.id, ("", None))
        if outcome is None or key != self.mutant_key(mutant):
            return None
        if outcome.kill is not None and not self._stands(outcome.kill.case_id):
            return None
        return replace(outcome, sentence=mutant.sentence)

    def is_settled(self, mutant: Mutant, known: MutantOutcome, witnesses: Iterable[Witness]) -> bool:
        """A kill stays one whatever else is edited; anything else only as long as no case that could notice the fault is new."""
        return known.verdict is Verdict.KILLED or not any(
            witness.run.case_id in self.changed and witness.operations & mutant.touches for witness in witnesses
        )

    def variant_key(self, variant: Variant) -> str:
        """What the alarms on a variant depend on beside the cases."""
        return f"{self._fingerprints.whole} {variant.records}"

    def alarms(self, variant: Variant) -> tuple[Alarm, ...] | None:
        """The alarms of unchanged cases on a variant; None where it was not tried or counts no more."""
        key, alarms = self._memory.variants.get(variant.id, ("", None))
        if alarms is None or key != self.variant_key(variant):
            return None
        return tuple(alarm for alarm in alarms if self._stands(alarm.case_id))

    def concerned(self, case_ids: Sequence[str], module_of: Callable[[str], str]) -> list[str]:
        """The cases that have to be run together again: after a small edit of a suite that was green, those of the edited modules.

        What the others do to each other was seen; what the edited ones do to distant ones shows in the next whole proof.
        """
        if not self._is_known_green():
            return list(case_ids)
        modules = {module_of(case_id) for case_id in self.changed}
        found = [case_id for case_id in case_ids if module_of(case_id) in modules]
        return found if len(found) <= SMALL * len(case_ids) else list(case_ids)

    def _is_known_green(self) -> bool:
        known = self._memory.healthy
        is_of_document = self._memory.healthy_key == self._fingerprints.whole
        return bool(known) and is_of_document and all(done.run.is_green for done in known.values())

    def merged(self, name: str, done: Done | None, concerned: Sequence[str]) -> Done:
        """A run of the concerned cases, and what is known of the others."""
        known = self._memory.healthy.get(name)
        if known is None or len(concerned) >= len(self._tokens):
            assert done is not None  # noqa: S101 - where nothing is known, everything is concerned
            return done
        new = done or Done(HealthyRun(name, 0, 0), 0, ())
        others = self._tokens.keys() - set(concerned)
        skipped = others & set(known.skipped)
        run = replace(
            new.run,
            passed=len(others) - len(skipped) + new.run.passed,
            skipped=len(skipped) + new.run.skipped,
        )
        return Done(run, known.requests, tuple(sorted({*skipped, *new.skipped})))

    def _stands(self, case_id: str) -> bool:
        return case_id in self._tokens and case_id not in self.changed
