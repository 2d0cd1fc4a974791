"""Bytes to a raw tree: encodings, JSON, YAML, the envelope and the limits."""

from __future__ import annotations

import gzip

import pytest

from specproof.errors import SpecificationError, SpecLimitError, SpecUnreadableError
from specproof.openapi.documents.loader import LoadedDocument, SpecLimits, load_document
from specproof.openapi.findings import FindingCode


def load(content: bytes | str, **limits: int) -> LoadedDocument:
    raw = content.encode() if isinstance(content, str) else content
    return load_document(raw, limits=SpecLimits(**limits))


def codes(document: LoadedDocument) -> list[FindingCode]:
    return [finding.code for finding in document.findings]


def test_byte_order_mark_is_accepted() -> None:
    assert load(b'\xef\xbb\xbf{"openapi":"3.0.0"}').root == {"openapi": "3.0.0"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (gzip.compress(b"{}", mtime=0), "gzip"),
        (b"PK\x03\x04rest", "zip"),
        ('{"openapi":"3.0.0"}'.encode("utf-16"), "UTF-16"),
        ('{"openapi":"3.0.0"}'.encode("utf-16-le"), "UTF-16"),
        ("title: é".encode("latin-1"), "UTF-8"),
        (b"", "empty"),
        (b" \t\r\n", "empty"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (b"null", "null"),
        (b"[1]", "a list"),
        (b"hello", "a text"),
        (b"12", "a single value"),
        (b'{"openapi": "3.0.0"', "not valid JSON"),
        (b'{"openapi": "3.0.0", // why\n "a": 1}', "not valid JSON"),
        (b"a: b: c", "not valid YAML"),
        (b"a: \x07", "not valid YAML"),
        (b"a: 1\n---\nb: 2\n", "more than one"),
        (b"a: !!python/name:os.system ''", "tag"),
        (b"a: !custom {b: 1}", "tag"),
        (b"a: *nowhere", "no anchor"),
    ],
)
def test_unreadable_bytes_are_refused_with_the_reason(content: bytes, told: str) -> None:
    with pytest.raises(SpecUnreadableError, match=told) as caught:
        load(content)
    assert caught.value.hint


def test_latin1_refusal_says_which_byte() -> None:
    with pytest.raises(SpecUnreadableError) as caught:
        load("abc: é".encode("latin-1"))
    assert caught.value.at == "byte 5"


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        '{"a":' * 50_000,
        '{"openapi":' + "[" * 600 + "]" * 600 + "}",
        "a: " + "[" * 100_000,
        "- " * 5_000,
        "? " * 5_000,
        '{"a":' * 201 + "1" + "}" * 201,
    ],
)
def test_deep_nesting_is_over_the_limit_and_no_crash(content: str) -> None:
    with pytest.raises(SpecLimitError, match="deeper than 200"):
        load(content)


def test_nesting_up_to_the_limit_is_read() -> None:
    assert load('{"a":' * 199 + "{}" + "}" * 199).root


def test_brackets_inside_of_strings_do_not_nest() -> None:
    assert load('{"openapi": "' + "[" * 500 + '", "n": NaN}').root["n"] is None


def test_bytes_and_nodes_are_limited() -> None:
    with pytest.raises(SpecLimitError, match="bytes"):
        load("{}" + " " * 100, max_bytes=50)
    with pytest.raises(SpecLimitError, match="nodes"):
        load('{"a": [1, 2, 3, 4, 5, 6]}', max_nodes=5)


def test_alias_bomb_is_over_the_node_limit() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join(f'*a{n - 1}' for _ in range(10))}]" for n in range(1, 12)]
    with pytest.raises(SpecLimitError, match="aliases"):
        load("\n".join(lines))


def test_merge_bomb_is_over_the_node_limit() -> None:
    lines = ["m0: &m0 {a: 1}"]
    lines += [f"m{n}: &m{n}\n  <<: [{', '.join(f'*m{n - 1}' for _ in range(20))}]\n  k{n}: 1" for n in range(1, 9)]
    with pytest.raises(SpecLimitError, match="aliases"):
        load("\n".join(lines))


def test_aliases_count_for_the_depth_where_they_stand() -> None:
    lines = ["a0: &a0 [[[[[[[[[[x]]]]]]]]]]"]
    lines += [f"a{n}: &a{n} [[[[[[[[[[*a{n - 1}]]]]]]]]]]" for n in range(1, 30)]
    with pytest.raises(SpecLimitError, match="deeper"):
        load("\n".join(lines))


def test_alias_inside_of_what_it_names_is_null_with_a_finding() -> None:
    document = load("openapi: 3.0.0\na: &a {self: *a, list: &l [*l]}\n")
    assert document.root["a"] == {"self": None, "list": [None]}
    assert set(codes(document)) == {FindingCode.REF_CYCLE}


def test_yaml_scalars_are_read_as_json_would() -> None:
    text = "v: [no, yes, on, off, ~, 012, 1_000, 1:30, 2020-01-01, 0x1F, 1e3, .5, =, null, True, 08, -7, 1.50, '1', \"2\", !!str 3, +4, .inf]"
    assert load(text).root["v"] == [
        "no", "yes", "on", "off", None, "012", "1_000", "1:30", "2020-01-01", "0x1F", 1000.0, 0.5, "=", None, True,
        "08", -7, 1.5, "1", "2", "3", 4, ".inf"
    ]  # fmt: skip


def test_yaml_keys_are_text_as_written() -> None:
    document = load("200: a\n4.5: b\ntrue: c\n~: d\n[x, y]: e\n")
    assert document.root == {"200": "a", "4.5": "b", "true": "c", "~": "d"}
    assert codes(document) == [FindingCode.DOCUMENT_INVALID]


def test_yaml_merge_keys_give_way_to_own_keys() -> None:
    document = load("base: &b {x: 1, y: 2}\nother: &o {y: 3, z: 4}\nm:\n  <<: [*b, *o]\n  x: 9\nn:\n  '<<': 1\no:\n  <<: 5\n")
    assert document.root["m"] == {"x": 9, "y": 2, "z": 4}
    assert document.root["n"] == {"<<": 1}
    assert document.root["o"] == {"<<": 5}


def test_duplicate_yaml_keys_are_reported_with_both_lines() -> None:
    document = load("openapi: 3.0.0\npaths: {}\nopenapi: 3.1.0\n")
    assert document.root["openapi"] == "3.1.0"
    (finding,) = document.findings
    assert finding.code is FindingCode.DUPLICATE_KEY
    assert "line 1" in finding.message
    assert "line 3" in finding.message


def test_duplicate_json_keys_are_reported() -> None:
    document = load('{"paths": {"get": 1, "get": 2}, "openapi": "3.0.0"}')
    assert codes(document) == [FindingCode.DUPLICATE_KEY]
    assert '"get"' in document.findings[0].message


def test_colons_after_quotes_are_no_duplicates() -> None:
    assert load('{"a": "x\\": y", "b": "\\":", "openapi": "3.0.0"}').findings == ()


def test_numbers_and_surrogates_that_json_cannot_hold_are_replaced_and_reported() -> None:
    huge = "9" * 5000
    document = load(
        '{"a": NaN, "b": [1e400, "\\ud800x", ' + huge + ', 1.5, 7], "c": 123456789012345678901234567890, "\\udc00": 1}'
    )
    assert document.root["a"] is None
    assert document.root["b"] == [None, "\ufffdx", None, 1.5, 7]
    assert document.root["c"] == 123456789012345678901234567890.0
    assert "\ufffd" in document.root
    assert set(codes(document)) == {FindingCode.DOCUMENT_INVALID}
    yaml_document = load(f"openapi: 3.0.0\na: 1e999\nb: {'9' * 400}\nc: {'9' * 200}\n")
    assert yaml_document.root["a"] is None
    assert yaml_document.root["b"] is None
    assert yaml_document.root["c"] == float("9" * 200)


def test_flow_yaml_that_begins_with_a_brace_is_read() -> None:
    document = load("{openapi: 3.0.0, paths: {},}")
    assert document.root == {"openapi": "3.0.0", "paths": {}}


def test_apifox_envelope_is_unwrapped() -> None:
    assert load('{"success": true, "data": {"openapi": "3.0.1"}}').root == {"openapi": "3.0.1"}


def test_apifox_refusal_is_told() -> None:
    with pytest.raises(SpecificationError, match="No project guest privilege"):
        load('{"success": false, "errorCode": "403010", "errorMessage": "No project guest privilege"}')


def test_unknown_yaml_error_without_position_is_told() -> None:
    with pytest.raises(SpecUnreadableError, match="YAML"):
        load("a: \ufffe")
