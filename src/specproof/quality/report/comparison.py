"""What became better or worse since an earlier proof: the earlier report is read back from its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from specproof.domain.proofs import MutantOutcome, ProofReport, Verdict

REPORT_SCHEMA = "specproof/proof"
REPORT_VERSION = 1
"""Grows when a reader of the earlier version would misunderstand what is written now; new members do not make it grow."""


@dataclass(frozen=True, slots=True)
class EarlierProof:
    """What an earlier report said: each mutant's verdict, and for which suite and document. ``alarms`` are (place, case) pairs."""

    suite_digest: str
    spec_digest: str
    strength: float | None
    verdicts: Mapping[str, str]
    killers: Mapping[str, str]
    alarms: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LostKill:
    """A fault that was caught earlier and no longer is, and the case that caught it."""

    mutant: MutantOutcome
    killer: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference between two proofs, over the mutants that both tried. ``is_edit``: same document, other suite."""

    is_edit: bool
    is_same_suite: bool
    strength_before: float | None
    lost: tuple[LostKill, ...]
    gained: tuple[MutantOutcome, ...]
    new_alarms: tuple[tuple[str, str], ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.lost or self.gained or self.new_alarms)

    @property
    def sentence(self) -> str:
        """The difference in one line."""
        who = "your edit" if self.is_edit else "since the earlier proof the suite"
        if self.is_empty:
            return f"{who} changed no verdict"
        parts = [f"dropped {_kills(len(self.lost))}"] if self.lost else []
        parts += [f"added {_kills(len(self.gained))}"] if self.gained else []
        alarms = len(self.new_alarms)
        parts += [f"raised {alarms} new false alarm{'s' if alarms > 1 else ''}"] if alarms else []
        return f"{who} {' and '.join(parts)}"


def _kills(count: int) -> str:
    return f"{count} kill" if count == 1 else f"{count} kills"


def read_earlier(content: bytes) -> EarlierProof | None:
    """The earlier proof in a JSON report; None where it is none that this version understands."""
    try:
        report = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(report, dict) or report.get("schema") != REPORT_SCHEMA or report.get("version") != REPORT_VERSION:
        return None
    try:
        mutants = report["proof"]["mutants"]
        strength = report["proof"]["strength"]
        return EarlierProof(
            suite_digest=str(report["suite"]["digest"]),
            spec_digest=str(report["suite"]["spec_digest"]),
            strength=None if strength is None else float(strength),
            verdicts={str(mutant["id"]): str(mutant["verdict"]) for mutant in mutants},
            killers={str(mutant["id"]): str(mutant["kill"]["case"]) for mutant in mutants if mutant["kill"]},
            alarms=frozenset(
                (str(place["id"]), str(alarm["case"]))
                for place in (*report["proof"]["healthy"], *report["proof"]["variants"])
                for alarm in place["alarms"]
            ),
        )
    except (KeyError, TypeError, ValueError):
        return None


def compare(earlier: EarlierProof, proof: ProofReport, *, suite_digest: str, spec_digest: str) -> Comparison:
    """What differs, over the mutants that both proofs counted: one that was not tried, or was equivalent, is neither lost nor gained."""
    both = [mutant for mutant in proof.mutants if _counts(earlier.verdicts.get(mutant.id))]
    was_killed = {mutant.id for mutant in both if earlier.verdicts[mutant.id] == Verdict.KILLED.value}
    lost = [mutant for mutant in both if mutant.id in was_killed and mutant.verdict in (Verdict.SURVIVED, Verdict.ACCIDENTAL)]
    gained = [mutant for mutant in both if mutant.id not in was_killed and mutant.verdict is Verdict.KILLED]
    places = [(run.name, run.alarms) for run in proof.healthy] + [(variant.id, variant.alarms) for variant in proof.variants]
    alarms = {(name, alarm.case_id) for name, raised in places for alarm in raised}
    return Comparison(
        is_edit=earlier.spec_digest == spec_digest and earlier.suite_digest != suite_digest,
        is_same_suite=earlier.suite_digest == suite_digest,
        strength_before=earlier.strength,
        lost=tuple(LostKill(mutant, earlier.killers.get(mutant.id, "")) for mutant in lost),
        gained=tuple(gained),
        new_alarms=tuple(sorted(alarms - earlier.alarms)),
    )


def _counts(verdict: str | None) -> bool:
    return verdict is not None and verdict != Verdict.EQUIVALENT.value
