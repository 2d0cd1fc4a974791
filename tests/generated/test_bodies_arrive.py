"""Suites whose bodies are XML, multipart, rows of JSON and plain bytes, run against a server that decodes with the standard library."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from parcels_api import parcels
from planned import plan_of_spec
from specproof.openapi.model import ApiSpec, Encoding, MediaType, Operation
from specproof.openapi.parser import parse_spec
from specproof.openapi.schema import Schema
from specproof.openapi.text import UntrustedText
from suiteruns import run_suites, suite_on_disk

DOCUMENT = Path(__file__).parents[1] / "golden" / "documents" / "parcels.yaml"
LABEL: dict[str, object] = {
    "type": "object",
    "required": ["code", "receiver"],
    "properties": {
        "code": {"type": "integer", "minimum": 1, "xml": {"attribute": True}},
        "receiver": {"type": "string", "minLength": 1, "maxLength": 60},
        "marks": {
            "type": "array",
            "minItems": 2,
            "items": {"type": "string", "enum": ["fragile", "cold"], "xml": {"name": "mark"}},
            "xml": {"wrapped": True},
        },
    },
    "xml": {"name": "label"},
}


def with_layouts(media: MediaType) -> MediaType:
    """The hints and the encoding of the document, put into the model by hand: what is read of them is another room's business."""
    if media.name == "application/xml":
        return replace(media, schema=Schema(LABEL, "#/components/schemas/label", {}))  # type: ignore[arg-type]
    if media.name == "multipart/form-data":
        return replace(
            media, encodings=(Encoding(UntrustedText("picture"), ("image/png",), f"{media.pointer}/encoding/picture"),)
        )
    return media


def with_bodies(operation: Operation) -> Operation:
    body = operation.request_body
    if body is None:
        return operation
    return replace(operation, request_body=replace(body, media_types=tuple(with_layouts(media) for media in body.media_types)))


def spec() -> ApiSpec:
    read = parse_spec(DOCUMENT.read_bytes())
    return replace(read, operations=tuple(with_bodies(operation) for operation in read.operations))


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return suite_on_disk(tmp_path_factory.mktemp("suites") / "sample", plan_of_spec(spec()))


def test_what_is_sent_is_read_as_what_it_is_and_what_breaks_a_rule_is_refused(suite: Path) -> None:
    with parcels() as server:
        run = run_suites(suite, api_url=server.url)
        assert run.returncode == 0, run.output
    assert run.names("passed") == set(run.outcomes)
    assert {path.partition(";")[0] for path, _ in server.seen} == {"/labels", "/photos", "/scans", "/firmware", "/shelves"}
    assert len(run.outcomes) > 20


@pytest.mark.parametrize(
    ("fault", "red", "check"),
    [
        ("open_tag", "test_print_label__valid_request__succeeds", "body_schema"),
        ("code_as_text", "test_import_scans__valid_request__succeeds", "body_schema"),
        ("any_row", "test_import_scans__body_edited__is_rejected[item_code_missing]", "rejected"),
    ],
)
def test_a_seeded_fault_is_seen(suite: Path, fault: str, red: str, check: str) -> None:
    with parcels(fault) as server:
        run = run_suites(suite, api_url=server.url)
    assert red in run.names("failure")
    assert run.property(red, "specproof_check") == [check]
    assert all("scans" in name or "label" in name for name in run.names("failure"))
