"""From the target of a request to the path template of the document: concrete segments win over templated ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

_MOST_KNOWN: Final = 4096
_NAME: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of a template. ``names`` are its parameters; ``pattern`` is set where there is more to it than one parameter alone."""

    text: str
    names: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None

    @property
    def is_parameter(self) -> bool:
        """Whether it is one parameter and nothing else."""
        return bool(self.names) and self.pattern is None


def segments_of(path: str) -> tuple[Segment, ...]:
    """``/pets/{petId}`` -> the segments ``pets`` and ``{petId}``."""
    return tuple(_segment(text) for text in path.removeprefix("/").split("/"))


def bare_path(path: str) -> str:
    """A template without the query or fragment that some documents write into it."""
    return re.split(r"[?#](?![^{]*\})", path, maxsplit=1)[0]


def fixed_query(path: str) -> tuple[tuple[str, str], ...]:
    """The pairs of the query that stands in a template, for ``/pets?kind=cat``."""
    query = path.split("#", 1)[0].partition("?")[2] if "?" in path else ""
    pairs = (pair.partition("=") for pair in query.split("&") if pair and "{" not in pair)
    return tuple((name, value) for name, _, value in pairs)


def _segment(text: str) -> Segment:
    names = tuple(_NAME.findall(text))
    if not names or text == f"{{{names[0]}}}":
        return Segment(text, names)
    literals = _NAME.split(text)[::2]
    pattern = "(.+?)".join(re.escape(literal) for literal in literals)
    return Segment(text, names, re.compile(pattern, re.DOTALL))


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    patterns: list[tuple[re.Pattern[str], _Node]] = field(default_factory=list)
    parameter: _Node | None = None
    paths: list[tuple[str, tuple[Segment, ...]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Match:
    """One template that a request's path fits. ``values`` are raw: percent-encoded as they came."""

    path: str
    values: Mapping[str, str]


class Router:
    """The templates of one document. ``bases`` are the paths of its servers: requests may have one in front, or not."""

    def __init__(self, paths: Iterable[str], bases: Iterable[str] = ()) -> None:
        self._root = _Node()
        self._known: dict[str, list[Match]] = {}
        self._bases = tuple(sorted({base for base in bases if base}, key=len, reverse=True))
        for path in sorted(set(paths)):
            self._add(path, segments_of(path))

    def _add(self, path: str, segments: tuple[Segment, ...]) -> None:
        node = self._root
        for segment in segments:
            if segment.is_parameter:
                node.parameter = node.parameter or _Node()
                node = node.parameter
            elif segment.pattern is not None:
                known = next((inner for pattern, inner in node.patterns if pattern.pattern == segment.pattern.pattern), None)
                if known is None:
                    known = _Node()
                    node.patterns.append((segment.pattern, known))
                node = known
            else:
                node = node.literals.setdefault(segment.text, _Node())
        node.paths.append((path, segments))

    def matches(self, target: str) -> list[Match]:
        """Every template that the target's path fits equally well; several differ in the names of their parameters alone."""
        path = path_of(target)
        known = self._known.get(path)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[path] = self._found(path)
        return known

    def _found(self, path: str) -> list[Match]:
        for candidate in (path, *(path[len(base) :] for base in self._bases if path.startswith(base + "/"))):
            texts = candidate.removeprefix("/").split("/")
            node = _walk(self._root, texts, 0)
            if node is not None:
                return [Match(template, _values(segments, texts)) for template, segments in node.paths]
        return []


def path_of(target: str) -> str:
    """The path of a request's target, which may be a whole URL."""
    if not target.startswith("/"):
        target = urlsplit(target).path or "/"
    return target.partition("?")[0].partition("#")[0]


def _walk(node: _Node, texts: list[str], index: int) -> _Node | None:
    if index == len(texts):
        return node if node.paths else None
    text = texts[index]
    literal = node.literals.get(text)
    if literal is None and "%" in text:
        literal = node.literals.get(unquote(text))
    if literal is not None:
        found = _walk(literal, texts, index + 1)
        if found is not None:
            return found
    for pattern, inner in node.patterns:
        if pattern.fullmatch(text):
            found = _walk(inner, texts, index + 1)
            if found is not None:
                return found
    return _walk(node.parameter, texts, index + 1) if node.parameter is not None and text else None


def _values(segments: tuple[Segment, ...], texts: list[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for segment, text in zip(segments, texts, strict=True):
        if segment.is_parameter:
            values[segment.names[0]] = text
        elif segment.pattern is not None:
            found = segment.pattern.fullmatch(text)
            values.update(zip(segment.names, found.groups() if found else (), strict=False))
    return values
