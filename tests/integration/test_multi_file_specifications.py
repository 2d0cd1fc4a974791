"""Real specifications of several files: as a folder, as an archive, and through the whole generation."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from planned import plan_of_spec
from specproof.bootstrap.generation import GenerationPolicy, document_digest, generate_suite
from specproof.domain.plans import Family
from specproof.fetching.folder_files import FolderFiles
from specproof.openapi.bundling import pack_specification
from specproof.openapi.documents.archives import main_document
from specproof.openapi.documents.loader import SpecLimits
from specproof.openapi.findings import FindingCode
from specproof.openapi.model import ApiSpec
from specproof.openapi.parser import parse_spec

pytestmark = pytest.mark.needs_shared

SHARED = Path(os.environ.get("SPECPROOF_CORPUS") or Path(__file__).parents[2].parent / "shared")
LIMITS = SpecLimits()
EXPECTED = {"04": 34, "05": 29, "14": 48, "23": 4, "35": 12}
"""Operations of each folder of the corpus."""


def folder_of(number: str) -> Path:
    corpus = SHARED / "corpus" / "dev"
    if not corpus.is_dir():
        pytest.skip(f"the shared corpus is not at {SHARED} (set SPECPROOF_CORPUS)")
    return next(path for path in sorted(corpus.iterdir()) if path.name.startswith(number) and path.is_dir())


def from_folder(folder: Path) -> ApiSpec:
    files = FolderFiles(folder, LIMITS.max_bytes)
    name = main_document(files.names(), files.read, limits=LIMITS)
    return parse_spec((folder / name).read_bytes(), files=files, name=name)


def zipped(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return packed.getvalue()


def tarred(folder: Path) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.add(folder, ".")
    return packed.getvalue()


@pytest.mark.parametrize("number", EXPECTED)
def test_folders_and_archives_say_the_same(number: str) -> None:
    folder = folder_of(number)
    spec = from_folder(folder)
    assert len(spec.operations) == EXPECTED[number]
    lost = {FindingCode.REF_EXTERNAL, FindingCode.REF_NOT_FOUND}
    assert [
        finding for finding in spec.findings if finding.code in lost and finding.at.startswith(("#/paths", "openapi/paths"))
    ] == []
    assert [finding for finding in spec.findings if finding.code is FindingCode.REF_EXTERNAL] == []
    for content in (zipped(folder), tarred(folder)):
        assert parse_spec(content) == spec


@pytest.mark.parametrize("number", EXPECTED)
def test_what_is_packed_is_a_whole_specification(number: str) -> None:
    folder = folder_of(number)
    files = FolderFiles(folder, LIMITS.max_bytes)
    name = main_document(files.names(), files.read, limits=LIMITS)
    packed = pack_specification((folder / name).read_bytes(), limits=LIMITS, files=files, name=name).content
    assert parse_spec(packed).operations == from_folder(folder).operations
    assert len(packed) <= sum(path.stat().st_size for path in folder.rglob("*")) + 4096 * len(files.names())


@pytest.mark.parametrize("number", EXPECTED)
def test_specifications_of_several_files_are_planned(number: str) -> None:
    plan = plan_of_spec(from_folder(folder_of(number)))
    subjects = {case.subject for case in plan.cases if case.family is Family.FUNCTIONAL}
    assert len(subjects) >= 0.7 * EXPECTED[number]


def test_the_service_generates_from_an_archive() -> None:
    content = zipped(folder_of("35"))
    policy = GenerationPolicy()
    generated = generate_suite(policy, content, "", content)
    assert generated.title == "Redocly Cafe"
    assert generated.operations_total == EXPECTED["35"]
    assert generated.suite.case_count > 0
    assert generated.spec_digest == document_digest(policy, content)
    assert (generated.change.added, generated.change.removed, generated.change.changed) == ((), (), ())
    code = "".join(file.content for file in generated.suite.files if file.is_code)
    assert "\ud800" not in code
    code.encode()


HOSTILE = [
    "ref_local_files.json",
    "ref_ssrf_schemes.json",
    "ref_http_redirect.json",
    "ref_cycles_chains.json",
    "ref_weird_pointers.json",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_references_open_nothing_outside_of_their_folder(name: str) -> None:
    folder = SHARED / "corpus" / "hostile"
    if not folder.is_dir():
        pytest.skip(f"the shared corpus is not at {SHARED} (set SPECPROOF_CORPUS)")
    opened: list[str] = []

    class Recorded(FolderFiles):
        def read(self, path: str) -> bytes | None:
            opened.append(path)
            return super().read(path)

    spec = parse_spec((folder / name).read_bytes(), files=Recorded(folder, LIMITS.max_bytes), name=name)
    inside = {"nonexistent.json", "other.json", "rel.json", "s.json"}
    assert {path for path in opened if not path.startswith(("http://", "https://"))} <= inside
    assert all(finding.at.isprintable() and finding.message.isprintable() for finding in spec.findings)
