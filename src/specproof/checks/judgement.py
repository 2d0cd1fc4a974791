"""What becomes of a failed check: it fails its case, or it is a remark."""

from __future__ import annotations

from dataclasses import dataclass

from .strictness import Profile, fails


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether the case fails; ``because`` stands before the text of a remark that would have been a failure."""

    fails: bool
    because: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a run judges failed checks."""

    profile: Profile = Profile.STANDARD

    def ruling(self, check: str, operation: str, *, is_minor: bool) -> Ruling:
        """What a failed ``check`` on an answer of ``operation`` means; ``is_minor`` where the document leaves room."""
        return Ruling(fails(check, self.profile, is_minor=is_minor))


USUAL = Judgement()
