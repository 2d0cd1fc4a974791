from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specproof.checks.contracts import Contracts, Expectation
from specproof.checks.expectation import expect
from specproof.checks.outcome import CheckFailure
from specproof.checks.views import subschemas
from unit.checks.checkfakes import answer_of, remarks

BOOK = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "draft": {"writeOnly": True}}}


def documented(
    schema: Any = None, media_type: str = "application/json", status: str = "200", **more: Any
) -> dict[str, Expectation]:
    return {status: Expectation(status, {media_type: schema}, **more)}


def failed(answer: Any, check: str) -> CheckFailure:
    with pytest.raises(CheckFailure) as failure:
        getattr(expect(answer), check)()
    assert failure.value.check == check
    return failure.value


def test_the_exact_status_comes_before_the_range_and_the_default() -> None:
    responses = {key: Expectation(key, {}) for key in ("404", "4XX", "default")}
    contracts = Contracts({"GET /a": responses}, {})
    found = [contracts.expectation("GET /a", status) for status in (404, 422, 200)]
    assert [expectation.status for expectation in found if expectation] == ["404", "4XX", "default"]
    assert contracts.expectation("GET /b", 200) is None


@pytest.mark.parametrize(
    ("listed", "sent"),
    [
        ("application/json", "application/json; charset=utf-8"),
        ("application/*", "application/json"),
        ("*/*", "text/html"),
        ("text/csv", "Text/CSV"),
    ],
)
def test_parameters_case_and_ranges_of_media_types_do_not_matter(listed: str, sent: str) -> None:
    expect(answer_of(content=b"1", content_type=sent, responses=documented(None, listed))).media_type()


@pytest.mark.parametrize("sent", ["text/html", ""])
def test_an_unlisted_media_type_fails_on_success_and_is_a_remark_on_a_refusal(sent: str) -> None:
    headers = {"content_type": sent} if sent else {}
    failed(answer_of(content=b"1", responses=documented(), **headers), "media_type")
    refusal = answer_of(422, content=b"1", responses=documented(status="422"), **headers)
    expect(refusal).media_type()
    assert len(remarks(refusal)) == 1


def test_nothing_documented_or_no_body_leaves_the_media_type_open() -> None:
    expect(answer_of(200, {"a": 1})).media_type().body_schema().response_headers()
    expect(answer_of(204, responses=documented(status="204"))).media_type().body_schema()


@pytest.mark.parametrize("content", [b"", b"{", b'{"id": NaN}', b'{"id": 1} x', b"\xff", b"[" * 5000])
def test_a_body_that_is_no_json_fails(content: bytes) -> None:
    failed(answer_of(content=content, content_type="application/json", responses=documented(BOOK)), "body_schema")


def test_a_body_that_breaks_the_schema_fails_with_pointer_and_rule() -> None:
    answer = answer_of(200, {"id": "one"}, responses=documented({"$ref": "#/$defs/Book"}), definitions={"Book": BOOK})
    failure = failed(answer, "body_schema")
    assert '/id: "one" is not of type "integer"' in failure.actual
    assert "properties/id/type" in failure.actual


def test_extra_properties_pass_unless_the_document_forbids_them() -> None:
    expect(answer_of(200, {"id": 1, "more": 2}, responses=documented(BOOK))).body_schema()
    failed(answer_of(200, {"id": 1, "more": 2}, responses=documented({**BOOK, "additionalProperties": False})), "body_schema")


def test_a_format_is_part_of_the_promise() -> None:
    schema = {"type": "string", "format": "date-time"}
    expect(answer_of(200, "2026-01-02T03:04:05Z", responses=documented(schema))).body_schema()
    failed(answer_of(200, "yesterday", responses=documented(schema)), "body_schema")


def test_unknown_formats_and_schemas_that_cannot_be_compiled_give_no_verdict() -> None:
    expect(answer_of(200, 1, responses=documented({"format": "unheard-of"}))).body_schema()
    expect(answer_of(200, "b", responses=documented({"pattern": "(?=a)"}))).body_schema()
    expect(answer_of(200, "b", responses=documented({"$ref": "#/$defs/Nowhere"}))).body_schema()


def test_false_refuses_everything_and_null_means_anything() -> None:
    failed(answer_of(200, 1, responses=documented(False)), "body_schema")
    expect(answer_of(200, 1, responses=documented(None))).body_schema()


def test_what_is_only_written_may_show_with_a_remark() -> None:
    answer = answer_of(200, {"id": 1, "draft": "x"}, responses=documented(BOOK))
    expect(answer).body_schema()
    assert remarks(answer) == ["GET /things: the answer shows /draft, which the document says is only written"]


WRITTEN = {"type": "string", "writeOnly": True}
READER = {"properties": {"newPassword": WRITTEN, "pin": {**WRITTEN, "format": "password"}}}


@pytest.mark.parametrize(
    ("schema", "body", "shown"),
    [
        (READER, {"newPassword": "hunter2"}, "/newPassword"),
        (READER, {"pin": "1234", "newPassword": "hunter2"}, "/newPassword, /pin"),
        ({"items": {"allOf": [READER]}}, [{}, {"pin": "1234"}], "/1/pin"),
        ({"properties": {"apiToken": {"$ref": "#/$defs/Written"}}}, {"apiToken": "t"}, "/apiToken"),
        ({"anyOf": [READER, {"type": "null"}]}, {"pin": "1234"}, "/pin"),
    ],
)
def test_a_secret_that_is_only_written_may_not_show_and_is_not_repeated(schema: Any, body: Any, shown: str) -> None:
    failure = failed(answer_of(200, body, responses=documented(schema), definitions={"Written": WRITTEN}), "body_schema")
    assert failure.actual == f"200 that shows {shown}"
    assert failure.expected == "no secret that the document says is only written"


@pytest.mark.parametrize("value", [None, "", "********"])
def test_a_secret_that_is_blanked_out_is_a_remark(value: str | None) -> None:
    schema = {"properties": {"password": {"writeOnly": True}}}
    answer = answer_of(200, {"password": value}, responses=documented(schema))
    expect(answer).body_schema()
    assert remarks(answer) == ["GET /things: the answer shows /password, which the document says is only written"]


def test_a_secret_of_another_kind_of_record_is_none_of_this_one() -> None:
    login = {"required": ["kind"], "properties": {"kind": {"const": "login"}, "token": WRITTEN}}
    session = {"required": ["kind"], "properties": {"kind": {"const": "session"}, "token": {"type": "string"}}}
    schema = {"oneOf": [login, session]}
    answer = answer_of(200, {"kind": "session", "token": "t"}, responses=documented(schema))
    expect(answer).body_schema()
    assert remarks(answer) == []
    failed(answer_of(200, {"kind": "login", "token": "t"}, responses=documented(schema)), "body_schema")


def test_head_and_bodies_of_other_kinds_are_not_looked_into() -> None:
    expect(answer_of(200, method="HEAD", responses=documented(BOOK))).body_schema()
    expect(answer_of(content=b"<a/>", content_type="text/xml", responses=documented(BOOK, "text/xml"))).body_schema()


def test_an_empty_answer_is_empty() -> None:
    expect(answer_of(204)).body_empty()
    failed(answer_of(204, {"a": 1}), "body_empty")


def test_required_headers_have_to_be_there() -> None:
    answer = answer_of(200, x_a="1", responses=documented(required_headers=("x-a", "x-b")))
    assert failed(answer, "response_headers").expected == "the header x-b"


@pytest.mark.parametrize(
    ("schema", "text", "fits"),
    [
        ({"type": "integer"}, "17", True),
        ({"type": "integer"}, "many", False),
        ({"type": "boolean"}, "true", True),
        ({"type": "string"}, "17", True),
        ({"type": "array", "items": {"type": "integer"}}, "1, 2", True),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 1}, "a,b", False),
        (None, "whatever", True),
    ],
)
def test_headers_are_read_as_their_schema_means_them(schema: Any, text: str, fits: bool) -> None:
    answer = answer_of(200, x_a=text, responses=documented(headers={"x-a": schema, "x-absent": {"type": "integer"}}))
    if fits:
        expect(answer).response_headers()
    else:
        failed(answer, "response_headers")


def test_recursive_definitions_are_reached_once_and_unreached_ones_left_out() -> None:
    definitions: dict[str, Any] = {"Node": {"properties": {"next": {"$ref": "#/$defs/Node"}}}, "Other": {}}
    assert set(Contracts({}, definitions).closure({"items": [{"$ref": "#/$defs/Node"}]})) == {"Node"}
    places = {pointer for pointer, _ in subschemas({"$ref": "#/$defs/Node"}, {"next": {"next": {}}}, definitions)}
    assert places == {"", "/next", "/next/next"}


def test_a_definition_that_refers_to_itself_alone_ends() -> None:
    definitions: dict[str, Any] = {"Loop": {"$ref": "#/$defs/Loop"}}
    assert len(list(subschemas({"$ref": "#/$defs/Loop"}, 1, definitions))) < 100


def test_contracts_come_from_two_files(tmp_path: Path) -> None:
    entry = {"media_types": {"application/json": {"$ref": "#/$defs/Book"}}, "headers": {}, "required_headers": ["etag"]}
    (tmp_path / "contracts.json").write_text(json.dumps({"GET /a": {"200": entry}}), encoding="utf-8")
    (tmp_path / "definitions.json").write_text(json.dumps({"Book": BOOK}), encoding="utf-8")
    contracts = Contracts.load(tmp_path)
    found = contracts.expectation("GET /a", 200)
    assert found is not None
    assert found.required_headers == ("etag",)
    assert contracts.documents("GET /a", "200")
    assert contracts.first_error({"$ref": "#/$defs/Book"}, {}) == 'the body: "id" is a required property ($defs/Book/required)'


def typed(content_type: str, content: str, schema: Any = None) -> Any:
    return answer_of(content=content.encode(), content_type=content_type, responses=documented(schema, content_type))


@pytest.mark.parametrize(
    ("content_type", "content", "problem"),
    [
        ("application/xml", "<a><b/></a>", ""),
        ("text/xml", "<a><b></a>", "mismatched tag"),
        ("application/atom+xml", "no XML", "syntax error"),
        ("application/xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DOCTYPE"),
        ("text/html", "<p>", ""),
        ("image/png", "no picture", ""),
        ("text/event-stream", "data: {\n\n", ""),
    ],
)
def test_xml_is_well_formed_and_other_types_are_not_looked_into(content_type: str, content: str, problem: str) -> None:
    answer = typed(content_type, content, {"type": "object"})
    if problem:
        failure = failed(answer, "body_schema")
        assert problem in f"{failure.expected} {failure.actual}"
    else:
        expect(answer).body_schema()


@pytest.mark.parametrize(
    ("content_type", "content", "problem"),
    [
        ("application/x-ndjson", '{"a": 1}\n{"a": 2}\n', ""),
        ("application/x-ndjson", '{"a": 1}\r\n\n{"a": 2}', ""),
        ("application/x-ndjson", '{"a": 1}\n{"a": "two"}\n', "value 2: /a"),
        ("application/x-ndjson", '[{"a": 1}\n', "one JSON value after the other"),
        ("application/json-seq", '\x1e{"a":\n1}\n\x1e{"a": 2}\n', ""),
        ("application/json-seq", '\x1e{"a": 1}\n\x1e{"b": 2}\n', "value 2"),
        ("application/geo+json-seq", "\x1e{", "one JSON value after the other"),
    ],
)
def test_each_row_of_json_fits_its_schema(content_type: str, content: str, problem: str) -> None:
    answer = typed(content_type, content, {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}})
    if problem:
        failure = failed(answer, "body_schema")
        assert problem in f"{failure.expected} {failure.actual}"
    else:
        expect(answer).body_schema()


def test_rows_without_a_schema_are_json_and_no_more() -> None:
    expect(typed("application/x-ndjson", "1\n[2]\n")).body_schema()
