"""What a proof says of a suite: the mutants that it kills, the legal variants on which it stays silent, what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from specproof.domain.traffic import Exchange


class FaultFamily(StrEnum):
    """What sort of fault a mutant has. The letter is public: it begins the name of each operator (``R1``, ``D7``)."""

    RESPONSE = "R"
    STATUS = "S"
    VALIDATION = "V"
    OVERSTRICT = "O"
    CRASH = "C"
    AUTH = "A"
    STATE = "D"
    LIST = "L"

    @property
    def words(self) -> str:
        """The family in words for people."""
        return _TITLES[self]


_TITLES: Final[Mapping[FaultFamily, str]] = MappingProxyType(
    {
        FaultFamily.RESPONSE: "responses",
        FaultFamily.STATUS: "status",
        FaultFamily.VALIDATION: "validation",
        FaultFamily.OVERSTRICT: "strictness",
        FaultFamily.CRASH: "crashes",
        FaultFamily.AUTH: "auth",
        FaultFamily.STATE: "state",
        FaultFamily.LIST: "lists",
    }
)

WEIGHTS: Final[Mapping[FaultFamily, float]] = MappingProxyType(
    {
        FaultFamily.AUTH: 3.0,
        FaultFamily.STATE: 3.0,
        FaultFamily.CRASH: 3.0,
        FaultFamily.VALIDATION: 2.0,
        FaultFamily.RESPONSE: 2.0,
        FaultFamily.LIST: 2.0,
        FaultFamily.STATUS: 1.0,
        FaultFamily.OVERSTRICT: 1.0,
    }
)
"""How much a kill counts in the strength."""

GRADES: Final = ((90.0, "A"), (80.0, "B"), (70.0, "C"), (60.0, "D"))
"""The least strength of each grade; below the last it is F."""


class Verdict(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    ACCIDENTAL = "accidental"
    """A case failed, but by a check that does not look for this kind of fault."""
    SURVIVED = "survived"
    EQUIVALENT = "equivalent"
    """No probe could tell it from the reference: it counts neither way."""


@dataclass(frozen=True, slots=True)
class Kill:
    """Which case failed, by which check."""

    case_id: str
    check: str


@dataclass(frozen=True, slots=True)
class MutantOutcome:
    """One mutant and what became of it.

    ``id`` is stable (operator, operation and place); ``operation`` is a label (``PUT /pets/{petId}``); ``sentence`` says the fault in a
    tester's words. ``kill`` is set for KILLED and ACCIDENTAL. ``request`` is a curl command that shows the difference, for survivors.
    ``probes`` counts the requests that were tried to tell it from the reference.
    """

    id: str
    operator: str
    family: FaultFamily
    operation: str
    sentence: str
    verdict: Verdict
    kill: Kill | None = None
    probes: int = 0
    request: str = ""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A case that failed where nothing is wrong."""

    case_id: str
    check: str
    operation: str = ""
    expected: str = ""
    actual: str = ""


@dataclass(frozen=True, slots=True)
class VariantOutcome:
    """One legal variant. Any alarm is a false alarm."""

    id: str
    sentence: str
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True)
class HealthyRun:
    """One run against the unmutated reference. ``name``: ``first``, ``shuffled``, ``parallel`` or ``populated``.

    ``leftovers`` counts records that the suite made and did not delete, of those that the document lets it delete and whose
    ids the API tells.
    """

    name: str
    passed: int
    skipped: int
    alarms: tuple[Alarm, ...] = ()
    leftovers: int = 0

    @property
    def is_green(self) -> bool:
        """Whether nothing failed and nothing was left."""
        return not self.alarms and not self.leftovers


@dataclass(frozen=True, slots=True)
class Sample:
    """How many mutants of one operator the document gives, and how many of them were tried."""

    applicable: int
    tried: int


@dataclass(frozen=True, slots=True)
class FamilyScore:
    """The verdicts of one family. ``strength`` is 0 to 100, None where no mutant counts."""

    family: FaultFamily
    killed: int
    accidental: int
    survived: int
    equivalent: int

    @property
    def counted(self) -> int:
        """Non-equivalent mutants."""
        return self.killed + self.accidental + self.survived

    @property
    def strength(self) -> float | None:
        """Kills over non-equivalent mutants."""
        return round(100 * self.killed / self.counted, 1) if self.counted else None


@dataclass(frozen=True, slots=True)
class ProofReport:
    """The outcome of a proof. Seconds are wall time; ``requests`` those of one healthy run."""

    mutants: tuple[MutantOutcome, ...]
    variants: tuple[VariantOutcome, ...]
    healthy: tuple[HealthyRun, ...]
    case_count: int
    requests: int
    samples: Mapping[str, Sample] = field(default_factory=dict)
    """By operator (``R1``)."""
    kills_by_case: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Case id -> ids of the mutants of which it is the recorded killer."""
    seconds: float = 0.0
    from_cache: int = 0
    """Mutants whose verdict was taken from an earlier proof."""
    traffic: tuple[Exchange, ...] = field(default=(), repr=False)
    """What the cases sent and were answered in the first healthy run, without controls: those are cases of their own."""

    @property
    def is_healthy(self) -> bool:
        """Whether every healthy run was green: else the suite is wrong about the document, and nothing else counts."""
        return bool(self.healthy) and all(run.is_green for run in self.healthy)

    @property
    def families(self) -> tuple[FamilyScore, ...]:
        """Each family's verdicts, those without a mutant left out."""
        scores = []
        for family in FaultFamily:
            verdicts = [mutant.verdict for mutant in self.mutants if mutant.family is family]
            if verdicts:
                scores.append(
                    FamilyScore(
                        family,
                        verdicts.count(Verdict.KILLED),
                        verdicts.count(Verdict.ACCIDENTAL),
                        verdicts.count(Verdict.SURVIVED),
                        verdicts.count(Verdict.EQUIVALENT),
                    )
                )
        return tuple(scores)

    @property
    def strength(self) -> float | None:
        """Weighted kills over weighted non-equivalent mutants, 0 to 100; None where the document gives no mutant to try."""
        possible = sum(WEIGHTS[score.family] * score.counted for score in self.families)
        killed = sum(WEIGHTS[score.family] * score.killed for score in self.families)
        return round(100 * killed / possible, 1) if possible else None

    @property
    def telling_variants(self) -> tuple[VariantOutcome, ...]:
        """The variants that say something of the suite: none where it is red on the reference, for a case that fails there is not run on them."""
        return self.variants if self.is_healthy else ()

    @property
    def silent_variants(self) -> int:
        """How many telling variants raised no alarm."""
        return sum(1 for variant in self.telling_variants if not variant.alarms)

    @property
    def trust(self) -> str:
        """Silent variants of all: ``28/29``; ``n/a`` where they say nothing, because the suite is red on the reference."""
        return f"{self.silent_variants}/{len(self.telling_variants)}" if self.is_healthy else "n/a"

    @property
    def is_trusted(self) -> bool:
        """Whether there is no false alarm, on the reference or on any variant."""
        return self.is_healthy and self.silent_variants == len(self.variants)

    @property
    def economy(self) -> float | None:
        """Kills per 100 requests of a healthy run."""
        killed = sum(1 for mutant in self.mutants if mutant.verdict is Verdict.KILLED)
        return round(100 * killed / self.requests, 1) if self.requests else None

    @property
    def equivalent_share(self) -> float:
        """Equivalent mutants over all, 0 to 1."""
        equivalent = sum(1 for mutant in self.mutants if mutant.verdict is Verdict.EQUIVALENT)
        return equivalent / len(self.mutants) if self.mutants else 0.0

    @property
    def grade(self) -> str:
        """A to F by strength; without full trust no better than C; "n/a" where no mutant counts."""
        strength = self.strength
        if strength is None:
            return "n/a"
        grade = next((name for least, name in GRADES if strength >= least), "F")
        return max(grade, "C") if not self.is_trusted else grade
