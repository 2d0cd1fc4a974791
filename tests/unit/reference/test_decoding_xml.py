"""XML bodies by the hints of their schemas, and XML that means harm."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from decodingoperations import body_of, operation_with
from specproof.openapi.schema import Schema
from specproof.reference.decoding import Malformed, encode_answer

XML = "application/xml"
INTEGER, TEXT = {"type": "integer"}, {"type": "string"}
PET = {
    "type": "object",
    "xml": {"name": "pet", "prefix": "p", "namespace": "urn:pets"},
    "properties": {
        "id": {"type": "integer", "xml": {"attribute": True}},
        "name": {"type": "string", "xml": {"name": "called"}},
        "tags": {"type": "array", "items": {"$ref": "#/components/schemas/Tag"}},
        "photos": {
            "type": "array",
            "xml": {"wrapped": True, "name": "album"},
            "items": {"type": "string", "xml": {"name": "photo"}},
        },
        "ages": {"type": "array", "xml": {"wrapped": True}, "items": INTEGER},
        "owner": {"$ref": "#/components/schemas/Owner"},
        "note": {"type": ["string", "null"]},
    },
}
SCHEMAS = {
    "Pet": PET,
    "Tag": {"type": "object", "xml": {"name": "tag"}, "properties": {"label": TEXT}},
    "Owner": {"type": "object", "properties": {"age": INTEGER, "active": {"type": "boolean"}}},
}
REFERENCE = {"$ref": "#/components/schemas/Pet"}
WHOLE = {
    "id": 7, "name": " Rex & <co>\r\n", "tags": [{"label": "a"}, {"label": ""}], "photos": ["x", "y"], "ages": [1, 2],
    "owner": {"age": 3, "active": True}, "note": None,
}  # fmt: skip


def schema_of(raw: Any, schemas: Any = SCHEMAS) -> Schema:
    body = operation_with(content={XML: {"schema": raw}}, schemas=schemas, version="3.2.0").request_body
    assert body is not None
    schema = body.media_types[0].schema
    assert schema is not None
    return schema


def test_a_text_is_no_object_and_no_array() -> None:
    body = b"<pet><album>x</album><owner>null</owner><tag>y</tag></pet>"
    assert body_of(XML, body, REFERENCE, schemas=SCHEMAS) == {"photos": "x", "owner": "null", "tags": ["y"]}
    blank = b"<pet><album> </album><owner> </owner></pet>"
    assert body_of(XML, blank, REFERENCE, schemas=SCHEMAS) == {"photos": [], "owner": {}}
    marked = {"type": "object", "properties": {"note": {"type": "string", "xml": {"nodeType": "text"}}}}
    assert body_of(XML, b"<pet>good</pet>", marked) == {"note": "good"}


def test_xml_is_read_by_the_hints() -> None:
    body = b"""<?xml version="1.0"?>
    <p:pet xmlns:p="urn:pets" id="7"><called>Rex</called>
      <tag><label>a</label></tag><tag><label>b</label></tag>
      <album><photo>x</photo><photo>y</photo></album><ages><ages> 1 </ages><ages>2</ages></ages>
      <owner><age>3</age><active>true</active></owner></p:pet>"""
    assert body_of(XML, body, REFERENCE, schemas=SCHEMAS) == {
        "id": 7, "name": "Rex", "tags": [{"label": "a"}, {"label": "b"}], "photos": ["x", "y"], "ages": [1, 2], "owner": {"age": 3, "active": True},
    }  # fmt: skip


def test_what_is_written_reads_back_as_it_was() -> None:
    written = encode_answer(WHOLE, XML, schema_of(REFERENCE))
    root = ET.fromstring(written)
    assert root.tag == "{urn:pets}pet"
    assert root.get("id") == "7"
    assert [child.tag for child in root] == ["called", "tag", "tag", "album", "ages", "owner", "note"]
    assert root.findtext("album/photo") == "x"
    assert body_of(XML, written, REFERENCE, schemas=SCHEMAS) == WHOLE


@pytest.mark.parametrize(
    ("schema", "value", "written"),
    [
        ({"type": "array", "items": INTEGER}, [1, 2], "<root><item>1</item><item>2</item></root>"),
        ({"type": "array", "xml": {"name": "ages"}, "items": {"type": "integer", "xml": {"name": "age"}}}, [1], "<ages><age>1</age></ages>"),
        (TEXT, "", "<root></root>"),
        ({"type": "number"}, 1.5, "<root>1.5</root>"),
        ({"type": "object", "properties": {"a b": TEXT, "1": TEXT}}, {"a b": "x", "1": "y"}, "<root><a_b>x</a_b><_1>y</_1></root>"),
        ({"type": "object", "properties": {"tags": {"type": "array", "items": TEXT}}}, {"tags": ["a"]}, "<root><tags>a</tags></root>"),
        ({"properties": {"t": {"type": "string", "xml": {"nodeType": "text"}}, "a": {"type": "integer", "xml": {"nodeType": "attribute"}}}},
         {"t": "x", "a": 1}, '<root a="1">x</root>'),
        ({"properties": {"l": {"type": "array", "xml": {"nodeType": "element"}, "items": TEXT}}}, {"l": []}, "<root><l></l></root>"),
        ({"allOf": [{"type": "object", "xml": {"name": "cat"}, "properties": {"age": INTEGER}}]}, {"age": 1}, "<cat><age>1</age></cat>"),
        ({"properties": {"o": {"anyOf": [{"type": "object", "xml": {"name": "own"}, "properties": {"age": INTEGER}}, {"type": "null"}]}}},
         {"o": {"age": 1}}, "<root><own><age>1</age></own></root>"),
    ],
)  # fmt: skip
def test_layouts_in_both_directions(schema: Any, value: Any, written: str) -> None:
    encoded = encode_answer(value, "application/vnd.pets+xml", schema_of(schema)).decode()
    assert encoded.partition("\n")[2] == written
    assert body_of(XML, written.encode(), schema) == value


def test_what_the_schema_does_not_name_is_read_too() -> None:
    closed = {"type": "object", "properties": {"age": INTEGER}}
    body = b'<pet colour="red"><age>old</age><x>1</x><y>1</y><y>2</y><z><a>1</a></z></pet>'
    assert body_of(XML, body, closed) == {"age": "old", "colour": "red", "x": "1", "y": ["1", "2"], "z": {"a": "1"}}
    assert body_of(XML, b"<pet><age>1</age><age>2</age></pet>", closed) == {"age": 2}
    assert body_of(XML, b"<pet/>", closed) == {}
    assert body_of(XML, b"<pet>text</pet>", None) == "text"


def test_charsets_are_those_of_the_header_or_the_declaration() -> None:
    assert body_of("application/xml; charset=iso-8859-1", b"<a>\xfc</a>", TEXT) == "ü"
    assert body_of(XML, b'<?xml version="1.0" encoding="iso-8859-1"?><a>\xfc</a>', TEXT) == "ü"
    assert body_of("text/xml", "<a>ü</a>".encode("utf-16"), TEXT) == "ü"


BOMB = b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;"><!ENTITY z "&y;&y;&y;&y;">]><a>&z;</a>'


@pytest.mark.parametrize(
    "body",
    [
        BOMB, BOMB.decode().encode("utf-16"), b"<!DOCTYPE a><a/>", b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>', b"<a>&nbsp;</a>",
        b"<a>", b"<a></b>", b"<a/><b/>", b"text", b"<a>\xff</a>", b"<a>\x00</a>", b"<a>" * 10_000, b"<a>" * 10_000 + b"</a>" * 10_000,
        b"<a>" + b"<b/>" * 50_000 + b"</a>", b"<a b='1' b='2'/>", b'<?xml version="1.0" encoding="nonsense"?><a/>', b"\xff\xfe",
    ],
)  # fmt: skip
def test_broken_and_dangerous_xml_is_malformed(body: bytes) -> None:
    assert isinstance(body_of(XML, body, PET, schemas=SCHEMAS), Malformed)


def test_a_charset_that_is_none_is_malformed() -> None:
    for charset in ("nonsense", "hex", "a b"):
        assert isinstance(body_of(f'application/xml; charset="{charset}"', b"<a/>", TEXT), Malformed)


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    written = encode_answer({"a\x00": "\x00\ud800x"}, XML, None)
    assert ET.fromstring(written).findtext("a_") == "\ufffd\ufffdx"
