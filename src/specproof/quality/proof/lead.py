"""A whole proof, in the one process that collects the suite: the first run, then everything else, dealt to workers."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from specproof.domain import traffic
from specproof.domain.proofs import Alarm, MutantOutcome, ProofReport, Sample, VariantOutcome
from specproof.openapi.parser import parse_spec
from specproof.quality.proof import encoding, healthy
from specproof.quality.proof.bench import Bench, with_bench
from specproof.quality.proof.cache import Fingerprints, Memory, token
from specproof.quality.proof.collection import RISKY
from specproof.quality.proof.crew import Crew
from specproof.quality.proof.earlier import Earlier
from specproof.quality.proof.mutation import KillOrder, MutantTrials, Witness
from specproof.quality.proof.recording import CaseRun, Ending, answers_alike
from specproof.quality.proof.reference_side import ReferenceSide
from specproof.quality.proof.replaying import Recordings
from specproof.quality.proof.settings import ProofSettings
from specproof.quality.proof.suite_sources import SuiteSources
from specproof.quality.proof.variation import alarms_on, alarms_together
from specproof.reference.mutants.model import Mutant
from specproof.reference.variants import Variant

CHUNK = 24
"""Mutants of one unit. They are of one operation where it has so many, so that what killed one is tried first on the next."""

TOGETHER = (healthy.PARALLEL, healthy.SHUFFLED, healthy.POPULATED)
"""The runs of all cases, the longest first."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Unit:
    """What one worker does at a time: a healthy run by its name, a variant or a chunk of mutants by their indexes."""

    kind: Literal["healthy", "variant", "mutants"]
    name: str
    indexes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Proven:
    """A report, and what is to be remembered."""

    report: ProofReport
    memory: dict[str, Any]


def prove_here(
    folder: Path, document: bytes, settings: ProofSettings, stored: Mapping[str, Any], say: Say = lambda _: None
) -> Proven:
    """Prove the suite in this process (and in forks of it). ``stored`` is the cache's content, ``say`` is told what comes next."""
    say("reading the document")
    reference = ReferenceSide(parse_spec(document))
    memory = Memory.of(stored)
    say("collecting the suite")
    return with_bench(
        folder,
        lambda bench: _Proof(folder, bench, reference, settings, memory, say).carried_out(),
        # Nobody minds if the reference is asked to stop.
        environment={**reference.environment(folder), RISKY: "1"},
    )


class _Proof:
    def __init__(
        self, folder: Path, bench: Bench, reference: ReferenceSide, settings: ProofSettings, memory: Memory, say: Say
    ) -> None:
        self._bench = bench
        self._reference = reference
        self._settings = settings
        self._old = memory
        self._new = Memory()
        self._say = say
        self._sources = SuiteSources(folder, memory.modules)
        self._fingerprints = Fingerprints(reference.model.spec)
        self._samples: Mapping[str, Sample] = {}
        self._mutants: Sequence[Mutant] = ()
        self._variants: Sequence[Variant] = ()
        self._earlier = Earlier(memory, self._fingerprints, {})
        self._concerned: list[str] = []
        self._witnesses: list[Witness] = []
        self._recordings: Recordings | None = None
        self._from_cache = 0

    def carried_out(self) -> Proven:
        self._first_runs()
        runs = {case_id: run for case_id, (_, run, _) in self._new.cases.items()}
        self._earlier = Earlier(self._old, self._fingerprints, self._new.tokens)
        self._concerned = self._earlier.concerned(list(self._bench.items), self._bench.module_of)
        called = {case_id: self._reference.operations(run.exchanges) for case_id, run in runs.items()}
        self._witnesses = [
            Witness(run, called[case_id] | called.get(run.control, frozenset()))
            for case_id, run in runs.items()
            if run.ending is not Ending.FAILED
        ]
        if self._settings.uses_shortcut:
            operations = self._reference.touched
            self._recordings = Recordings(
                runs.values(), self._reference.server(), lambda exchange: operations(exchange.method, exchange.path).keys
            )
        self._trials = MutantTrials(
            self._bench,
            self._witnesses,
            server_of=lambda mutant: self._reference.server(mutant.behaviour),
            differ=self._reference.differ,
            recordings=self._recordings,
            shown=self._reference.shown,
        )
        units = [*self._healthy_units(), *self._variant_units(), *self._mutant_units()]
        self._say(f"{len(units)} units of work")
        crew: Crew[Unit] = Crew(
            self._worked,
            workers=self._settings.workers or os.cpu_count() or 1,
            unit_seconds=self._settings.unit_seconds,
            label=self._label,
        )
        for result in crew.results(units):
            self._take(result.unit, result.value)
        return self._proven(list(runs.values()))

    def _first_runs(self) -> None:
        """Every case alone on a fresh server; not run where its sources are as they were and the server answers as it did."""
        server = self._reference.server()
        before = self._reference.records(server)
        for case_id, item in self._bench.items.items():
            module = self._bench.module_of(case_id)
            function, row = getattr(item, "originalname", None) or item.name, item.name.partition("[")[2].removesuffix("]")

            def digest(run: CaseRun, module: str = module, function: str = function, row: str = row) -> str:
                return self._sources.digest(module, function, row, self._reference.labels(run.exchanges))

            server.reset()
            known = self._old.cases.get(case_id)
            if known is None or known[0] != digest(known[1]) or not answers_alike(server, known[1].exchanges):
                self._say(f"running {case_id}")
                run = self._bench.run_alone(case_id, server)
                known = digest(run), run, max(0, self._reference.records(server) - before)
            self._new.cases[case_id] = known
        own = {case_id: token(sources, run) for case_id, (sources, run, _) in self._new.cases.items()}
        self._new.tokens = {case_id: own[case_id] + own.get(self._new.cases[case_id][1].control, "") for case_id in own}
        self._new.modules = self._sources.modules

    def _healthy_units(self) -> list[Unit]:
        return [Unit("healthy", name) for name in TOGETHER] if self._concerned else []

    def _variant_units(self) -> list[Unit]:
        if not self._settings.has_variants:
            return []
        self._variants = self._reference.variants()
        return [
            Unit("variant", variant.id, (index,))
            for index, variant in enumerate(self._variants)
            if self._earlier.changed or self._earlier.alarms(variant) is None
        ]

    def _mutant_units(self) -> list[Unit]:
        if not self._settings.has_mutants:
            return []
        self._mutants, self._samples = self._reference.mutants(self._settings.cap)
        waiting: dict[str, list[int]] = {}
        for index, mutant in enumerate(self._mutants):
            known = self._earlier.outcome(mutant)
            if known is not None and self._earlier.is_settled(mutant, known, self._witnesses):
                self._from_cache += 1
                self._new.mutants[mutant.id] = self._earlier.mutant_key(mutant), known
            else:
                waiting.setdefault(mutant.operation.label, []).append(index)
        return [
            Unit("mutants", f"mutants of {label}", tuple(indexes[start : start + CHUNK]))
            for label, indexes in sorted(waiting.items())
            for start in range(0, len(indexes), CHUNK)
        ]

    def _worked(self, unit: Unit) -> Any:
        """What a worker does with a unit, as JSON."""
        if unit.kind == "healthy":
            runs = healthy.HealthyRuns(
                self._bench,
                self._reference,
                seed=self._settings.seed,
                strangers=self._settings.strangers,
                few=self._recordings.few if self._recordings else list,
            )
            return encoding.done_json(runs.run(unit.name, self._concerned))
        if unit.kind == "variant":
            return [encoding.alarm_json(alarm) for alarm in self._alarms(self._variants[unit.indexes[0]])]
        # What is learnt in one unit does not reach the next: which worker does which must not show.
        self._trials.order = KillOrder()
        return [encoding.mutant_json(self._outcome(self._mutants[index])) for index in unit.indexes]

    def _take(self, unit: Unit, value: Any) -> None:
        """Keep what a worker gave back."""
        if unit.kind == "healthy":
            self._new.healthy[unit.name] = encoding.done_of(value)
        elif unit.kind == "variant":
            variant = self._variants[unit.indexes[0]]
            self._new.variants[variant.id] = self._earlier.variant_key(variant), tuple(Alarm(*alarm) for alarm in value)
        else:
            for index, entry in zip(unit.indexes, value, strict=True):
                self._new.mutants[entry["id"]] = self._earlier.mutant_key(self._mutants[index]), encoding.mutant_of(entry)

    def _outcome(self, mutant: Mutant) -> MutantOutcome:
        known = self._earlier.outcome(mutant)
        if known is None:
            return self._trials.outcome(mutant)
        return self._trials.outcome(mutant, known=known, changed=self._earlier.changed)

    def _alarms(self, variant: Variant) -> list[Alarm]:
        """The alarms on a variant: of the changed cases those of now, of the others those that are known."""
        known = self._earlier.alarms(variant)
        able = [witness.run.case_id for witness in self._witnesses]
        server = self._reference.server(variant.behaviour, variant.records)
        if variant.is_lasting:
            # One changed case sends too little by itself to meet the difference.
            chosen = set(self._concerned) if known is not None else set(able)
            cases = [case for case in able if case in chosen]
            few = self._recordings.few(cases) if self._recordings else cases
            found = alarms_together(server, self._bench, few, seed=self._settings.seed)
        else:
            chosen = set(self._earlier.changed) if known is not None else set(able)
            found = alarms_on(server, self._bench, [case for case in able if case in chosen], recordings=self._recordings)
        kept = [alarm for alarm in known or () if alarm.case_id not in chosen]
        return sorted([*kept, *found], key=lambda alarm: alarm.case_id)

    def _label(self, unit: Unit) -> str:
        names = [self._mutants[index].id for index in unit.indexes] if unit.kind == "mutants" else []
        return f"{unit.name} ({names[0]} ... {names[-1]})" if names else f"{unit.kind} {unit.name}"

    def _proven(self, runs: Sequence[CaseRun]) -> Proven:
        first = healthy.summary(healthy.FIRST, runs, sum(left for _, _, left in self._new.cases.values()))
        for variant in self._variants:
            if variant.id not in self._new.variants:
                self._new.variants[variant.id] = self._earlier.variant_key(variant), self._earlier.alarms(variant) or ()
        for name in TOGETHER:
            self._new.healthy[name] = self._earlier.merged(name, self._new.healthy.get(name), self._concerned)
        self._new.healthy_key = self._fingerprints.whole
        mutants = tuple(self._new.mutants[mutant.id][1] for mutant in self._mutants)
        report = ProofReport(
            mutants=mutants,
            variants=tuple(VariantOutcome(v.id, v.sentence, self._new.variants[v.id][1]) for v in self._variants),
            healthy=(first, *(self._new.healthy[name].run for name in healthy.RUNS)),
            case_count=len(runs),
            requests=self._new.healthy[healthy.SHUFFLED].requests,
            samples=self._samples,
            kills_by_case=encoding.kills_by_case(mutants),
            from_cache=self._from_cache,
            traffic=tuple(self._traffic(runs)),
        )
        return Proven(report, self._new.to_json())

    def _traffic(self, runs: Sequence[CaseRun]) -> list[traffic.Exchange]:
        return [
            traffic.Exchange(
                run.case_id,
                self._reference.label(exchange.method, exchange.target),
                exchange.method,
                exchange.target,
                exchange.headers,
                exchange.body,
                exchange.reply.status,
                exchange.reply.headers,
                exchange.reply.body,
            )
            for run in runs
            for exchange in run.exchanges
        ]
