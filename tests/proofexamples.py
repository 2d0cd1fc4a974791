"""Reports of proofs, for tests."""

from __future__ import annotations

from specproof.domain.proofs import (
    Alarm,
    FaultFamily,
    HealthyRun,
    Kill,
    MutantOutcome,
    ProofReport,
    VariantOutcome,
    Verdict,
)

ALARM = Alarm("GET /pets :: success", "status_documented", "GET /pets", "200", "206 中 \U0001f600")


def mutant(number: int, family: FaultFamily, verdict: Verdict) -> MutantOutcome:
    kill = Kill("PUT /pets/{id} :: success", "echo") if verdict in (Verdict.KILLED, Verdict.ACCIDENTAL) else None
    return MutantOutcome(
        id=f"{family.value}1 PUT /pets/{{id}} /name{number:03}",
        operator=f"{family.value}1",
        family=family,
        operation="PUT /pets/{id}",
        sentence=f"PUT /pets/{{id}} forgets `name{number}`",
        verdict=verdict,
        kill=kill,
        probes=12,
        request="curl -X PUT http://127.0.0.1/pets/1" if verdict is Verdict.SURVIVED else "",
    )


def report(*mutants: MutantOutcome, alarm: Alarm | None = None, healthy: tuple[Alarm, ...] = ()) -> ProofReport:
    """A strong and silent suite, unless ``mutants`` or alarms say otherwise."""
    return ProofReport(
        mutants=mutants or tuple(mutant(number, FaultFamily.STATE, Verdict.KILLED) for number in range(4)),
        variants=(
            VariantOutcome("V1", "answers 206 for parts", (alarm,) if alarm else ()),
            VariantOutcome("V2", "adds unknown properties"),
        ),
        healthy=(HealthyRun("first", 12, 1, healthy), HealthyRun("shuffled", 12, 1)),
        case_count=13,
        requests=40,
        seconds=1.25,
    )


def weak_report() -> ProofReport:
    """Half of the faults survive, one variant raises an alarm, one mutant is equivalent."""
    return report(
        mutant(1, FaultFamily.STATUS, Verdict.SURVIVED),
        mutant(2, FaultFamily.STATE, Verdict.SURVIVED),
        mutant(3, FaultFamily.STATE, Verdict.KILLED),
        mutant(4, FaultFamily.STATUS, Verdict.ACCIDENTAL),
        mutant(5, FaultFamily.RESPONSE, Verdict.EQUIVALENT),
        alarm=ALARM,
    )
