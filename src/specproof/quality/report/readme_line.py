"""The one line about the proof in a suite's README: put between two marks, so that the next proof finds it again."""

from __future__ import annotations

import re

from specproof.quality.report.scorecard import QualityScorecard

BEGIN = "<!-- specproof: proof -->"
END = "<!-- specproof: end of proof -->"
_BLOCK = re.compile(rf"{re.escape(BEGIN)}\n.*?{re.escape(END)}\n{{0,2}}", re.DOTALL)
_TITLE = re.compile(r"^# .*\n\n?", re.MULTILINE)


def readme_line(scorecard: QualityScorecard) -> str:
    """What the README says of the proof. Figures only: no text of the document can get into it, and no date, so that it is stable."""
    proof = scorecard.proof
    testability = f"; testability of the document {scorecard.testability.figure} of 100" if scorecard.testability else ""
    if not proof.is_healthy:
        return f"Proof: none, the suite is not green on the conforming reference of its document{testability}."
    if proof.strength is None:
        return f"Proof: n/a, the document gives no mutant to try{testability}."
    return (
        f"Proof: grade {proof.grade}, strength {proof.strength:g} %, trust {proof.trust},"
        f" {proof.economy or 0:g} kills per 100 requests{testability}."
    )


def with_line(readme: str, line: str) -> str:
    """``readme`` with ``line`` below its title, in the place of an earlier one. Applied twice it changes nothing more."""
    block = f"{BEGIN}\n{line}\n{END}\n\n"
    if _BLOCK.search(readme):
        return _BLOCK.sub(lambda _: block, readme, count=1)
    title = _TITLE.match(readme)
    at = title.end() if title else 0
    head = readme[:at] if not title or readme[:at].endswith("\n\n") else readme[:at] + "\n"
    return head + block + readme[at:]


def without_line(readme: str) -> str:
    """``readme`` as it was before :func:`with_line`."""
    return _BLOCK.sub("", readme, count=1)
