"""What becomes of each mutant: the cases that can notice it are run until one fails for the right reason.

Before a case is run by pytest its recorded requests are put to the mutant directly (:mod:`~specproof.quality.proof.replaying`). Most cases are
spared in this way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from specproof.domain.proofs import Kill, MutantOutcome, Verdict
from specproof.openapi.model import OperationKey
from specproof.quality.proof.bench import Bench
from specproof.quality.proof.recording import CaseRun, StatefulServer
from specproof.quality.proof.replaying import Recordings
from specproof.quality.proof.trial import Trial
from specproof.reference.messages import Request
from specproof.reference.mutants.model import Mutant
from specproof.reference.probes import as_curl


@dataclass(frozen=True, slots=True)
class Difference:
    """What an oracle-free probe found: how many requests it sent, and the one that shows a difference ("" if none does)."""

    probes: int
    request: str = ""
    is_different: bool = False


@dataclass(frozen=True, slots=True)
class Witness:
    """A case that passed or was skipped on the reference, and so may speak about a mutant: its recorded run, the operations it called."""

    run: CaseRun
    operations: frozenset[OperationKey]


@dataclass(slots=True)
class KillOrder:
    """Which case is tried first: one that killed a similar mutant before, else one that makes a fitting check, else the cheapest."""

    kills: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)

    def ordered(self, mutant: Mutant, witnesses: Iterable[Witness]) -> list[Witness]:
        """The witnesses, most promising first. The order follows from what was learnt and from nothing else."""
        return sorted(witnesses, key=lambda witness: self._rank(mutant, witness))

    def learn(self, mutant: Mutant, case_id: str) -> None:
        """``case_id`` killed ``mutant``."""
        self.kills.setdefault(case_id, Counter()).update(_traits(mutant))

    def _rank(self, mutant: Mutant, witness: Witness) -> tuple[int, int, int, str]:
        learnt = self.kills.get(witness.run.case_id)
        likeness = sum(learnt[trait] for trait in _traits(mutant)) if learnt else 0
        wanted = _wanted(mutant)
        label = mutant.operation.label
        made = [made for made in witness.run.checks if made.check in wanted]
        fit = 2 if any(check.operation == label for check in made) else 1 if made else 0
        return -likeness, -fit, len(witness.run.exchanges), witness.run.case_id


def _traits(mutant: Mutant) -> Sequence[tuple[str, str]]:
    label = mutant.operation.label
    return (mutant.operator, label), (mutant.family.value, label), (mutant.operator, "")


class MutantTrials:
    """Tries mutants on one bench. ``server_of`` makes a server with the mutant's fault, ``differ`` probes a mutant that nothing killed.

    With ``recordings``, a case that they show to end as it did is not run; ``shown`` puts a request that shows a fault into words.
    """

    def __init__(
        self,
        bench: Bench,
        witnesses: Sequence[Witness],
        *,
        server_of: Callable[[Mutant], StatefulServer],
        differ: Callable[[Mutant], Difference],
        recordings: Recordings | None = None,
        shown: Callable[[Request], str] = as_curl,
    ) -> None:
        self._bench = bench
        self._witnesses = witnesses
        self._server_of = server_of
        self._differ = differ
        self._recordings = recordings
        self._shown = shown
        self.order = KillOrder()
        self.runs = 0
        """How many cases were run."""

    def outcome(
        self, mutant: Mutant, *, known: MutantOutcome | None = None, changed: frozenset[str] = frozenset()
    ) -> MutantOutcome:
        """What becomes of ``mutant``. ``known`` is what an earlier proof says, in which all cases but ``changed`` were as they are now."""
        able = [
            witness
            for witness in self._witnesses
            if witness.operations & mutant.touches and (known is None or witness.run.case_id in changed)
        ]
        trial = Trial(self._bench, self._server_of(mutant), self._recordings, mutant.touches | {mutant.operation})
        kill = self._killed(mutant, self.order.ordered(mutant, able), trial)
        self.runs += trial.runs
        if kill is not None and kill.check in _wanted(mutant):
            self.order.learn(mutant, kill.case_id)
            return _said(mutant, Verdict.KILLED, kill)
        if known is not None and (known.kill is not None or kill is None):
            return known
        if kill is not None:
            return _said(mutant, Verdict.ACCIDENTAL, kill)
        found = self._seen(trial) or self._differ(mutant)
        verdict = Verdict.SURVIVED if found.is_different else Verdict.EQUIVALENT
        return _said(mutant, verdict, None, found)

    def _seen(self, trial: Trial) -> Difference | None:
        """The difference that cases have been shown and did not look at."""
        seen = trial.difference
        if seen is None:
            return None
        request = self._shown(Request(seen.method, seen.target, seen.headers, seen.body))
        return Difference(trial.requests, request, is_different=True)

    def _killed(self, mutant: Mutant, witnesses: Sequence[Witness], trial: Trial) -> Kill | None:
        """The first failure by a check that looks for the fault, else the first of any."""
        first: Kill | None = None
        for witness in witnesses:
            if trial.is_spared(witness.run.case_id):
                continue
            run = trial.run(witness.run.case_id)
            if run.failure is None:
                continue
            kill = Kill(run.case_id, run.failure.check)
            if kill.check in _wanted(mutant):
                return kill
            first = first or kill
        return first


def _wanted(mutant: Mutant) -> frozenset[str]:
    return frozenset(check.value for check in mutant.checks)


def _said(mutant: Mutant, verdict: Verdict, kill: Kill | None, found: Difference | None = None) -> MutantOutcome:
    return MutantOutcome(
        id=mutant.id,
        operator=mutant.operator,
        family=mutant.family,
        operation=mutant.operation.label,
        sentence=mutant.sentence,
        verdict=verdict,
        kill=kill,
        probes=found.probes if found else 0,
        request=found.request if found else "",
    )
