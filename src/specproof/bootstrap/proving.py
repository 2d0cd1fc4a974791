"""A proof by hand, and a mock, composed: a suite's folder -> its scorecard; a document -> an application that behaves as it says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from specproof.domain.suites import PERSONAL_FILES, SuiteFile
from specproof.openapi.documents.loader import SpecLimits
from specproof.quality.report.scorecard import QualityScorecard, SuiteFacts

Message: TypeAlias = "MutableMapping[str, Any]"
AsgiApp: TypeAlias = (
    "Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]"
)

_NOT_DIGESTED = frozenset({"README.md", "specproof.lock.json", *PERSONAL_FILES})
"""What says something about a suite and changes nothing of it."""


@dataclass(frozen=True, slots=True)
class ProvingPolicy:
    """How a suite is proven by hand. ``cap`` is the most mutants that are tried, ``workers`` 0 takes one for each processor.

    ``accepted_equivalent`` is the reason why a large share of equivalent mutants is right.
    """

    limits: SpecLimits = field(default_factory=SpecLimits)
    workers: int = 0
    cap: int = 1_000
    uses_cache: bool = True
    accepted_equivalent: str = ""


@dataclass(frozen=True, slots=True)
class MockPolicy:
    """How a document is mocked. ``records`` are those that each collection begins with; without ``has_auth`` everybody is one user."""

    limits: SpecLimits = field(default_factory=SpecLimits)
    seed: str = "specproof"
    records: int = 0
    has_auth: bool = True


@dataclass(frozen=True, slots=True)
class Mock:
    """An application, and for each security scheme the secrets of the first and of the second user that it accepts.

    ``variables`` are those in which suites of the document expect the credentials of the schemes.
    """

    app: AsgiApp
    title: str
    credentials: Mapping[str, tuple[str, str]]
    variables: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def mock_of(policy: MockPolicy, document: bytes) -> Mock:
    """The reference of ``document`` as an application. Raises a ``SpecificationError``."""
    from specproof.generators.rendering.credential_names import SECOND_PREFIX, VALID_PREFIX, credential_slugs
    from specproof.openapi.parser import parse_spec
    from specproof.reference.asgi import ReferenceApp
    from specproof.reference.behaviour import CONFORMING, Behaviour, Call, Principal, World
    from specproof.reference.credentials import FIRST, issued
    from specproof.reference.model import ReferenceModel
    from specproof.reference.server import ReferenceServer

    class OpenToAll(Behaviour):
        """Whoever asks is the first user."""

        def principal(self, world: World, call: Call) -> Principal:
            return FIRST

    spec = parse_spec(document, limits=policy.limits)
    server = ReferenceServer(ReferenceModel(spec, seed=policy.seed), CONFORMING if policy.has_auth else OpenToAll())
    if policy.records:
        server.populate(policy.records)
    credentials = issued(spec) if policy.has_auth else {}
    slugs = credential_slugs(spec.security_schemes)
    variables = {name: (VALID_PREFIX + slugs[name], SECOND_PREFIX + slugs[name]) for name in credentials if name in slugs}
    return Mock(ReferenceApp(server), spec.title.printable(), credentials, variables)


def prove_folder(policy: ProvingPolicy, folder: Path, document: bytes | None) -> QualityScorecard:
    """Prove the suite in ``folder`` by the document that it carries, unless another is given; compare with the earlier proof.

    Raises :class:`~specproof.errors.SuiteUnprovableError`, a ``SpecificationError``, or :class:`~specproof.errors.ProofError`.
    """
    from specproof.openapi.documents.bundle import open_bundle
    from specproof.openapi.lint.linter import lint_spec
    from specproof.openapi.parser import parse_bundle
    from specproof.quality.metrics.items import Coverage
    from specproof.quality.metrics.measure import measure_suite
    from specproof.quality.proof.proving import prove
    from specproof.quality.proof.settings import ProofSettings
    from specproof.quality.proof.suite_sources import document_of
    from specproof.quality.quality_checker import check_suite
    from specproof.quality.report.comparison import compare, read_earlier
    from specproof.storage.proof_reports import earlier_report
    from specproof.storage.suite_folder import read_suite_folder

    files = read_suite_folder(folder)
    document = document_of(folder) if document is None else document
    bundle = open_bundle(document, limits=policy.limits)
    spec = parse_bundle(bundle)
    settings = ProofSettings(workers=policy.workers, cap=policy.cap, uses_cache=policy.uses_cache)
    proof = prove(folder, document, settings=settings)
    metrics = measure_suite(spec, files, proof)
    covered = metrics.metric(Coverage.OPERATIONS.value)
    static = check_suite(
        files, operations_total=len(spec.operations), operations_covered=int(covered.reached) if covered is not None else 0
    )
    lint = lint_spec(spec, bundle.loaded.root)
    facts = suite_facts(folder, files, spec.title.printable(), spec.digest)
    content = earlier_report(folder, is_edited=bool(facts.edited))
    earlier = read_earlier(content) if content is not None else None
    return QualityScorecard(
        suite=facts,
        static=static,
        proof=proof,
        metrics=metrics,
        testability=lint.testability,
        lint_findings=lint.findings,
        accepted_equivalent=policy.accepted_equivalent,
        comparison=compare(earlier, proof, suite_digest=facts.digest, spec_digest=facts.spec_digest) if earlier else None,
    )


def keep_scorecard(folder: Path, scorecard: QualityScorecard, *, has_readme_line: bool) -> None:
    """Leave the report in the suite's own folder, for the next proof to compare with, and the line in its README."""
    from specproof.quality.report.json_report import report_json
    from specproof.quality.report.readme_line import readme_line
    from specproof.storage.proof_reports import keep_report, put_readme_line

    is_as_generated = not scorecard.suite.edited and scorecard.suite.is_of_this_document
    keep_report(folder, report_json(scorecard), is_edited=not is_as_generated)
    if has_readme_line:
        put_readme_line(folder, readme_line(scorecard))


def suite_facts(folder: Path, files: Sequence[SuiteFile], title: str, spec_digest: str) -> SuiteFacts:
    """What the report says of the suite itself: its digest and what was edited, whatever a person keeps beside it."""
    from specproof.storage.suite_files import LOCK_NAME
    from specproof.storage.suite_folder import edited_since_made

    digest = hashlib.sha256()
    for file in files:
        if file.path not in _NOT_DIGESTED:
            content = hashlib.sha256(file.content.encode("utf-8", "surrogatepass")).hexdigest()
            digest.update(f"{file.path}\0{content}\n".encode())
    lock = next((file.content for file in files if file.path == LOCK_NAME), "{}")
    try:
        locked = json.loads(lock)
    except (ValueError, RecursionError):
        locked = {}
    said = locked if isinstance(locked, dict) else {}
    changed = edited_since_made(folder)
    return SuiteFacts(
        title=title,
        slug=str(said.get("slug") or folder.resolve().name),
        digest=digest.hexdigest(),
        spec_digest=spec_digest,
        locked_digest=str(said.get("spec_digest") or ""),
        edited=() if changed == (".",) else changed,
    )
