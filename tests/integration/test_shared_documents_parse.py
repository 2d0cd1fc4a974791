"""Every shared document, whatever its version: read without an exception, and OpenAPI 3.2 to the last operation."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from specproof.openapi.documents.loader import SpecLimits
from specproof.openapi.findings import FindingCode
from specproof.openapi.model import ApiSpec
from specproof.openapi.parser import parse_spec
from specproof.openapi.vocabulary import SpecVersion

pytestmark = pytest.mark.needs_shared

SHARED = Path(os.environ.get("SPECPROOF_CORPUS") or Path(__file__).parents[2].parent / "shared")
_DECLARED = re.compile(rb"""^[\s{]*["']?(?:openapi|swagger)["']?\s*:""", re.MULTILINE)
_ROW = re.compile(r"\| (?P<file>\S+) \|.*\| (?P<version>[23]\.\d) \| \d+ \| (?P<operations>\d+) \|")
_FOLDERS = ("corpus/dev", "apifox/exports")


@pytest.fixture(scope="module")
def specs() -> dict[str, ApiSpec]:
    """Every document by its path below the shared folder; what other documents include is no document of its own."""
    if not (SHARED / "corpus").is_dir():
        pytest.skip(f"the shared corpus is not at {SHARED} (set SPECPROOF_CORPUS)")
    files = [
        path for folder in _FOLDERS for path in sorted((SHARED / folder).rglob("*")) if path.suffix in (".json", ".yaml", ".yml")
    ]
    contents = {str(path.relative_to(SHARED)): path.read_bytes() for path in files}
    return {name: parse_spec(content, limits=SpecLimits()) for name, content in contents.items() if _DECLARED.search(content)}


def test_every_shared_document_is_read(specs: dict[str, ApiSpec]) -> None:
    assert len(specs) >= 44
    assert {spec.dialect for spec in specs.values()} == set(SpecVersion)
    assert all(finding.at.startswith("#") for spec in specs.values() for finding in spec.findings)


def test_documents_of_openapi_32_have_all_their_operations(specs: dict[str, ApiSpec]) -> None:
    rows = _ROW.finditer((SHARED / "corpus" / "dev" / "SOURCES.md").read_text())
    expected = {f"corpus/dev/{row['file']}": int(row["operations"]) for row in rows if row["version"] == "3.2"}
    assert len(expected) == 6
    assert {name: len(specs[name].operations) for name in expected} == expected
    assert {specs[name].dialect for name in expected} == {SpecVersion.OPENAPI_32}


def test_links_of_a_shared_document_lead_to_its_operations(specs: dict[str, ApiSpec]) -> None:
    spec = specs["corpus/dev/20-schemathesis_schemathesis-stateful_users.yaml"]
    links = [link for operation in spec.operations for response in operation.responses for link in response.links]
    assert len(links) == 13
    assert all(spec.operation(link.target) is not None and link.arguments for link in links)
    assert not any(finding.code is FindingCode.LINK_INVALID for finding in spec.findings)
