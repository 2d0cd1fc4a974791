"""The shapes of proofs: what a suite is worth, which bugs it would miss, where it cries wolf."""

from __future__ import annotations

from pydantic import Field

from specproof.domain.proofs import FamilyScore
from specproof.domain.suite_proofs import FalseAlarm, ProofDetails, ProofState, SuiteProof, Survivor
from specproof.webhook.schemas import Output


class FamilyShape(Output):
    """The faults of one family: how many were found. ``strength`` is 0 to 100, null where none counts."""

    family: str
    name: str
    killed: int
    accidental: int = Field(description="a case failed, but by a check that does not look for this kind of fault")
    survived: int
    equivalent: int = Field(description="no request could tell these from the reference: they count neither way")
    strength: float | None

    @classmethod
    def of(cls, score: FamilyScore) -> FamilyShape:
        """From the domain's score."""
        return cls(
            family=score.family.value,
            name=score.family.words,
            killed=score.killed,
            accidental=score.accidental,
            survived=score.survived,
            equivalent=score.equivalent,
            strength=score.strength,
        )


class ProofShape(Output):
    """What a suite is worth by its proof. ``strength`` is 0 to 100, ``grade`` A to F or n/a; without a proof both are empty."""

    state: ProofState = Field(description="`none` not made (yet), `proven`, `below_gate`, `failed` could not be made")
    reason: str = Field(description="why it failed, or what the suite lacks for the gate")
    strength: float | None = Field(description="weighted share of the tried faults that the suite finds")
    trust: str = Field(
        description="legal variants of the API on which the suite is silent, of all: `28/29`; `n/a` where the suite is red on the reference"
    )
    trust_silent: int
    trust_total: int
    economy: float | None = Field(description="faults found for 100 requests")
    grade: str
    families: list[FamilyShape]

    @classmethod
    def of(cls, proof: SuiteProof) -> ProofShape:
        """From the domain's proof."""
        return cls(**_figures(proof))


class SurvivorShape(Output):
    """A bug that the suite would miss. ``request`` is a curl command that shows it, empty where none is known."""

    id: str
    operator: str
    family: str
    operation: str
    sentence: str
    request: str

    @classmethod
    def of(cls, survivor: Survivor) -> SurvivorShape:
        """From the domain's survivor."""
        return cls(
            id=survivor.id,
            operator=survivor.operator,
            family=survivor.family.value,
            operation=survivor.operation,
            sentence=survivor.sentence,
            request=survivor.request,
        )


class FalseAlarmShape(Output):
    """A case that fails where nothing is wrong: on the reference itself, or on the legal variant ``place``."""

    place: str
    sentence: str
    case_id: str
    check: str
    operation: str
    expected: str
    actual: str

    @classmethod
    def of(cls, found: FalseAlarm) -> FalseAlarmShape:
        """From the domain's alarm."""
        return cls(
            place=found.place,
            sentence=found.sentence,
            case_id=found.alarm.case_id,
            check=found.alarm.check,
            operation=found.alarm.operation,
            expected=found.alarm.expected,
            actual=found.alarm.actual,
        )


class ProofDetail(ProofShape):
    """A proof with the worst of what it found: at most 200 survivors and 200 false alarms; the counts are of all."""

    suite_id: str
    mutant_count: int
    equivalent_count: int
    survivor_count: int
    alarm_count: int
    requests: int = Field(description="requests of one run of the suite")
    seconds: float
    survivors: list[SurvivorShape]
    alarms: list[FalseAlarmShape]

    @classmethod
    def of_suite(cls, suite_id: str, proof: SuiteProof, details: ProofDetails) -> ProofDetail:
        """From the domain's figures and their long part."""
        return cls(
            **_figures(proof),
            suite_id=suite_id,
            mutant_count=details.mutant_count,
            equivalent_count=details.equivalent_count,
            survivor_count=details.survivor_count,
            alarm_count=details.alarm_count,
            requests=details.requests,
            seconds=details.seconds,
            survivors=[SurvivorShape.of(survivor) for survivor in details.survivors],
            alarms=[FalseAlarmShape.of(alarm) for alarm in details.alarms],
        )


def _figures(proof: SuiteProof) -> dict[str, object]:
    return {
        "state": proof.state,
        "reason": proof.reason,
        "strength": proof.strength,
        "trust": proof.trust,
        "trust_silent": proof.trust_silent,
        "trust_total": proof.trust_total,
        "economy": proof.economy,
        "grade": proof.grade,
        "families": [FamilyShape.of(score) for score in proof.families],
    }
