"""Real exports, wild documents and hostile ones, read from the shared corpus."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from specproof.errors import SpecificationError, SpecUnsupportedError
from specproof.openapi.findings import FindingCode
from specproof.openapi.model import ApiSpec, Operation
from specproof.openapi.parser import parse_spec
from specproof.openapi.schema import Schema

pytestmark = pytest.mark.needs_shared

VERSION_30_OR_31 = re.compile(rb"""^\s*["']?openapi["']?\s*:\s*["']?3\.[01]""", re.MULTILINE)
SHARED = Path(os.environ.get("SPECPROOF_CORPUS") or Path(__file__).parents[2].parent / "shared")


@pytest.fixture(autouse=True)
def _shared_corpus_and_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    if not (SHARED / "corpus").is_dir():
        pytest.skip(f"the shared corpus is not at {SHARED} (set SPECPROOF_CORPUS)")

    def refuse(*_: Any) -> None:
        raise AssertionError("reading a specification opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def documents(folder: str) -> list[Path]:
    return sorted(path for path in (SHARED / folder).rglob("*") if path.suffix in (".json", ".yaml", ".yml"))


def schemas_of(operation: Operation) -> list[Schema]:
    found: list[Schema | None] = [parameter.schema for parameter in operation.parameters]
    found += [media_type.schema for media_type in (operation.request_body.media_types if operation.request_body else ())]
    for response in operation.responses:
        found += [media_type.schema for media_type in response.media_types]
        found += [header.schema for header in response.headers]
    return [schema for schema in found if schema is not None]


def compile_all(spec: ApiSpec, *, every: int = 1) -> int:
    schemas = [schema for operation in spec.operations for schema in schemas_of(operation)][::every]
    for schema in schemas:
        jsonschema_rs.Draft202012Validator(schema.bundle(), pattern_options=jsonschema_rs.RegexOptions(), offline=True)
    return len(schemas)


@pytest.mark.parametrize(
    ("name", "operations"),
    [("02-napcat-oas31.json", 144), ("06-campushub-multipart.json", 4), ("09-eat-meal-oas31.json", 16)],
)
def test_real_exports_of_apifox_parse(name: str, operations: int) -> None:
    spec = parse_spec((SHARED / "apifox" / "exports" / name).read_bytes())
    assert len(spec.operations) == operations
    assert compile_all(spec) > 0
    assert not any(finding.code is FindingCode.REF_NOT_FOUND for finding in spec.findings)


def test_wild_documents_of_30_and_31_all_parse() -> None:
    parsed: dict[str, ApiSpec] = {}
    refused: list[Path] = []
    for path in documents("corpus/dev"):
        try:
            parsed[path.name] = parse_spec(path.read_bytes())
        except SpecUnsupportedError:
            refused.append(path)
    assert [path.name for path in refused if VERSION_30_OR_31.search(path.read_bytes())] == []
    assert len(parsed) >= 25
    assert sum(len(spec.operations) for spec in parsed.values()) > 1000
    for spec in parsed.values():
        compile_all(spec, every=10)


REFUSED = {
    "enc_array_root.json", "enc_binary.json", "enc_empty.json", "enc_gzip.json", "enc_html_login_page.json", "enc_latin1.yaml", "enc_null.json",
    "enc_string_root.yaml", "enc_truncated.json", "enc_utf16le_bom.json", "enc_whitespace.yaml",
    "json_deep_100k.json", "json_deep_schema_400.json", "json_duplicate_keys.json", "json_trailing_comma_comments.json", "other_formats.json",
    "yaml_billion_laughs.yaml", "yaml_deep_flow.yaml", "yaml_merge_bomb.yaml", "yaml_multi_document.yaml", "yaml_python_tags.yaml", "yaml_tabs.yaml",
}  # fmt: skip
EXPECTED_FINDINGS = {
    "ref_cycles_chains.json": FindingCode.REF_CYCLE,
    "ref_http_redirect.json": FindingCode.REF_EXTERNAL,
    "ref_local_files.json": FindingCode.REF_EXTERNAL,
    "ref_ssrf_schemes.json": FindingCode.REF_EXTERNAL,
    "ref_weird_pointers.json": FindingCode.REF_NOT_FOUND,
    "json_numbers.json": FindingCode.DOCUMENT_INVALID,
    "sem_redos_patterns.json": FindingCode.SCHEMA_PATTERN_UNSUPPORTED,
    "sem_huge_bounds.json": FindingCode.SCHEMA_INVALID,
    "sem_path_templates.json": FindingCode.OPERATION_INVALID,
    "sem_exponential_allOf.json": FindingCode.SCHEMA_INVALID,
    "yaml_duplicate_keys.yaml": FindingCode.DUPLICATE_KEY,
    "yaml_recursive_alias.yaml": FindingCode.REF_CYCLE,
    "security_undefined.json": FindingCode.SECURITY_SCHEME_UNKNOWN,
    "schema_keywords_wrong.json": FindingCode.SCHEMA_INVALID,
    "params_wrong.json": FindingCode.PARAMETER_INVALID,
    "inj_http_request_splitting.json": FindingCode.OPERATION_INVALID,
    "inj_swagger2_everything.json": FindingCode.MEDIA_TYPE_UNSUPPORTED,
}


def test_hostile_documents_are_refused_or_read_with_findings() -> None:
    refused: dict[str, str] = {}
    specs: dict[str, ApiSpec] = {}
    for path in documents("corpus/hostile"):
        try:
            specs[path.name] = parse_spec(path.read_bytes())
        except SpecificationError as error:
            refused[path.name] = str(error)
    assert refused.keys() == REFUSED
    assert all(message.isprintable() for message in refused.values())
    for name, code in EXPECTED_FINDINGS.items():
        assert code in {finding.code for finding in specs[name].findings}, name
    for spec in specs.values():
        compile_all(spec)
        assert all(finding.at.isprintable() and finding.message.isprintable() for finding in spec.findings)


def test_every_operation_of_a_hostile_document_is_read_or_named_in_a_finding() -> None:
    spec = parse_spec((SHARED / "corpus" / "hostile" / "sem_many_operations.json").read_bytes())
    assert len(spec.operations) == 5000
    templates = parse_spec((SHARED / "corpus" / "hostile" / "sem_path_templates.json").read_bytes())
    named = {finding.at for finding in templates.findings if finding.code is FindingCode.OPERATION_INVALID}
    assert len(templates.operations) + len(named) == 29
