"""What is laid out on the wire comes back as what it was, read by decoders that share nothing with the writer.

The wire has texts only: a value comes back as the text of its scalars. What the standards leave ambiguous is not drawn, and the strategy
that leaves it out says so.
"""

from __future__ import annotations

import base64
import email.policy
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from email.message import EmailMessage
from email.parser import BytesParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specproof.checks import wire
from specproof.checks.message import Body, Request, laid_out
from specproof.checks.wire import Parameter
from specproof.checks.wire_bodies import Field, form_body, json_lines, multipart_body
from specproof.checks.wire_xml import Xml, xml_body, xml_error
from wiredecoder import ARRAY, OBJECT, SCALAR, decode_cookie, decode_header, decode_path, decode_query

# Surrogates have no UTF-8 and therefore no wire form outside JSON.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
# Visible ASCII and blanks are what headers carry as they are; blanks around a value are trimmed by every reader.
HEADER_TEXT = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20).map(str.strip)
# RFC 6265 cookie-octet: style ``cookie`` encodes nothing, so it can carry nothing else.
COOKIE_TEXT = st.from_regex(r"[!#-+\--:<-\[\]-~]{0,20}", fullmatch=True)
NUMBERS = st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True)
XML_TEXT = st.text(
    st.characters(exclude_categories=["Cs"]).filter(
        lambda char: re.match("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", char) is not None
    ),
    max_size=20,
)


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def expected(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: text_of(member) for key, member in value.items()}
    return [text_of(member) for member in value] if isinstance(value, list) else text_of(value)


def kind_of(value: Any) -> str:
    return OBJECT if isinstance(value, Mapping) else ARRAY if isinstance(value, list) else SCALAR


def values(texts: st.SearchStrategy[str], keys: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Scalars, arrays and objects. Empty arrays and objects are *undefined* in RFC 6570: nothing is sent, nothing comes back."""
    scalars = texts | NUMBERS
    return scalars | st.lists(scalars, min_size=1, max_size=4) | st.dictionaries(keys, scalars, min_size=1, max_size=4)


def without(texts: st.SearchStrategy[str], forbidden: str) -> st.SearchStrategy[str]:
    return texts.filter(lambda text: not set(text) & set(forbidden))


PATH_STYLES = [(style, explode) for style in ("simple", "label", "matrix") for explode in (False, True)]


@pytest.mark.parametrize(("style", "explode"), PATH_STYLES)
@given(data=st.data())
def test_path_parameters_come_back(style: str, explode: bool, data: st.DataObject) -> None:
    # A dot is unreserved and never encoded, so in an exploded label nothing can tell it from the separator: RFC 6570, 3.2.5.
    dotless = style == "label" and explode
    texts, keys = (without(TEXT, "."), without(TEXT, ".")) if dotless else (TEXT, TEXT)
    value = data.draw(values(texts, keys))
    if dotless:
        value = data.draw(values(texts, keys).filter(lambda drawn: "." not in json.dumps(drawn)))
    segment = wire.path_segment(Parameter("colour", value, style, explode))
    assert re.fullmatch(r"[A-Za-z0-9._~%,;=-]*", segment)
    assert decode_path(segment, "colour", style, kind_of(value), explode=explode) == expected(value)


QUERY_STYLES = [(style, explode) for style in ("form", "spaceDelimited", "pipeDelimited") for explode in (False, True)]


@pytest.mark.parametrize(("style", "explode"), QUERY_STYLES)
@given(data=st.data())
def test_query_parameters_come_back(style: str, explode: bool, data: st.DataObject) -> None:
    # The separators of these styles are percent-encoded themselves, so a member cannot hold one: OpenAPI 3.1, appendix D.
    separator = "" if explode else {"spaceDelimited": " ", "pipeDelimited": "|"}.get(style, "")
    texts = without(TEXT, separator)
    value = data.draw(values(texts, texts))
    query = wire.query_string([Parameter("colour", value, style, explode)])
    assert re.fullmatch(r"[A-Za-z0-9._~%,=&-]*", query)
    assert decode_query(query, "colour", style, kind_of(value), explode=explode) == expected(value)


# Brackets in a key would be read as a further level: OpenAPI leaves them undefined.
@given(st.dictionaries(without(TEXT, "[]"), TEXT | NUMBERS, min_size=1, max_size=4))
def test_deep_objects_come_back(value: dict[str, Any]) -> None:
    query = wire.query_string([Parameter("filter", value, "deepObject")])
    assert decode_query(query, "filter", "deepObject", OBJECT, explode=True) == expected(value)


# RFC 6570 lets pass what is percent-encoded already, so such a text comes back decoded.
RESERVED = (TEXT | st.text(":/?#[]@!$&'()*+,;=% ab", max_size=20)).filter(lambda text: not re.search("%[0-9A-Fa-f]{2}", text))


@pytest.mark.parametrize("explode", [False, True])
@given(data=st.data())
def test_reserved_characters_break_nothing(explode: bool, data: st.DataObject) -> None:
    value = data.draw(values(RESERVED, RESERVED))
    query = wire.query_string([Parameter("colour", value, "form", explode, allow_reserved=True)])
    assert not set(query) & set('#[]+ \r\n"<>')
    assert decode_query(query, "colour", "form", kind_of(value), explode=explode) == expected(value)
    segment = wire.path_segment(Parameter("colour", value, "simple", explode, allow_reserved=True))
    assert not set(segment) & set("/?#[] ")
    assert decode_path(segment, "colour", "simple", kind_of(value), explode=explode) == expected(value)


@pytest.mark.parametrize("explode", [False, True])
@given(data=st.data())
def test_headers_come_back(explode: bool, data: st.DataObject) -> None:
    # Nothing is encoded: a comma in a member, or "=" in a key, is a separator.
    value = data.draw(HEADER_TEXT | values(without(HEADER_TEXT, ","), without(HEADER_TEXT, ",=")))
    [(_, text)] = wire.header_values([Parameter("X-Colour", value, "simple", explode)])
    assert decode_header(text, kind_of(value), explode=explode) == expected(value)


@given(st.text(max_size=20))
def test_a_header_is_sent_as_it_is_or_not_at_all(text: str) -> None:
    if re.search("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]", text):
        with pytest.raises(wire.NotSendableError):
            wire.header_values([Parameter("X-Colour", text, "simple", explode=False)])
    else:
        assert wire.header_values([Parameter("X-Colour", text, "simple", explode=False)]) == [("X-Colour", text)]


COOKIE_STYLES = [(style, explode) for style in ("form", "cookie") for explode in (False, True)]


@pytest.mark.parametrize(("style", "explode"), COOKIE_STYLES)
@given(data=st.data())
def test_cookies_come_back(style: str, explode: bool, data: st.DataObject) -> None:
    # A cookie's own name is a token; style ``cookie`` has no way to write a comma inside a member.
    texts = TEXT if style == "form" else without(COOKIE_TEXT, ",")
    value = data.draw(values(texts, NAMES if explode or style == "cookie" else TEXT))
    header = wire.cookie_header([Parameter("colour", value, style, explode)])
    assert decode_cookie(header, "colour", style, kind_of(value), explode=explode) == expected(value)


@given(COOKIE_TEXT, NUMBERS)
def test_the_standard_library_reads_our_cookies(text: str, number: Any) -> None:
    header = wire.cookie_header([Parameter("a", text, "cookie"), Parameter("b", number, "cookie")])
    read = SimpleCookie(header)
    assert {name: morsel.value for name, morsel in read.items()} == {"a": text, "b": text_of(number)}


@given(st.dictionaries(TEXT, TEXT | NUMBERS | st.lists(TEXT, min_size=1, max_size=3), max_size=4))
def test_forms_come_back(value: dict[str, Any]) -> None:
    body = form_body(value)
    assert re.fullmatch(rb"[A-Za-z0-9._~%=&-]*", body)
    pairs = [
        (name, text_of(item)) for name, member in value.items() for item in (member if isinstance(member, list) else [member])
    ]
    # ``parse_qsl`` drops a pair without name and text.
    assert parse_qsl(body.decode(), keep_blank_values=True) == pairs


JSON = st.recursive(
    st.none() | TEXT | NUMBERS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=8
)


@given(st.dictionaries(NAMES, st.dictionaries(TEXT, JSON, max_size=3), max_size=3))
def test_objects_in_forms_come_back_as_json(value: dict[str, Any]) -> None:
    read = parse_qsl(form_body(value).decode(), keep_blank_values=True)
    assert {name: json.loads(text) for name, text in read} == value


def parts_of(boundary: str, content: bytes) -> list[EmailMessage]:
    head = f"MIME-Version: 1.0\r\nContent-Type: multipart/form-data; boundary={boundary}\r\n\r\n".encode()
    message = BytesParser(EmailMessage, policy=email.policy.HTTP).parsebytes(head + content)
    assert isinstance(message, EmailMessage)
    return [part for part in message.iter_parts() if isinstance(part, EmailMessage)] if message.is_multipart() else []


PART_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("-\t"), max_size=40) | st.just(
    "--specproof-8f0a1c5b7d"
)


@given(
    st.dictionaries(NAMES, PART_TEXT | st.lists(PART_TEXT, min_size=1, max_size=3), min_size=1, max_size=4), st.binary(min_size=1)
)
def test_multipart_comes_back(value: dict[str, Any], picture: bytes) -> None:
    whole = {**value, "the picture": base64.b64encode(picture).decode()}
    fields = [Field("the picture", "image/png", file_name="file.png", is_base64=True)]
    boundary, content = multipart_body(whole, fields)
    assert content == multipart_body(whole, fields)[1]
    # The email parser reads line ends as they please; the bytes between the delimiters are compared instead.
    pieces = content.split(b"--" + boundary.encode())[1:-1]
    assert content.endswith(b"--" + boundary.encode() + b"--\r\n")
    read = [piece.removeprefix(b"\r\n").removesuffix(b"\r\n").partition(b"\r\n\r\n")[2] for piece in pieces]
    texts = [item for member in value.values() for item in (member if isinstance(member, list) else [member])]
    assert read == [*(text.encode() for text in texts), picture]
    names = [name for name, member in value.items() for _ in (member if isinstance(member, list) else [member])]
    parts = parts_of(boundary, content)
    assert [part.get_param("name", header="content-disposition") for part in parts] == [*names, "the picture"]
    assert [part.get_filename() for part in parts] == [*(None for _ in names), "file.png"]
    assert parts[-1].get_content_type() == "image/png"


@given(st.lists(JSON, max_size=5))
def test_rows_of_json_come_back(rows: list[Any]) -> None:
    lines = json_lines(rows, "application/x-ndjson").decode().split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == rows
    records = json_lines(rows, "application/json-seq").decode().split("\x1e")
    assert records.pop(0) == ""
    assert [json.loads(record) for record in records] == rows


@given(st.dictionaries(NAMES, XML_TEXT, max_size=4), st.lists(XML_TEXT, max_size=3), XML_TEXT, XML_TEXT)
def test_xml_comes_back(value: dict[str, str], items: list[str], attribute: str, data: str) -> None:
    layout = Xml(
        "pet",
        prefix="p",
        namespace="urn:pets",
        members={
            "at": Xml(kind="attribute"),
            "list of items": Xml("items", wrapped=True, item=Xml("item")),
            "cd": Xml("cd", kind="cdata"),
            "inner": Xml("inner", members={"own": Xml(kind="text")}),
        },
    )
    whole = {
        **{f"x{name}": text for name, text in value.items()},
        "at": attribute,
        "list of items": items,
        "inner": {"own": data},
    }
    content = xml_body(whole, layout)
    assert xml_error(content, with_namespaces=True) == ""
    root = ET.fromstring(content)
    assert root.tag == "{urn:pets}pet"
    assert root.get("at") == attribute
    assert {node.tag[1:]: node.text or "" for node in root if node.tag.startswith("x")} == value
    [wrapper] = root.findall("items")
    assert [node.text or "" for node in wrapper.findall("item")] == items
    assert (root.findtext("inner") or "") == data


@given(st.text(max_size=20))
def test_what_xml_cannot_hold_is_refused_and_all_else_stays_one_text(text: str) -> None:
    if re.search("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text):
        with pytest.raises(wire.NotSendableError):
            xml_body(text, Xml("a"))
    else:
        root = ET.fromstring(xml_body({"a": text}, Xml("r", members={"a": Xml(kind="cdata")})))
        assert [(node.tag, node.text or "", len(node)) for node in root] in ([("a", text, 0)], [])
        assert ET.fromstring(xml_body(text, Xml("a"))).text == (text or None)


@given(st.dictionaries(TEXT, TEXT, max_size=3), TEXT, st.booleans())
def test_a_target_holds_nothing_that_ends_it_and_no_parameter_more(query: dict[str, str], segment: str, reserved: bool) -> None:
    parameters = tuple(Parameter(name, text, "form", explode=True, allow_reserved=reserved) for name, text in query.items())
    path = (Parameter("id", segment, "simple", explode=False, allow_reserved=reserved),)
    message = laid_out(Request("http://a.test", "GET", "/things/{id}/parts", path=path, query=parameters, body=Body()))
    assert re.fullmatch(r"[!-~]*", message.url)
    parsed = urlsplit(message.url)
    assert parsed.path.count("/") == 3
    assert parsed.fragment == ""
    assert len([part for part in parsed.query.split("&") if part]) == len(query)
