"""How values are written as XML, with the examples of OpenAPI's "XML Object"."""

from __future__ import annotations

from typing import Any

import pytest

from specproof.checks.wire import NotSendableError
from specproof.checks.wire_xml import DECLARATION, Xml, is_xml_name, is_xml_text, xml_body, xml_error


def written(value: Any, layout: Xml) -> str:
    text = xml_body(value, layout).decode("utf-8")
    assert text.startswith(DECLARATION)
    return text.removeprefix(DECLARATION).rstrip("\n")


ANIMALS = {"animals": ["one", "two"]}


@pytest.mark.parametrize(
    ("value", "layout", "text"),
    [
        ({"a": "x", "b": 1, "c": True, "d": 1.5}, Xml("r"), "<r><a>x</a><b>1</b><c>true</c><d>1.5</d></r>"),
        ({"a": None, "b": [], "c": ""}, Xml("r"), "<r><c></c></r>"),
        ({"a": {"b": {"c": 1}}}, Xml("r"), "<r><a><b><c>1</c></b></a></r>"),
        ("text", Xml("r"), "<r>text</r>"),
        (None, Xml("r"), "<r></r>"),
        # OpenAPI, "XML Arrays": no names, a name of the items, a name of the array that does not count, and wrapped.
        (ANIMALS, Xml("r"), "<r><animals>one</animals><animals>two</animals></r>"),
        (ANIMALS, Xml("r", members={"animals": Xml(item=Xml("animal"))}), "<r><animal>one</animal><animal>two</animal></r>"),
        (
            ANIMALS,
            Xml("r", members={"animals": Xml("aliens", item=Xml("animal"), wrapped=True)}),
            "<r><aliens><animal>one</animal><animal>two</animal></aliens></r>",
        ),
        (
            ANIMALS,
            Xml("r", members={"animals": Xml(wrapped=True)}),
            "<r><animals><animals>one</animals><animals>two</animals></animals></r>",
        ),
        (
            ANIMALS,
            Xml("r", members={"animals": Xml("aliens", wrapped=True)}),
            "<r><aliens><aliens>one</aliens><aliens>two</aliens></aliens></r>",
        ),
        ([1, None, 2], Xml("list", item=Xml("n")), "<list><n>1</n><n>2</n></list>"),
        ({"m": [[1, 2], [3]]}, Xml("r", members={"m": Xml(item=Xml("row", wrapped=True, item=Xml("n")))}),
         "<r><row><n>1</n><n>2</n></row><row><n>3</n></row></r>"),
        # "XML Attribute, Prefix and Namespace".
        (
            {"id": 123, "name": "example"},
            Xml("Person", members={"id": Xml(kind="attribute"), "name": Xml(prefix="sample", namespace="http://example.com/schema/sample")}),
            '<Person id="123"><sample:name xmlns:sample="http://example.com/schema/sample">example</sample:name></Person>',
        ),
        ({"a": 1}, Xml("r", namespace="urn:x"), '<r xmlns="urn:x"><a>1</a></r>'),
        (
            {"a": 1, "b": 2},
            Xml("r", prefix="p", namespace="urn:x", members={"a": Xml(prefix="p", namespace="urn:x"), "b": Xml(prefix="q")}),
            '<p:r xmlns:p="urn:x"><p:a>1</p:a><b>2</b></p:r>',
        ),
        (
            {"a": 1, "b": 2},
            Xml("r", members={"a": Xml(kind="attribute", prefix="p", namespace="urn:x"), "b": Xml(kind="attribute", namespace="urn:y")}),
            '<r xmlns:p="urn:x" p:a="1" b="2"></r>',
        ),
        # OpenAPI 3.2: nodeType text, cdata and none.
        ({"id": 7, "text": "a < b"}, Xml("r", members={"id": Xml(kind="attribute"), "text": Xml(kind="text")}), '<r id="7">a &lt; b</r>'),
        ({"text": "a ]]> b"}, Xml("r", members={"text": Xml(kind="cdata")}), "<r><![CDATA[a ]]]]><![CDATA[> b]]></r>"),
        ({"own": {"a": 1}, "b": 2}, Xml("r", members={"own": Xml(kind="none")}), "<r><a>1</a><b>2</b></r>"),
        ({"a": [1, 2]}, Xml("r", members={"a": Xml(kind="attribute")}), '<r a="1 2"></r>'),
        # A reader would turn these into other white space, or end the place.
        ({"a": "\r\n\t<&>\"'"}, Xml("r"), "<r><a>&#13;\n\t&lt;&amp;&gt;\"'</a></r>"),
        ({"a": "\r\n\t<&>\"'"}, Xml("r", members={"a": Xml(kind="attribute")}), '<r a="&#13;&#10;&#9;&lt;&amp;&gt;&quot;\'"></r>'),
    ],
)  # fmt: skip
def test_values_become_elements_attributes_and_text(value: Any, layout: Xml, text: str) -> None:
    assert written(value, layout) == text
    assert xml_error(xml_body(value, layout), with_namespaces=True) == ""


@pytest.mark.parametrize("text", ["\0", "\x0b", "\ud800", "\ufffe", "\x1b[1m"])
def test_what_xml_cannot_hold_is_refused_everywhere(text: str) -> None:
    assert not is_xml_text(text)
    for kind in ("element", "attribute", "text", "cdata"):
        with pytest.raises(NotSendableError, match="character that XML cannot"):
            xml_body({"a": text}, Xml("r", members={"a": Xml(kind=kind)}))


@pytest.mark.parametrize("name", ["", "a b", "1a", "-a", "a>", "a:b", 'a"', "a\n"])
def test_what_is_no_name_is_refused(name: str) -> None:
    assert not is_xml_name(name)
    with pytest.raises(NotSendableError, match="cannot be a name"):
        xml_body({"x": 1}, Xml(name))
    with pytest.raises(NotSendableError, match="cannot be a name"):
        xml_body({name: 1}, Xml("r", members={name: Xml(kind="attribute")}))


@pytest.mark.parametrize("name", ["a", "_a", "a-b.c1", "书", "Ä"])
def test_what_is_a_name(name: str) -> None:
    assert is_xml_name(name)
    assert xml_error(xml_body({name: 1}, Xml(name))) == ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<a/>", ""),
        (b'<?xml version="1.0"?>\n<p:a/>', ""),
        (b"<a>", "no element found"),
        (b"", "no element found"),
        (b"<a></b>", "mismatched tag"),
        (b"plain", "syntax error"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "DOCTYPE"),
        (b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>', "DOCTYPE"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "encoding"),
    ],
)
def test_xml_is_well_formed_or_it_is_said_why_not(content: bytes, words: str) -> None:
    assert words in xml_error(content)
    assert bool(words) == bool(xml_error(content))


def test_a_prefix_without_a_namespace_is_an_error_only_where_it_is_asked_for() -> None:
    assert xml_error(b"<p:a/>") == ""
    assert "prefix" in xml_error(b"<p:a/>", with_namespaces=True)
