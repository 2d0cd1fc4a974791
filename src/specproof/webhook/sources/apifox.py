"""Apifox's outgoing webhook: three string fields, and nothing that could be relied on.

The body is only a trigger (it names no project, no id, no time), so nothing in it is ever a reason to refuse a delivery: what cannot be
read is recorded. ``content`` is display text that changes by version and language; it is parsed for logs and titles only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from specproof.domain.events import Action

_CHANGES = ("CREATED", "UPDATED", "DELETED")
_BATCHES = ("BATCH_CREATED", "BATCH_DELETED")


def _named(subject: str, verbs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{subject}_{verb}" for verb in verbs)


_REGENERATING = (
    *_named("API", _CHANGES),
    *_named("DATA_SCHEMA", _CHANGES),
    *_named("RESPONSE_COMPONENT", _CHANGES),
    *_named("SECURITY_SCHEME", _CHANGES + _BATCHES),
    *_named("OAS_COMPONENT", _CHANGES + _BATCHES),
    "DATA_IMPORT_COMPLETED",
    "AUTOMATED_DATA_IMPORT_COMPLETED",
    "BRANCH_MERGED",
)
_RECORDED = (
    *_named("DOC", _CHANGES),
    "API_HUB_AUDIT_STATUS_CHANGED",
    *_named("TEST_CASE", ("COMPLETED", "COMPLETED_WITH_FAILURE", "CI_COMPLETED", "CI_COMPLETED_WITH_FAILURE")),
    *_named("TEST_SUITE", ("COMPLETED", "COMPLETED_WITH_FAILURE", "CI_COMPLETED", "CI_COMPLETED_WITH_FAILURE")),
    *_named("TEST_SCHEDULE_TASK", ("DONE", "DONE_WITH_FAILURE")),
    *_named("BRANCH", ("CREATED", "ARCHIVED", "RETRIEVED", "DELETED")),
    *_named("API_VERSION", ("CREATED", "DELETED")),
    *_named("COMMENT", ("CREATED_ON_MAINTAINED_RESOURCE", "CREATED_ON_CREATED_RESOURCE", "MENTIONED", "REPLIED", "RESOLVED")),
)

ACTIONS: Mapping[str, Action] = {
    **dict.fromkeys(_REGENERATING, Action.REGENERATE),
    **dict.fromkeys(_RECORDED, Action.RECORD),
}
"""What each known event asks for: all 47 names of the official command line's schema ``notification-create``."""

# Names that do not exist yet: the list grew from 5 groups to 47 values in two years. To export once too often is harmless (an export
# that did not change makes no revision); to miss a change is not.
_FUTURE_RETIRING = re.compile(r"PROJECT_(DELETED|REMOVED)")
_FUTURE_RECORDED = re.compile(r"(API_HUB|API_VERSION|API_CASE|DOC|COMMENT|TEST|BRANCH)_.*")
_FUTURE_REGENERATING = re.compile(r"(API|DATA_SCHEMA|RESPONSE_COMPONENT|SECURITY_SCHEME|OAS_COMPONENT)_.+|.*_IMPORT_COMPLETED")


def action_for(event_type: str) -> Action:
    """What an event asks for, by its name; names that nobody knows are recorded."""
    name = event_type.upper()
    known = ACTIONS.get(name)
    if known is not None:
        return known
    if _FUTURE_RETIRING.fullmatch(name):
        return Action.RETIRE
    if _FUTURE_RECORDED.fullmatch(name):
        return Action.RECORD
    return Action.REGENERATE if _FUTURE_REGENERATING.fullmatch(name) else Action.RECORD


@dataclass(frozen=True, slots=True)
class ApifoxMessage:
    """What could be read of a body; every field may be empty. The texts are cleaned and cut, fit for a database and a log."""

    event_type: str = ""
    title: str = ""
    content: str = ""

    @property
    def action(self) -> Action:
        """What the message asks for."""
        return action_for(self.event_type)


def parse_message(body: bytes, content_type: str = "") -> ApifoxMessage:
    """The message in ``body``, as far as it can be read. Never raises."""
    value = _json(body, content_type)
    if not isinstance(value, dict):
        return ApifoxMessage()
    return ApifoxMessage(
        event_type=clean_text(value.get("event"), 100).strip(),
        title=clean_text(value.get("title"), 300),
        content=clean_text(value.get("content"), 4000),
    )


def _json(body: bytes, content_type: str) -> object:
    try:
        return orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        # Private deployments of old versions may write GBK; anything else is recorded as it came.
        if "gb" not in content_type.lower():
            return None
    try:
        return orjson.loads(body.decode("gb18030"))
    except (UnicodeDecodeError, orjson.JSONDecodeError):
        return None


def clean_text(value: object, limit: int) -> str:
    """A text without control characters (line ends stay), at most ``limit`` long; "" for what is no text. PostgreSQL stores no NUL."""
    if not isinstance(value, str):
        return ""
    return "\n".join(_printable(line) for line in value[:limit].split("\n"))


def _printable(line: str) -> str:
    return line if line.isprintable() else "".join(char for char in line if char.isprintable())


@dataclass(frozen=True, slots=True)
class ContentSummary:
    """The parts of ``content`` that could be told apart; "" for the others."""

    actor: str = ""
    verb: str = ""
    name: str = ""
    method: str = ""
    path: str = ""
    changed_at: str = ""


_ONE_LINE = re.compile(
    r"(?P<actor>\S.{0,99}?) ?(?P<verb>新增|新建|创建|修改|更新|删除)了(?:接口|数据模型|响应组件|文档) ?(?P<name>.{0,200})"
)
_PATH = re.compile(r"(?P<method>[A-Za-z]{2,10}) (?P<path>\S.{0,300})")
_LABELS = {"名称": "name", "路径": "path", "修改者": "actor", "创建者": "actor", "删除者": "actor", "时间": "changed_at"}
_VERBS = {"新增": "created", "新建": "created", "创建": "created", "修改": "updated", "更新": "updated", "删除": "deleted"}


def parse_content(content: str) -> ContentSummary:
    """Read the one-line form of 2023 and the labelled lines of 2025 (full-width colon). Best effort: what does not fit stays empty."""
    one_line = _ONE_LINE.fullmatch(content.strip())
    if one_line is not None:
        return ContentSummary(actor=one_line["actor"], verb=_VERBS[one_line["verb"]], name=one_line["name"].strip())
    found: dict[str, str] = {}
    for line in content.splitlines()[:50]:
        label, colon, value = line.partition("\N{FULLWIDTH COLON}")
        field_name = next((name for ending, name in _LABELS.items() if label.strip().endswith(ending)), "") if colon else ""
        if field_name and value.strip():
            found.setdefault(field_name, value.strip())
    path = _PATH.fullmatch(found.get("path", ""))
    return ContentSummary(
        actor=found.get("actor", ""),
        name=found.get("name", ""),
        method=path["method"].upper() if path else "",
        path=path["path"] if path else found.get("path", ""),
        changed_at=found.get("changed_at", ""),
    )
