"""XML as a small tree, without anything that makes XML dangerous: no DOCTYPE, no entities of its own, bounded depth and size."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from specproof.reference.decoding.decoded import MalformedError

_MAX_DEPTH: Final = 200
_MAX_ELEMENTS: Final = 20_000


@dataclass(slots=True)
class Node:
    """One element. ``name`` and the names of ``attributes`` are without prefix, but for ``xsi:nil``; declarations are left out."""

    name: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text."""
        return "".join(self.pieces)


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= _MAX_DEPTH or self._count > _MAX_ELEMENTS:
            raise MalformedError("not readable XML: too many elements, or nested too deep")
        node = Node(_local(name), {_attribute(key): text for key, text in attributes.items() if not key.startswith("xmlns")})
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, name: str) -> None:
        self._open.pop()

    def text(self, text: str) -> None:
        self._open[-1].pieces.append(text)

    def refuse(self, *_: object) -> None:
        raise MalformedError("not acceptable XML: it has a DOCTYPE")


def xml_tree(body: bytes, charset: str = "") -> Node:
    """The root element. Raises :class:`MalformedError` for what is no XML, or is XML with a DOCTYPE."""
    builder = _Builder()
    try:
        parser = expat.ParserCreate(charset or None)
        parser.buffer_text = True
        parser.StartElementHandler = builder.start
        parser.EndElementHandler = builder.end
        parser.CharacterDataHandler = builder.text
        parser.StartDoctypeDeclHandler = builder.refuse
        parser.EntityDeclHandler = builder.refuse
        parser.Parse(body, True)
    except MalformedError:
        raise
    except (expat.ExpatError, LookupError, ValueError, TypeError) as error:
        raise MalformedError(f"not XML: {error}") from None
    if builder.root is None:
        raise MalformedError("not XML: no element")
    return builder.root


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _attribute(name: str) -> str:
    return name if name == "xsi:nil" else _local(name)
