"""Real documents: each is read or refused for a reason that we know, and nearly every operation gets a request that others accept."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest
from tools.compatibility import CORPUS, NO_SUCCESS_CASE, PAGE, TARGET, Row, documents, examined, page, share

from specproof.openapi.findings import FindingCode

pytestmark = pytest.mark.needs_shared

LOADER = """
import json, sys, warnings
warnings.simplefilter("ignore")
import schemathesis
taken = []
for path in json.load(sys.stdin):
    try:
        schemathesis.openapi.from_path(path)
    except Exception as error:
        continue
    taken.append(path)
print(json.dumps(taken))
"""


@pytest.fixture(scope="module")
def rows() -> tuple[Row, ...]:
    if not CORPUS.is_dir():
        pytest.skip(f"the shared corpus is not at {CORPUS} (set SPECPROOF_CORPUS)")
    return tuple(examined(path) for path in documents())


def test_the_corpus_is_the_one_that_we_know(rows: tuple[Row, ...]) -> None:
    assert len(rows) == 41
    assert sum(len(row.operations) for row in rows) >= 1_567


def test_every_document_is_read(rows: tuple[Row, ...]) -> None:
    assert {row.name: row.refusal for row in rows if row.refusal} == {}


def test_nearly_every_operation_has_a_success_case_with_valid_parameters_and_body(rows: tuple[Row, ...]) -> None:
    assert share(rows, "valid") >= TARGET


def test_no_success_case_holds_a_value_that_the_second_opinion_refuses(rows: tuple[Row, ...]) -> None:
    assert {row.name: sorted(row.planned - row.valid) for row in rows if row.planned - row.valid} == {}


def test_every_operation_without_a_success_case_has_a_finding_of_the_closed_list(rows: tuple[Row, ...]) -> None:
    reasons = [(row.name, label, code) for row in rows for label, code in row.reasons.items()]
    assert [reason for reason in reasons if reason[2] not in NO_SUCCESS_CASE] == []
    closed = {"plan.no_valid_value", "schema.unsatisfiable", "body.unsupported_media_type", "operation.method_unsupported"}
    assert {code.value for code in NO_SUCCESS_CASE} == closed | {"plan.strategy_failed"}


def test_every_json_body_has_a_canonical_instance_or_a_finding(rows: tuple[Row, ...]) -> None:
    unnamed = [(row.name, label) for row in rows for label, code in row.bodiless.items() if code is None]
    assert unnamed == []
    assert share(rows, "canonical", "bodies") >= TARGET


def test_a_document_of_the_corpus_is_named_once(rows: tuple[Row, ...]) -> None:
    assert len({row.name for row in rows}) == len(rows)


def test_the_page_is_what_the_command_makes(rows: tuple[Row, ...]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(rows), "run make docs"


def test_what_schemathesis_loads_is_read_by_us_too(rows: tuple[Row, ...]) -> None:
    if importlib.util.find_spec("schemathesis") is None:
        pytest.skip("schemathesis is not installed: it is no dependency of the tests yet")
    taken = loaded_by_schemathesis(documents())
    assert len(taken) > 30
    refused = {row.name for row in rows if row.refusal}
    assert {name for name in taken if name in refused} == set()


def loaded_by_schemathesis(paths: tuple[Path, ...]) -> set[str]:
    """The documents that its loader takes, asked in a child, so that its imports and warnings stay there."""
    done = subprocess.run(
        [sys.executable, "-c", LOADER],
        input=json.dumps([str(path) for path in paths]),
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return {Path(path).relative_to(CORPUS).as_posix() for path in json.loads(done.stdout)}


def test_a_reason_of_the_closed_list_is_a_finding_code() -> None:
    assert set(FindingCode) >= NO_SUCCESS_CASE
