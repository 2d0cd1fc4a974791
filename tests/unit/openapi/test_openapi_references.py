"""References and pointers."""

from __future__ import annotations

from typing import Any

import pytest

from specproof.openapi.documents.references import ReferenceResolver, Target
from specproof.openapi.finding_log import MAX_PER_CODE, FindingLog
from specproof.openapi.findings import FindingCode
from specproof.openapi.pointers import definition_name, fragment_tokens, pointer


def resolver_for(root: dict[str, Any]) -> tuple[ReferenceResolver, FindingLog]:
    log = FindingLog()
    return ReferenceResolver(root, log), log


ROOT: dict[str, Any] = {
    "components": {
        "schemas": {
            "A/B": 1,
            "A~B": 2,
            "A B": 3,
            "100%": 4,
            "数据[]": 5,
            "x | y": 6,
            "a%20b": 7,
            "list": {"items": [8]},
            "N": {"$anchor": "anch", "deep": [{"$dynamicAnchor": "dyn"}]},
            "null": None,
        }
    }
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("A~1B", 1), ("A~0B", 2), ("A%20B", 3), ("A B", 3), ("100%25", 4), ("100%", 4), ("%E6%95%B0%E6%8D%AE%5B%5D", 5),
        ("数据[]", 5), ("x%20%7C%20y", 6), ("a%20b", 7), ("list/items/0", 8), ("null", None),
    ],
)  # fmt: skip
def test_references_are_percent_decoded_then_unescaped(name: str, value: object) -> None:
    resolver, log = resolver_for(ROOT)
    target = resolver.locate(f"#/components/schemas/{name}", ())
    assert target is not None
    assert target.value == value
    assert log.collected() == ()


def test_anchors_are_found() -> None:
    resolver, _ = resolver_for(ROOT)
    assert resolver.locate("#anch", ()) == Target(("components", "schemas", "N"), ROOT["components"]["schemas"]["N"])
    found = resolver.locate("#dyn", ())
    assert found is not None
    assert found.tokens == ("components", "schemas", "N", "deep", "0")


def test_empty_reference_is_the_document() -> None:
    resolver, _ = resolver_for(ROOT)
    assert resolver.locate("", ()) == Target((), ROOT)


@pytest.mark.parametrize(
    "reference", ["#/nope", "#/components/schemas/list/items/1", "#/components/schemas/list/items/x", "##", "#/%", "#no"]
)
def test_references_to_nothing_are_findings(reference: str) -> None:
    resolver, log = resolver_for(ROOT)
    assert resolver.locate(reference, ("here",)) is None
    assert [(finding.code, finding.at) for finding in log.collected()] == [(FindingCode.REF_NOT_FOUND, "#/here")]


@pytest.mark.parametrize("reference", ["http://127.0.0.1:9/x#/a", "file:///etc/passwd", "../other.yaml#/x", "other.json"])
def test_references_out_of_the_document_are_findings(reference: str) -> None:
    resolver, log = resolver_for(ROOT)
    assert resolver.locate(reference, ("a",)) is None
    assert resolver.locate(reference, ("b",)) is None
    assert [(finding.code, finding.at) for finding in log.collected()] == [
        (FindingCode.REF_EXTERNAL, "#/a"),
        (FindingCode.REF_EXTERNAL, "#/b"),
    ]


def test_chains_of_any_length_are_followed() -> None:
    chain: dict[str, Any] = {f"c{n}": {"$ref": f"#/c{n + 1}"} for n in range(20_000)}
    resolver, log = resolver_for({**chain, "c20000": {"type": "string"}})
    target = resolver.follow({"$ref": "#/c0"}, ("start",))
    assert target == Target(("c20000",), {"type": "string"})
    assert resolver.follow(chain["c5"], ("c5",)) == target
    assert log.collected() == ()


def test_circles_are_findings() -> None:
    resolver, log = resolver_for({"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}})
    assert resolver.follow({"$ref": "#/a"}, ("x",)) is None
    assert resolver.follow({"$ref": "#/b"}, ("y",)) is None
    assert [finding.code for finding in log.collected()] == [FindingCode.REF_CYCLE]


def test_a_reference_counts_only_as_a_text() -> None:
    resolver, _ = resolver_for({})
    named = {"$ref": {"type": "string"}}
    assert resolver.follow(named, ("p",)) == Target(("p",), named)


def test_pointers_hold_nothing_that_disturbs_a_terminal() -> None:
    text = pointer(("paths", "/a b\n\x1b\u2028\u202e", "~", "中"))
    assert text.isprintable()
    assert fragment_tokens(text[1:]) == ("paths", "/a b\n\x1b\u2028\u202e", "~", "中")


def test_definition_names_are_plain_or_hashed() -> None:
    assert definition_name(("components", "schemas", "Pet")) == "Pet"
    named = {
        definition_name(("components", "schemas", name))
        for name in ("Pet!", "Pet?", "Pet_0123456789", "数据", "", "1", "a" * 80, "class x: pass", "\ud800")
    }
    named.add(definition_name(()))
    named.add(definition_name(("components", "parameters", "Pet")))
    assert len(named) == 11
    assert all(name.isascii() and name.isidentifier() for name in named)


def test_finding_log_keeps_a_cap() -> None:
    log = FindingLog()
    for number in range(MAX_PER_CODE + 7):
        log.add(FindingCode.REF_EXTERNAL, f"#/{number}", "x")
        log.add(FindingCode.REF_EXTERNAL, "#/0", "x")
    found = log.collected()
    assert len(found) == MAX_PER_CODE + 1
    assert any("7 more" in finding.message for finding in found)
