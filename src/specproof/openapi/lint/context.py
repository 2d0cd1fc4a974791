"""What every rule sees of the document: the typed model, its schemas, and the tree as it is written."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.lint.examples import ExampleReport, checked_examples
from specproof.openapi.lint.sites import MAX_SITES, SchemaGraph, Site
from specproof.openapi.model import ApiSpec
from specproof.openapi.schema import JsonObject


class LintContext:
    """One document on its way through the rules. What several of them need is made once.

    ``root`` is the document's own tree; None where only the model is at hand: then rules about what is written there say nothing.
    """

    def __init__(self, spec: ApiSpec, root: JsonObject | None = None, *, max_sites: int = MAX_SITES) -> None:
        self.spec = spec
        self.root = root
        self._max_sites = max_sites

    @cached_property
    def graph(self) -> SchemaGraph:
        """The schemas of the document."""
        return SchemaGraph(self.spec, max_sites=self._max_sites)

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        """Every schema that can reach a request or a response."""
        return tuple(self.graph.sites())

    @cached_property
    def examples(self) -> ExampleReport:
        """All examples and defaults, held against their schemas."""
        return checked_examples(self.spec, self.sites)

    def request_sites(self) -> Iterator[Site]:
        """The schemas that requests are made of."""
        return (site for site in self.sites if site.is_request)


def finding(code: FindingCode, at: str, message: str, severity: Severity = Severity.MINOR) -> Finding:
    """One finding of a rule."""
    return Finding(code, at, message, severity)
