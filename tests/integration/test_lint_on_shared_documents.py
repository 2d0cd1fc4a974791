"""The linter on real, wild and hostile documents: no exception, bounded time, bounded findings, every place to be found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specproof.errors import SpecificationError
from specproof.openapi.documents.loader import SpecLimits, load_document
from specproof.openapi.documents.positions import by_file, locate
from specproof.openapi.finding_log import MAX_PER_CODE
from specproof.openapi.findings import FindingCode
from specproof.openapi.lint.linter import LintReport, lint_spec
from specproof.openapi.parser import parse_spec

pytestmark = pytest.mark.needs_shared

SHARED = Path(os.environ.get("SPECPROOF_CORPUS") or Path(__file__).parents[2].parent / "shared")


def documents(folder: str) -> list[Path]:
    return sorted(path for path in (SHARED / folder).rglob("*") if path.suffix in (".json", ".yaml", ".yml"))


def linted(content: bytes) -> LintReport | None:
    try:
        spec = parse_spec(content)
    except SpecificationError:
        return None
    return lint_spec(spec, load_document(content, limits=SpecLimits()).root)


@pytest.mark.parametrize("folder", ["corpus/dev", "corpus/hostile", "apifox/exports"])
def test_every_document_is_linted_with_bounded_findings(folder: str) -> None:
    count = 0
    for path in documents(folder):
        content = path.read_bytes()
        report = linted(content)
        if report is None:
            continue
        places = by_file({finding.at for finding in report.findings}).get("", [])
        positions = locate(content, places)
        assert len(report.findings) <= (MAX_PER_CODE + 1) * len(FindingCode), path
        assert len(positions) == len(set(places))
        assert (report.testability is None) == (not report.operations)
        assert all(0 <= operation.figure <= 100 for operation in report.operations)
        count += 1
    assert count >= (3 if folder == "apifox/exports" else 25)


def test_the_same_document_gives_the_same_report() -> None:
    content = next(path for path in documents("corpus/dev") if path.name.startswith("25-")).read_bytes()
    assert linted(content) == linted(content)


def test_what_real_documents_are_known_for_is_found() -> None:
    wanted = {
        "07-": {FindingCode.LINT_CONTRADICTION, FindingCode.LINT_PATTERN_LENGTH},
        "15-": {FindingCode.LINT_OPERATION_ID_DUPLICATE, FindingCode.EXAMPLE_INVALID},
        "24-": {FindingCode.LINT_PATH_OVERLAP},
        "25-": {FindingCode.LINT_CONTENT_FORBIDDEN, FindingCode.LINT_DISCRIMINATOR},
    }
    for prefix, codes in wanted.items():
        path = next(path for path in documents("corpus/dev") if path.name.startswith(prefix))
        report = linted(path.read_bytes())
        assert report is not None
        assert codes <= {finding.code for finding in report.findings}, path
