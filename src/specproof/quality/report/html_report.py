"""The report as one HTML file that needs nothing else: no script, no style and no picture from anywhere."""

from __future__ import annotations

import unicodedata
from importlib import resources
from typing import Final

import jinja2
from markupsafe import Markup

from specproof.domain.proofs import Verdict
from specproof.openapi.findings import FIX_HINTS
from specproof.quality.report.scorecard import QualityScorecard

TEMPLATE: Final = "report.html.j2"
_COMMANDS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def report_html(scorecard: QualityScorecard) -> str:
    """The whole report. Every text is escaped; characters that turn lines around are spelt out."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_harmless
    )
    source = resources.files("specproof.quality.report").joinpath(TEMPLATE).read_text(encoding="utf-8")
    return environment.from_string(source).render(
        card=scorecard,
        proof=scorecard.proof,
        metrics=scorecard.metrics,
        equivalent=scorecard.mutants(Verdict.EQUIVALENT),
        accidental=scorecard.mutants(Verdict.ACCIDENTAL),
        samples=sorted(scorecard.proof.samples.items()),
        hints={code.value: hint for code, hint in FIX_HINTS.items()},
    )


def _harmless(value: object) -> object:
    if value is None:
        return "n/a"
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return "".join(
        char if char in "\n\t" or unicodedata.category(char) not in _COMMANDS else f"\\u{ord(char):04x}" for char in value
    )
