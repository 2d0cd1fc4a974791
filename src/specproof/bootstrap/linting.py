"""Linting, composed: document -> specification -> rules and testability, and where in the text the findings lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specproof.bootstrap.generation import GenerationPolicy
    from specproof.openapi.documents.positions import Position
    from specproof.openapi.findings import Finding
    from specproof.openapi.lint.linter import LintReport


def lint_document(policy: GenerationPolicy, document: bytes) -> LintReport:
    """What ``document`` lacks for good tests, under the limits of ``policy``. Raises a ``SpecificationError``."""
    from specproof.openapi.documents.bundle import open_bundle
    from specproof.openapi.lint.linter import lint_spec
    from specproof.openapi.parser import parse_bundle

    bundle = open_bundle(document, limits=policy.limits)
    return lint_spec(parse_bundle(bundle), bundle.loaded.root)


def positions_of(policy: GenerationPolicy, document: bytes, findings: Sequence[Finding]) -> Mapping[str, Position]:
    """Line and column of the places of ``findings``, each in the file that it names. What lies in no text of ours is left out."""
    from specproof.openapi.documents.bundle import open_bundle
    from specproof.openapi.documents.positions import by_file, locate

    bundle = open_bundle(document, limits=policy.limits)
    positions: dict[str, Position] = {}
    for file, places in by_file({found.at for found in findings}).items():
        content = bundle.files.read(file) if file else bundle.content
        if content is not None:
            positions |= {f"{file}{place}": position for place, position in locate(content, places).items()}
    return positions
