"""YAML text to a tree, safely: libyaml's event stream, built into JSON values by a loop of our own.

PyYAML's composer recurses in C and kills the process on deep nesting, its merge keys explode, and YAML 1.1 turns ``no``, ``1:30``,
``012`` and ``2020-01-01`` into something else. The event stream has none of that: depth, nodes and aliases are counted as they
arrive, scalars are read as JSON would read them, and keys are always text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml
from yaml._yaml import CParser

from specproof.errors import SpecLimitError, SpecUnreadableError
from specproof.openapi.documents.json_reader import finite_number
from specproof.openapi.finding_log import FindingLog, quoted
from specproof.openapi.findings import FindingCode
from specproof.openapi.schema import JsonObject, JsonValue

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,299})")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_CORE_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "seq", "map"))
_STRING_TAG = "tag:yaml.org,2002:str"
_MERGE_KEY = "<<"


@dataclass(slots=True)
class _Frame:
    """One open mapping or sequence. ``size`` counts the nodes below it with every alias expanded, ``height`` their levels."""

    container: JsonObject | list[JsonValue]
    size: int = 1
    height: int = 1
    key: str | None = None
    is_merge: bool = False
    is_waiting_for_value: bool = False
    key_lines: dict[str, int] = field(default_factory=dict)
    merged: list[JsonObject] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Anchored:
    """What an anchor stands for; ``is_open`` while the container is still being read (an alias to it would be a cycle)."""

    value: JsonValue
    size: int
    height: int
    is_open: bool


def read_yaml(text: str, *, max_depth: int, max_nodes: int, log: FindingLog) -> JsonValue:
    """The tree of one YAML document.

    Raises :class:`SpecUnreadableError` (no YAML, several documents, unknown tags) and :class:`SpecLimitError` (depth, nodes with
    aliases expanded).
    """
    builder = _Builder(max_depth=max_depth, max_nodes=max_nodes, log=log)
    try:
        parser = CParser(text)
        while (event := parser.get_event()) is not None:
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise SpecUnreadableError(f"the document is not valid YAML: {error.problem or error.context}", at=where) from error
    except yaml.YAMLError as error:
        raise SpecUnreadableError(f"the document is not valid YAML: {str(error).splitlines()[0]}") from error
    return builder.result()


class _Builder:
    """Builds the tree from events without recursion."""

    def __init__(self, *, max_depth: int, max_nodes: int, log: FindingLog) -> None:
        self._max_depth = max_depth
        self._max_nodes = max_nodes
        self._log = log
        self._frames: list[_Frame] = []
        self._open_anchors: list[str | None] = []
        self._anchors: dict[str, _Anchored] = {}
        self._documents = 0
        self._root: JsonValue = None

    def result(self) -> JsonValue:
        return self._root

    def take(self, event: yaml.Event) -> None:
        """Handle one event."""
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event)
            if event.anchor:
                self._anchors[event.anchor] = _Anchored(value, 1, 0, is_open=False)
            self._place(value, size=1, height=0, event=event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise SpecUnreadableError(
                    "the file holds more than one YAML document",
                    at=_line(event),
                    hint="Send one document without --- separators.",
                )

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        self._check_tag(event.tag, event)
        container: JsonObject | list[JsonValue] = {} if isinstance(event, yaml.MappingStartEvent) else []
        if len(self._frames) >= self._max_depth:
            raise SpecLimitError(f"the document is nested deeper than {self._max_depth} levels", at=_line(event))
        if event.anchor:
            self._anchors[event.anchor] = _Anchored(container, 1, 1, is_open=True)
        self._open_anchors.append(event.anchor)
        self._frames.append(_Frame(container))

    def _close(self, event: yaml.Event) -> None:
        frame = self._frames.pop()
        container = frame.container
        if isinstance(container, dict):
            for source in frame.merged:
                for key, value in source.items():
                    container.setdefault(key, value)
        anchor = self._open_anchors.pop()
        if anchor:
            self._anchors[anchor] = _Anchored(container, frame.size, frame.height, is_open=False)
        self._place(container, size=frame.size, height=frame.height, event=event)

    def _alias(self, event: yaml.AliasEvent) -> None:
        name = event.anchor or ""
        known = self._anchors.get(name)
        if known is None:
            raise SpecUnreadableError(f"the alias {quoted(name)} has no anchor before it", at=_line(event))
        if known.is_open:
            message = f"the alias {quoted(name)} in {_line(event)} stands inside of what it names; it is read as null"
            self._log.add(FindingCode.REF_CYCLE, "#", message)
            self._place(None, size=1, height=0, event=event)
            return
        self._place(known.value, size=known.size, height=known.height, event=event)

    def _place(self, value: JsonValue, *, size: int, height: int, event: yaml.Event) -> None:
        """Put a finished value where it belongs: the root, a list, a key or a key's value."""
        if not self._frames:
            self._root = value
            return
        frame = self._frames[-1]
        frame.size += size
        frame.height = max(frame.height, height + 1)
        if frame.size > self._max_nodes:
            message = f"the document has more than {self._max_nodes} nodes when its aliases are expanded"
            raise SpecLimitError(message, at=_line(event))
        if len(self._frames) + height > self._max_depth:
            raise SpecLimitError(f"the document is nested deeper than {self._max_depth} levels", at=_line(event))
        if isinstance(frame.container, list):
            frame.container.append(value)
        elif frame.is_waiting_for_value:
            self._place_value(frame, frame.container, value)
        else:
            self._place_key(frame, value, event)

    def _place_key(self, frame: _Frame, value: JsonValue, event: yaml.Event) -> None:
        frame.is_waiting_for_value = True
        frame.is_merge = False
        if isinstance(event, yaml.ScalarEvent):
            frame.key = event.value
            frame.is_merge = event.value == _MERGE_KEY and event.implicit[0]
        elif isinstance(value, str):
            frame.key = value
        else:
            frame.key = None
            self._log.add(FindingCode.DOCUMENT_INVALID, "#", f"a key that is no text is left out ({_line(event)})")
            return
        line = _line_number(event)
        first = frame.key_lines.setdefault(frame.key, line)
        if first != line and not frame.is_merge:
            message = f"the key {quoted(frame.key)} stands in line {first} and again in line {line}; the last one counts"
            self._log.add(FindingCode.DUPLICATE_KEY, "#", message)

    def _place_value(self, frame: _Frame, container: JsonObject, value: JsonValue) -> None:
        frame.is_waiting_for_value = False
        if frame.key is None:
            return
        if frame.is_merge:
            sources = value if isinstance(value, list) else [value]
            if all(isinstance(source, dict) for source in sources):
                mappings = [source for source in sources if isinstance(source, dict)]
                frame.merged.extend(mappings)
                return
        container[frame.key] = value

    def _scalar(self, event: yaml.ScalarEvent) -> JsonValue:
        self._check_tag(event.tag, event)
        text = event.value
        if not event.implicit[0] and event.tag in (None, "!", _STRING_TAG):
            return str(text)
        if text in _NULLS:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if _INTEGER.fullmatch(text):
            return finite_number(int(text))
        if _FLOAT.fullmatch(text):
            number = finite_number(float(text))
            if number is None:
                self._log.add(
                    FindingCode.DOCUMENT_INVALID, "#", f"the number {quoted(text, 30)} is read as null: JSON cannot hold it"
                )
            return number
        return str(text)

    @staticmethod
    def _check_tag(tag: str | None, event: yaml.Event) -> None:
        if tag is not None and tag != "!" and tag not in _CORE_TAGS:
            raise SpecUnreadableError(
                f"the YAML tag {quoted(tag)} is not read", at=_line(event), hint="Remove tags: only plain YAML is understood."
            )


def _line(event: yaml.Event) -> str:
    return f"line {_line_number(event)}"


def _line_number(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 0
