"""What becomes of a failed check: it fails its case, it is known already, or it is a remark."""

from __future__ import annotations

from dataclasses import dataclass

from .baseline import Baseline
from .causes import Finding
from .fault_numbers import NO_ANSWER, NO_ANSWER_IN_TIME
from .strictness import Profile, fails


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether the case fails; ``because`` stands before the text of a remark that would have been a failure."""

    fails: bool
    because: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a run judges failed checks. ``accepts_all`` where it writes a baseline: then it goes on after each failure."""

    profile: Profile = Profile.STANDARD
    baseline: Baseline | None = None
    accepts_all: bool = False

    def ruling(self, check: str, operation: str, *, is_minor: bool) -> Ruling:
        """What a failed ``check`` on an answer of ``operation`` means; ``is_minor`` where the document leaves room."""
        return Ruling(fails(check, self.profile, is_minor=is_minor))

    def known(self, finding: Finding) -> str | None:
        """Why the finding is accepted ("" if nobody said), None if it is not. That nothing answers is never accepted."""
        if finding.cause.startswith(NO_ANSWER) and not finding.cause.startswith(NO_ANSWER_IN_TIME):
            return None
        entry = self.baseline.entries.get(finding) if self.baseline else None
        if entry is not None:
            return entry.reason
        return "" if self.accepts_all else None


USUAL = Judgement()
