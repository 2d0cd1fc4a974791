"""Linting, composed: document -> specification -> rules and testability."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specproof.bootstrap.generation import GenerationPolicy
    from specproof.openapi.lint.linter import LintReport


def lint_document(policy: GenerationPolicy, document: bytes) -> LintReport:
    """What ``document`` lacks for good tests, under the limits of ``policy``. Raises a ``SpecificationError``."""
    from specproof.openapi.documents.loader import load_document
    from specproof.openapi.lint.linter import lint_spec
    from specproof.openapi.parser import parse_spec

    spec = parse_spec(document, limits=policy.limits)
    return lint_spec(spec, load_document(document, limits=policy.limits).root)
