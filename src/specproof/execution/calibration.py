"""What two runs of a suite on one target say of the target: where it differs from its document, and where it differs from itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from specproof.checks.secret_words import PRIVATE_WORDS
from specproof.domain.runs import Outcome, OutcomeKind
from specproof.execution.redaction import MASK

Ids: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]
AGAIN = "only when it ran again"
BAD = frozenset({OutcomeKind.FAILED, OutcomeKind.ERRORED})
SECRET_MEMBER = re.compile(rf"""("[^"\\]*(?:{PRIVATE_WORDS})[^"\\]*"\s*:\s*)"(?:[^"\\]|\\.)*\"?""", re.IGNORECASE)
SECRET_HEADER = re.compile(r"\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key)(\s*[:=]\s*)[^'\"\n]+", re.IGNORECASE)
ANSWERED = re.compile(r"( answered \d{3}[^,:]*).*", re.DOTALL)
EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True)
class Difference:
    """A case that failed the same check in both runs."""

    outcome: Outcome

    def to_json(self) -> dict[str, Any]:
        """As ``calibration.json`` has it: without what looks like a secret or an address of a person."""
        found = self.outcome
        texts = {"expected": found.expected, "actual": found.actual or found.message, "curl": found.curl}
        named = {"case": found.case_id, "operation": found.operation, "check": found.check}
        return {**named, **{name: without_secrets(text) for name, text in texts.items()}}


@dataclass(frozen=True, slots=True)
class Unstable:
    """A case that ended in one way and then in another."""

    outcome: Outcome
    endings: tuple[str, str]

    def to_json(self) -> dict[str, Any]:
        """As ``calibration.json`` has it."""
        return {"case": self.outcome.case_id, "operation": self.outcome.operation, "endings": list(self.endings)}


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was found. ``known_ids`` maps a path to the ids of its parameters that the target's lists show; ``skipped`` maps the reasons
    why cases were skipped in both runs, the commonest first, to their numbers."""

    differences: tuple[Difference, ...]
    unstable: tuple[Unstable, ...]
    known_ids: Ids
    skipped: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The file beside the suite."""
        return {
            "version": 1,
            "known_ids": self.known_ids,
            "differences": [found.to_json() for found in self.differences],
            "unstable": [found.to_json() for found in self.unstable],
            "skipped": {"count": sum(self.skipped.values()), "reasons": self.skipped},
        }


def calibration(first: Sequence[Outcome], second: Sequence[Outcome], known_ids: Ids) -> Calibration:
    """Compare the outcomes of two runs, case by case; a case that only one of them has is unstable."""
    before = {outcome.node_id: outcome for outcome in first}
    after = {outcome.node_id: outcome for outcome in second}
    differences, unstable, skipped = [], [], Counter[str]()
    for node_id in dict.fromkeys([*before, *after]):
        endings = (_ending(before.get(node_id)), _ending(after.get(node_id)))
        outcome = after.get(node_id) or before[node_id]
        if endings[0] != endings[1] or AGAIN in endings[0]:
            unstable.append(Unstable(outcome, endings))
        elif outcome.kind in BAD:
            differences.append(Difference(outcome))
        elif outcome.kind is OutcomeKind.SKIPPED:
            skipped[_reason(outcome)] += 1
    ordered = sorted(skipped.items(), key=lambda pair: (-pair[1], pair[0]))
    return Calibration(tuple(differences), tuple(unstable), known_ids, dict(ordered))


def in_both(first: Ids, second: Ids) -> Ids:
    """The ids that both runs have seen: others came or went meanwhile, or are what a case left behind."""
    found: dict[str, dict[str, list[str]]] = {}
    for template, parameters in first.items():
        for name, ids in parameters.items():
            kept = [one for one in ids if one in second.get(template, {}).get(name, ())]
            if kept:
                found.setdefault(template, {})[name] = kept
    return found


def without_secrets(text: str) -> str:
    """``text`` without values that their names call secret, and without addresses of people."""
    text = SECRET_MEMBER.sub(rf'\1"{MASK}"', text)
    return EMAIL.sub(MASK, SECRET_HEADER.sub(rf"\1\2{MASK}", text))


def _reason(outcome: Outcome) -> str:
    """Why a case was skipped, without the body of an answer, which differs from case to case and may hold what is secret."""
    return without_secrets(ANSWERED.sub(r"\1", outcome.message))


def _ending(outcome: Outcome | None) -> str:
    if outcome is None:
        return "did not run"
    if any("unstable: passed when it ran again" in remark for remark in outcome.remarks):
        return f"{outcome.kind.value} {AGAIN}"
    return f"{outcome.kind.value} {outcome.check}".strip() if outcome.kind in BAD else outcome.kind.value
