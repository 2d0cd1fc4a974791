"""What a revision stores and tells of the change of its document."""

from __future__ import annotations

import pickle
from pathlib import Path

from examples.bookshop.documents import changed_document, original_document

from http_service import revision
from specproof.bootstrap.generation import MAX_RECORDS, spec_change
from specproof.openapi.diff.spec_diff import diff_specs
from specproof.openapi.parser import parse_spec
from specproof.pipeline.notices import generated_notice

FIXTURES = Path(__file__).parents[2] / "fixtures" / "openapi"


def test_a_stored_change_counts_by_severity_and_lists_the_worst_first() -> None:
    before, after = (parse_spec((FIXTURES / f"books_{name}.json").read_bytes()) for name in ("before", "after"))
    change = spec_change(diff_specs(before, after))
    assert (change.breaking, change.warnings, change.harmless) == (8, 1, 5)
    assert (change.added, change.removed) == (("GET /books",), ("DELETE /books/{bookId}",))
    assert [record.severity for record in change.records] == ["breaking"] * 8 + ["warning"] + ["info"] * 5
    assert change.records[0].operation == "DELETE /books/{bookId}"
    assert pickle.loads(pickle.dumps(change)) == change


def test_records_are_capped_and_counts_are_not() -> None:
    import json

    def many(*paths: str) -> bytes:
        return json.dumps({"openapi": "3.1.0", "paths": {path: {"get": {"responses": {"200": {}}}} for path in paths}}).encode()

    old, new = (parse_spec(many(*(f"/{prefix}{number}" for number in range(MAX_RECORDS)))) for prefix in "ab")
    change = spec_change(diff_specs(old, new))
    assert (change.breaking, change.harmless) == (MAX_RECORDS, MAX_RECORDS)
    assert {record.severity for record in change.records} == {"breaking"}
    assert len(change.records) == MAX_RECORDS


def test_the_second_release_of_the_bookshop_is_told_as_it_is() -> None:
    import json

    before, after = (parse_spec(json.dumps(made()).encode()) for made in (original_document, changed_document))
    change = spec_change(diff_specs(before, after))
    assert change.added == ("GET /authors/{author_id}/books",)
    assert not change.removed
    assert 'GET /books: response 200 property "items[].language" added (required)' in change.details
    assert (change.breaking, change.warnings, change.harmless) == (0, 0, 13)
    assert 'POST /books: request property "title": maxLength 120 -> 160' in change.details


def test_the_notice_says_how_many_changes_break_clients() -> None:
    notice = generated_notice(revision())
    assert notice.facts["breaking"] == 1
    assert "breaking: 1, warnings: 0" in notice.text.splitlines()
