"""Notices in the log."""

from __future__ import annotations

import pytest
import structlog

from specproof.domain.ports import Notice
from specproof.notifications.log_notifier import LogNotifier


@pytest.mark.parametrize(
    ("kind", "facts", "level"),
    [
        ("suite.generated", {}, "info"),
        ("suite.unchanged", {}, "info"),
        ("run.finished", {"status": "passed"}, "info"),
        ("run.finished", {"status": "failed"}, "warning"),
        ("run.finished", {}, "info"),
        ("event.dead", {}, "warning"),
    ],
)
async def test_a_notice_is_one_line_whose_level_says_how_bad_it_is(kind: str, facts: dict[str, object], level: str) -> None:
    with structlog.testing.capture_logs() as lines:
        await LogNotifier(structlog.get_logger()).notify(Notice(kind, "shop", "e1", "title", "text", facts))

    assert lines == [
        {
            "event": f"notice.{kind}",
            "log_level": level,
            "project": "shop",
            "event_id": "e1",
            "title": "title",
            "text": "text",
            "facts": facts,
        }
    ]
