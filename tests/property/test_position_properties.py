"""Positions hold for every document, however it is laid out."""

from __future__ import annotations

import json
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from specproof.openapi.documents.positions import Position, locate
from specproof.openapi.pointers import pointer

KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
TREES = st.recursive(LEAVES, lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=3), max_leaves=12)
SPACES = st.lists(st.sampled_from(["", " ", "\n", "\t", "\r\n", "  \n "]), min_size=1, max_size=7)


def written(tree: Any, spaces: list[str], *, is_ascii: bool) -> tuple[str, dict[str, int]]:
    """The JSON text of ``tree`` with white space of all kinds, and the offset of each pointer's key or item."""
    pieces: list[str] = []
    offsets: dict[str, int] = {}
    count = 0

    def space() -> None:
        nonlocal count
        pieces.append(spaces[count % len(spaces)])
        count += 1

    def place(at: tuple[str, ...]) -> None:
        offsets[pointer(at)] = sum(map(len, pieces))

    def write(node: Any, at: tuple[str, ...]) -> None:
        if isinstance(node, (dict, list)):
            pieces.append("{" if isinstance(node, dict) else "[")
            for index, key in enumerate(node if isinstance(node, dict) else range(len(node))):
                pieces.append("," if index else "")
                space()
                place((*at, str(key)))
                if isinstance(node, dict):
                    pieces.append(json.dumps(key, ensure_ascii=is_ascii))
                    space()
                    pieces.append(":")
                    space()
                write(node[key], (*at, str(key)))
                space()
            pieces.append("}" if isinstance(node, dict) else "]")
        else:
            pieces.append(json.dumps(node, ensure_ascii=is_ascii))

    space()
    place(())
    write(tree, ())
    space()
    return "".join(pieces), offsets


def position(text: str, offset: int) -> Position:
    lines = text[:offset].replace("\r\n", "\n").split("\n")
    return Position(len(lines), len(lines[-1]) + 1)


@given(st.dictionaries(KEYS, TREES, max_size=4), SPACES, st.booleans())
@settings(max_examples=200, deadline=None)
def test_every_pointer_of_a_json_text_lies_at_its_key(tree: dict[str, Any], spaces: list[str], is_ascii: bool) -> None:
    text, offsets = written(tree, spaces, is_ascii=is_ascii)
    assert dict(locate(text.encode(), offsets)) == {at: position(text, offset) for at, offset in offsets.items()}


PLAIN_KEYS = st.from_regex(r"[a-z/{}]{1,5}", fullmatch=True).map(lambda key: "k" + key)
PLAIN_TREES = st.recursive(
    st.integers(0, 9),
    lambda below: st.lists(below, min_size=1, max_size=3) | st.dictionaries(PLAIN_KEYS, below, min_size=1, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(PLAIN_KEYS, PLAIN_TREES, min_size=1, max_size=4), st.booleans())
@settings(max_examples=100, deadline=None)
def test_every_pointer_of_a_yaml_text_lies_at_its_key(tree: dict[str, Any], is_flow: bool) -> None:
    text = yaml.safe_dump(tree, default_flow_style=is_flow, sort_keys=False)
    pointers: dict[str, str] = {}
    waiting: list[tuple[tuple[str, ...], Any]] = [((), tree)]
    while waiting:
        at, node = waiting.pop()
        for key, child in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
            below = (*at, str(key))
            waiting.append((below, child))
            if isinstance(node, dict):
                pointers[pointer(below)] = str(key)
    lines = text.split("\n")
    for at, place in locate(text.encode(), pointers).items():
        rest = lines[place.line - 1][place.column - 1 :].lstrip("'\"")
        assert rest.startswith(pointers[at])
