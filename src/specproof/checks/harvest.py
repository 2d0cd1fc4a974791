"""Ids that the API's own lists show, for operations that the suite skips because the document has nothing that makes their records."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from .records import Answer
from .secret_words import is_private

MOST_IDS: Final = 5
MOST_ITEMS: Final = 100
LONGEST_ID: Final = 64
_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:~-]*")


class Harvest:
    """Ids by the path that asks for them: ``{"/things/{thingId}": {"thingId": ["7", "8"]}}``."""

    def __init__(self, templates: Iterable[str]) -> None:
        self._wanted = sorted({template for template in templates if _PARAMETER.search(template)})
        self._found: dict[tuple[str, str], dict[str, None]] = {}
        self._made: set[str] = set()

    def take(self, answers: Iterable[Answer]) -> None:
        """Look into accepted answers to GET. What the suite has made itself it deletes again: that is no id to keep."""
        for answer in answers:
            if not answer.is_accepted or not answer.is_json:
                continue
            for template in self._wanted:
                for name, text in _ids(template, answer):
                    if answer.request.method != "GET":
                        self._made.add(text)
                    elif answer.credentials.redacted(text) == text:
                        self._found.setdefault((template, name), {})[text] = None

    def to_json(self) -> Mapping[str, Mapping[str, list[str]]]:
        """At most five ids for each parameter, in the order in which they were seen."""
        known: dict[str, dict[str, list[str]]] = {}
        for (template, name), texts in sorted(self._found.items()):
            kept = [text for text in texts if text not in self._made][:MOST_IDS]
            if kept:
                known.setdefault(template, {})[name] = kept
        return known

    def write(self, path: Path) -> None:
        """Write them down. Raises ``OSError``."""
        path.write_text(json.dumps(self.to_json(), indent=2) + "\n", encoding="utf-8")


def _ids(template: str, answer: Answer) -> Iterator[tuple[str, str]]:
    """What the answer's records hold for the parameters of ``template``: only a list just above a parameter speaks of it."""
    for found in _PARAMETER.finditer(template):
        name = found[1]
        if is_private(name) or template[: found.start()].rstrip("/") != answer.request.template.rstrip("/"):
            continue
        for record in _records(answer.body):
            value = record.get(name, record.get("id"))
            text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
            if len(text) <= LONGEST_ID and _PLAIN.fullmatch(text):
                yield name, text


def _records(body: Any) -> Iterator[Mapping[str, Any]]:
    """The objects of a list: the body itself, or a list in it; a body without one is a record itself."""
    lists = (
        [body]
        if isinstance(body, list)
        else [value for value in body.values() if isinstance(value, list)]
        if isinstance(body, dict)
        else []
    )
    if not lists and isinstance(body, dict):
        yield body
    for items in lists:
        yield from (item for item in items[:MOST_ITEMS] if isinstance(item, dict))
