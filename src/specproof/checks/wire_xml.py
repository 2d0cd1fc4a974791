"""How values are laid out as XML: the ``xml`` hints of OpenAPI, worked out into a finished layout.

A layout only says where XML differs from the plain case: a property is an element of its name, an array repeats its element. Null and
absent are the same here: nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple
from xml.parsers import expat

from .wire import NotSendableError, text_of

ELEMENT, ATTRIBUTE, TEXT, CDATA, NONE = "element", "attribute", "text", "cdata", "none"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAME_START = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff"
    "\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = re.compile(f"[{_NAME_START}][{_NAME_START}.0-9\xb7\u0300-\u036f\u203f-\u2040-]*")
_NO_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A reader turns a bare "\r" into "\n", and white space in attributes into blanks.
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"})
_PREDEFINED = {"xml": "http://www.w3.org/XML/1998/namespace"}


class Xml(NamedTuple):
    """The layout of one schema: ``kind`` is ``element``, ``attribute``, ``text``, ``cdata`` or ``none`` (its members stand in its parent).

    ``name`` empty: the property's own. ``members`` are the layouts of properties that need one, ``item`` that of an array's members.
    ``wrapped``: an array's members stand in an element of their own.
    """

    name: str = ""
    kind: str = ELEMENT
    prefix: str = ""
    namespace: str = ""
    wrapped: bool = False
    members: Mapping[str, Xml] = MappingProxyType({})
    item: Xml | None = None


PLAIN = Xml()


def is_xml_name(text: str) -> bool:
    """Whether ``text`` can be the name of an element or an attribute, or a prefix."""
    return _NAME.fullmatch(text) is not None


def is_xml_text(text: str) -> bool:
    """Whether XML 1.0 can hold ``text``: it has no place for most control characters, not even escaped."""
    return _NO_TEXT.search(text) is None


def xml_body(value: object, layout: Xml) -> bytes:
    """``value`` as an XML document. Raises :class:`~.wire.NotSendableError` for names and texts that XML cannot hold."""
    scope = _PREDEFINED
    if isinstance(value, list):
        root = _element(layout.name, layout, _items(value, layout.name, layout), scope)
    else:
        root = _element(layout.name, layout, value, scope)
    return (DECLARATION + root + "\n").encode("utf-8")


class _Items(NamedTuple):
    """The members of an array, each with its name and layout."""

    name: str
    layout: Xml
    members: list[object]


def _items(value: list[object], name: str, layout: Xml) -> _Items:
    inner = layout.item or PLAIN
    return _Items(inner.name or name, inner, value)


def _nodes(value: object, name: str, layout: Xml, scope: Mapping[str, str]) -> str:
    """What a member adds to the content of its element; ``name`` is what it is called where the layout does not say."""
    if value is None:
        return ""
    if isinstance(value, list):
        if layout.wrapped:
            own = layout.name or name
            return _element(own, layout, _items(value, own, layout), scope)
        inner = _items(value, name, layout)
        return "".join(_nodes(item, inner.name, inner.layout, scope) for item in inner.members)
    if layout.kind in {TEXT, CDATA} and not isinstance(value, Mapping):
        return _text(value, layout.kind)
    if layout.kind == NONE and isinstance(value, Mapping):
        return _content(value, layout, scope)[1]
    return _element(layout.name or name, layout, value, scope)


def _element(name: str, layout: Xml, value: object, scope: Mapping[str, str]) -> str:
    qualified, declared = _qualified(name, layout, scope)
    inside = {**scope, **declared}
    attributes, content = _content(value, layout, inside)
    written: dict[str, str] = {}
    for key, attribute, text in attributes:
        own, needed = _qualified(key, attribute, {**inside, **declared}, is_attribute=True)
        declared |= needed
        written[own] = text
    spaces = {f"xmlns:{prefix}" if prefix else "xmlns": uri for prefix, uri in declared.items()}
    tag = "".join(f' {key}="{_escaped(text, _IN_ATTRIBUTE)}"' for key, text in {**spaces, **written}.items())
    return f"<{qualified}{tag}>{content}</{qualified}>"


def _qualified(name: str, layout: Xml, scope: Mapping[str, str], *, is_attribute: bool = False) -> tuple[str, dict[str, str]]:
    """The name with its prefix, and the namespaces to declare. A prefix without any namespace would be no XML: it is left out.

    Neither has an attribute a namespace without a prefix.
    """
    if not is_xml_name(name) or (layout.prefix and not is_xml_name(layout.prefix)):
        raise NotSendableError(f"{name[:40]!r} cannot be a name in XML")
    if not layout.prefix and is_attribute:
        return name, {}
    needed = {layout.prefix: layout.namespace} if layout.namespace and scope.get(layout.prefix) != layout.namespace else {}
    is_known = bool(layout.prefix) and (layout.prefix in scope or layout.prefix in needed)
    return (f"{layout.prefix}:{name}" if is_known else name), needed


def _content(value: object, layout: Xml, scope: Mapping[str, str]) -> tuple[list[tuple[str, Xml, str]], str]:
    """The attributes (name, layout, text) and the content of an element."""
    if isinstance(value, _Items):
        return [], "".join(_nodes(item, value.name, value.layout, scope) for item in value.members)
    if not isinstance(value, Mapping):
        return [], "" if value is None else _text(value, layout.kind)
    attributes: list[tuple[str, Xml, str]] = []
    parts: list[str] = []
    for key, member in value.items():
        inner = layout.members.get(key, PLAIN)
        if inner.kind == ATTRIBUTE and member is not None:
            attributes.append((inner.name or key, inner, _attribute_text(member)))
        elif member is not None:
            parts.append(_nodes(member, key, inner, scope))
    return attributes, "".join(parts)


def _attribute_text(value: object) -> str:
    return " ".join(text_of(item) for item in value) if isinstance(value, list) else text_of(value)


def _text(value: object, kind: str) -> str:
    text = text_of(value)
    if kind == CDATA and "\r" not in text:
        if not is_xml_text(text):
            raise NotSendableError("a text holds a character that XML cannot")
        return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"
    return _escaped(text, _IN_TEXT)


def _escaped(text: str, escapes: dict[int, str]) -> str:
    if not is_xml_text(text):
        raise NotSendableError("a text holds a character that XML cannot")
    return text.translate(escapes)


class _RefusedDoctypeError(Exception):
    """A document that declares a DTD: entities grow without limit, and name files and addresses."""


def xml_error(content: bytes, *, with_namespaces: bool = False) -> str:
    """Why ``content`` is no well-formed XML, "" if it is. A document type is never read: it is refused.

    ``with_namespaces``: a prefix without a namespace is an error too.
    """

    def refuse(*_: object) -> None:
        raise _RefusedDoctypeError

    parser = expat.ParserCreate(namespace_separator=" " if with_namespaces else None)
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except _RefusedDoctypeError:
        return "it has a DOCTYPE, which is not read"
    except (expat.ExpatError, ValueError, LookupError) as error:
        return str(error)
    return ""
