"""Where pointers lead in a text."""

from __future__ import annotations

import codecs
from collections.abc import Callable

import pytest

from countedwork import LINEAR, growth
from specproof.openapi.documents.positions import Position, by_file, locate, split_pointer

YAML = """\
# comment
openapi: 3.1.0
"x": &base
  a: 1
  "k\N{LATIN SMALL LETTER E WITH ACUTE}": {z: [1, {q: 2}]}
paths:
  /pets/{id}:
    <<: *base
    get: &g
      - \N{GRINNING FACE}: 1
        b: 2
    ? [1, 2]
    : 3
    put: *g
    a b%: 1
"""
YAML_PLACES = {
    "#": (2, 1),
    "#/openapi": (2, 1),
    "#/x": (3, 1),
    "#/x/k\N{LATIN SMALL LETTER E WITH ACUTE}/z/1/q": (5, 18),
    "#/x/k\N{LATIN SMALL LETTER E WITH ACUTE}/z/0": (5, 14),
    "#/paths/~1pets~1{id}": (7, 3),
    "#/paths/~1pets~1{id}/get/0": (10, 9),
    "#/paths/~1pets~1{id}/get/0/b": (11, 9),
    "#/paths/~1pets~1{id}/a": (8, 5),  # came in by the merge key
    "#/paths/~1pets~1{id}/put/0/b": (14, 5),  # stands behind an alias
    "#/paths/~1pets~1{id}/a%20b%25": (15, 5),
    "#/paths/~1cats/get": (6, 1),
    "#/nowhere": (2, 1),
}
JSON = """{"openapi": "3.1.0",
 "pa\\u0074hs" : {"/a": [1, {"b": 2, "\N{GRINNING FACE}": {"c": []}}],
\t"\\"/\\\\" : {}, "\\ud83d\\ude00": 1}, "e": [[], [true, "]"]]}
"""
JSON_PLACES = {
    "#": (1, 1),
    "#/openapi": (1, 2),
    "#/paths": (2, 2),
    "#/paths/~1a": (2, 18),
    "#/paths/~1a/0": (2, 25),
    "#/paths/~1a/1": (2, 28),
    "#/paths/~1a/1/b": (2, 29),
    "#/paths/~1a/1/\N{GRINNING FACE}/c": (2, 43),
    '#/paths/"~1\\': (3, 2),
    "#/paths/\N{GRINNING FACE}": (3, 16),
    "#/e/1/1": (3, 53),
    "#/e/1/7": (3, 46),
    "#/paths/~1a/1/b/c": (2, 29),
}


@pytest.mark.parametrize(("text", "places"), [(YAML, YAML_PLACES), (JSON, JSON_PLACES)], ids=["yaml", "json"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["plain", "bom"])
def test_a_pointer_lies_at_its_key(text: str, places: dict[str, tuple[int, int]], newline: str, mark: bytes) -> None:
    content = mark + text.replace("\n", newline).encode()
    assert dict(locate(content, places)) == {at: Position(*place) for at, place in places.items()}


def test_of_a_key_that_stands_twice_the_last_one_counts_with_what_is_below_it() -> None:
    places = locate(b'{"a": [1, {"b": 2}],\n"a": [3]}', ["#/a", "#/a/0", "#/a/1/b"])
    assert [(place.line, place.column) for place in places.values()] == [(2, 1), (2, 7), (2, 1)]


def test_flow_yaml_that_looks_like_json_is_read_as_yaml() -> None:
    assert locate(b"{openapi: 3.1, a: [b, c]}", ["#/a/1"]) == {"#/a/1": Position(1, 23)}
    assert locate(b'{"openapi": 3.1, # why\n "a": {b: c}}', ["#/a/b"]) == {"#/a/b": Position(2, 8)}


def test_a_document_in_an_envelope_is_looked_for_in_it() -> None:
    content = b'{"success": true,\n"data": {"openapi": "3.0.0",\n"paths": {}}}'
    assert locate(content, ["#/paths"]) == {"#/paths": Position(3, 1)}


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"a": ', b"[1, 2", b"a: [", b"\xff\xfe", b"a: *b", b"- a\nb: c", b"}{", b'{"a" "b"]']
)
def test_a_broken_text_raises_nothing(content: bytes) -> None:
    assert set(locate(content, ["#/a", "#"])) == {"#/a", "#"}


def test_numbers_that_json_does_not_have_do_not_matter() -> None:
    assert locate(b'{"a": NaN, "b": -Infinity,\n"c": 1}', ["#/c"]) == {"#/c": Position(2, 1)}


def test_pointers_are_grouped_by_their_file() -> None:
    assert split_pointer("paths/user.yaml#/get") == ("paths/user.yaml", "#/get")
    assert by_file(["#/a", "b.yaml#/c", "b.yaml#"]) == {"": ["#/a"], "b.yaml": ["#/c", "#"]}


def test_time_is_linear_in_the_text() -> None:
    def located(size: int) -> Callable[[], object]:
        wide = b'{"a": [' + b"1," * 3 * size + b'1], "b": ' + b"[" * size + b"]" * size + b', "c": 1}'
        return lambda: locate(wide, ["#/c"])

    assert growth(located, 2_000) < LINEAR
    wide = b'{"a": [' + b"1," * 300_000 + b'1], "b": ' + b"[" * 100_000 + b"]" * 100_000 + b', "c": 1}'
    assert locate(wide, ["#/c"])["#/c"].line == 1
