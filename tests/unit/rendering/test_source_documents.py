"""Suites carry the document that they were made from, byte for byte."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from specproof.bootstrap.generation import GenerationPolicy, generate_suite
from specproof.domain import source_documents
from specproof.domain.source_documents import source_document, source_file
from specproof.domain.suites import SuiteFile
from specproof.openapi.findings import FindingCode, Severity
from specproof.quality.quality_checker import check_suite, validate_files
from specproof.storage.suite_folder import read_suite_folder, write_suite_folder

JSON = (
    '\n{"openapi": "3.1.0",\r\n "info": {"title": "Pets 宠物", "version": "1"},\t'
    '"paths": {"/pets": {"get": {"responses": {"200": {"description": "ok"}}}}}}  '
)
YAML = 'openapi: 3.1.0\r\ninfo: {title: "Pets\u2028", version: "1"}\r\npaths:\r\n  /pets:\r\n    get: {responses: {"200": {description: ok}}}\r\n'


def archive(text: str) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as file:
        file.writestr("openapi.yaml", text)
    return packed.getvalue()


DOCUMENTS = {
    "schemas/document.json": JSON.encode(),
    "schemas/document.yaml": YAML.encode(),
    "schemas/document.base64": archive(YAML),
}


@pytest.mark.parametrize(("path", "document"), DOCUMENTS.items(), ids=DOCUMENTS)
def test_a_generated_suite_carries_its_document_through_the_disk(path: str, document: bytes, tmp_path: Path) -> None:
    made = generate_suite(GenerationPolicy(), document, "pets", None)
    files = made.suite.files
    assert [file.path for file in files if file.path.startswith("schemas/document")] == [path]
    lock = json.loads(made.suite.file("specproof.lock.json").content)
    carried = made.suite.file(path)
    assert (carried.is_code, carried.is_carried) == (False, False)
    assert lock["files"][path] == hashlib.sha256(carried.content.encode()).hexdigest()
    assert f"`{path}`" in made.suite.file("README.md").content
    write_suite_folder(tmp_path / "suite", files, force=False)
    assert source_document(read_suite_folder(tmp_path / "suite")) == document


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_the_rules_say_the_same_of_a_suite_with_and_without_its_document(document: bytes) -> None:
    files = generate_suite(GenerationPolicy(), document, "pets", None).suite.files
    bare = [file for file in files if not file.path.startswith("schemas/document")]
    assert len(bare) == len(files) - 1
    assert check_suite(files) == check_suite(bare)
    assert [finding for finding in validate_files(files) if finding.severity is Severity.MAJOR] == []


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ("\ufeff{}".encode(), "schemas/document.json"),
        (b"{openapi: 3.1.0}", "schemas/document.yaml"),
        (b"[" * 100_000, "schemas/document.yaml"),
        ("openapi: 3.1.0".encode("utf-16"), "schemas/document.base64"),
        (b'{"a": "\0"}', "schemas/document.base64"),
        (b"\xff\xfe\x00", "schemas/document.base64"),
        (b"", "schemas/document.yaml"),
    ],
)
def test_any_bytes_come_back_as_they_were(document: bytes, path: str) -> None:
    file = source_file(document)
    assert file is not None
    assert file.path == path
    assert source_document([SuiteFile("README.md", ""), file]) == document


def test_a_suite_without_a_document_or_with_a_broken_one_has_none() -> None:
    assert source_document([SuiteFile("README.md", "")]) is None
    assert source_document([SuiteFile("schemas/document.base64", "no base64!")]) is None
    assert source_document([SuiteFile("schemas/document.base64", "中")]) is None


def test_a_document_that_is_too_large_is_left_out_and_the_suite_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_documents, "MAX_SOURCE_LENGTH", 300)
    for document in (JSON.replace("Pets", "P" * 300).encode(), archive(YAML.replace("ok", "o" * 300))):
        made = generate_suite(GenerationPolicy(), document, "pets", None)
        assert source_document(made.suite.files) is None
        assert "document." not in made.suite.file("README.md").content
        (finding,) = [finding for finding in made.findings if finding.code is FindingCode.SUITE_NO_DOCUMENT]
        assert f"{len(document)} bytes" in finding.message
