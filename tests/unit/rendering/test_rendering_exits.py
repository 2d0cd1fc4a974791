"""The typed exits: whatever goes in, what comes out is a literal, an identifier or a comment, in ASCII."""

from __future__ import annotations

import ast
import keyword
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specproof.domain.plans import Fresh, FromStep
from specproof.generators.rendering.code_text import (
    ALPHABETS,
    PythonCode,
    ValueWriter,
    comment,
    docstring,
    ident,
    identifier,
    joined,
    plain_text,
    py,
    text_literal,
)
from specproof.openapi.text import UntrustedText

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=12,
)


def evaluated(source: str) -> Any:
    """The value of a literal expression; only constants, containers and ``+``, ``*`` and ``-`` of constants are allowed."""
    allowed = (
        ast.Expression,
        ast.Constant,
        ast.Dict,
        ast.List,
        ast.Tuple,
        ast.BinOp,
        ast.Add,
        ast.Mult,
        ast.UnaryOp,
        ast.USub,
        ast.Load,
    )
    tree = ast.parse(source, mode="eval")
    assert all(isinstance(node, allowed) for node in ast.walk(tree))
    return eval(compile(tree, "literal", "eval"), {"__builtins__": {}})


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_a_json_value_survives_the_way_into_source(value: Any) -> None:
    source = str(py(value))
    assert source.isascii()
    assert repr(evaluated(source)) == repr(value)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_any_text_becomes_one_ascii_literal(text: str) -> None:
    assert evaluated(text_literal(text, 3)) == text
    assert str(py(UntrustedText(text))).isascii()
    assert all(" " <= char <= "~" for char in str(comment(text)))
    assert "\n" not in str(docstring(UntrustedText(text)))
    assert ast.get_docstring(ast.parse(f'"""{docstring(text)}"""'), clean=False) == str(docstring(text))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_name_becomes_a_harmless_identifier(text: str) -> None:
    name = identifier(text)
    assert name.isidentifier()
    assert name.isascii()
    assert not keyword.iskeyword(name)
    assert not name.startswith("_")
    assert len(name) <= 122


@pytest.mark.parametrize(
    "name", ["class", "print", "eval", "__import__", "match", "None", "", "\u4e66", "9lives", "a b", "x" * 500]
)
def test_dangerous_or_lossy_names_are_altered(name: str) -> None:
    assert identifier(name) != name
    assert identifier(name).isidentifier()


def test_identifiers_of_ours_stay_and_lossy_ones_differ() -> None:
    assert str(ident("test_create_book__title_too_long__is_rejected")) == "test_create_book__title_too_long__is_rejected"
    assert identifier("a-b") != identifier("a.b")
    assert str(ident(UntrustedText("book"))) == "book"
    assert ident(PythonCode("kept")) == PythonCode("kept")


def test_numbers_that_json_lacks_are_spelt_out() -> None:
    assert str(py(math.nan)) == 'float("nan")'
    assert str(py([math.inf, -math.inf])) == '[float("inf"), float("-inf")]'
    assert ast.literal_eval(str(py(10**5000))) == 10**5000
    assert str(py((1,))) == "(1,)"
    assert str(py(())) == "()"


def test_markers_become_calls_and_name_what_they_use() -> None:
    writer = ValueWriter()
    fresh = Fresh(("T-", ("abcdefghijklmnopqrstuvwxyz0123456789", 8), ("xyz", 2)), "T-aaaaaaaaxx")
    assert writer.expression({"t": fresh}) == '{"t": fresh("T-", (ALNUM, 8), ("xyz", 2))}'
    assert writer.expression(FromStep("created", "/id")) == 'created.at("/id")'
    assert writer.expression(FromStep("created", "/id", sent=True)) == 'created.sent_at("/id")'
    assert writer.names == {"fresh", "ALNUM", "created"}
    lenient = ValueWriter(is_lenient=True)
    assert lenient.expression(FromStep("created", "/id")) == 'created.find("/id")'
    assert lenient.expression(FromStep("created", "/id", sent=True)) == 'created.find("/id", sent=True)'


def test_what_is_no_plan_value_is_refused() -> None:
    for value in (object(), {1, 2}, b"x", {"a": object()}):
        with pytest.raises(TypeError, match="is no plan value"):
            py(value)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="is no text"):
        comment(5)  # type: ignore[arg-type]


def test_long_texts_stay_readable() -> None:
    assert text_literal("Title " + "x" * 120) == '("Title " + "x" * 120)'
    pieces = text_literal("ab" * 200)
    assert pieces.startswith('("abab')
    assert max(len(piece) for piece in pieces.split('" "')) <= 90


def test_comments_show_what_they_left_out() -> None:
    assert plain_text("a\u4e66\u540db") == "a... b"
    assert plain_text('say "hi"\\\nnow') == "say 'hi'/ now"
    assert len(plain_text("word " * 100)) <= 96
    assert str(docstring("")) == "A case of this suite."
    assert str(docstring("Done!")) == "Done!"


def test_code_is_no_text() -> None:
    code = PythonCode("a")
    assert not isinstance(code, str)
    assert repr(code) == "PythonCode('a')"
    assert code != "a"
    assert len({code, PythonCode("a")}) == 1
    assert str(joined([code, PythonCode("b")])) == "a, b"


def test_the_alphabets_are_the_ones_that_suites_name() -> None:
    from specproof.checks import fresh

    assert {name: getattr(fresh, name) for name in ALPHABETS.values()} == {name: text for text, name in ALPHABETS.items()}
