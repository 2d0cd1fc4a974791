"""Apifox's body: every event has an action, and nothing that it holds is a reason to fail."""

from __future__ import annotations

import json

import pytest

from specproof.domain.events import Action
from specproof.webhook.sources.apifox import (
    ACTIONS,
    ApifoxMessage,
    ContentSummary,
    action_for,
    clean_text,
    parse_content,
    parse_message,
)


@pytest.mark.parametrize(
    ("event", "action"),
    [
        ("API_CREATED", Action.REGENERATE),
        ("API_UPDATED", Action.REGENERATE),
        ("API_DELETED", Action.REGENERATE),
        ("DATA_SCHEMA_DELETED", Action.REGENERATE),
        ("RESPONSE_COMPONENT_UPDATED", Action.REGENERATE),
        ("SECURITY_SCHEME_BATCH_DELETED", Action.REGENERATE),
        ("OAS_COMPONENT_BATCH_CREATED", Action.REGENERATE),
        ("DATA_IMPORT_COMPLETED", Action.REGENERATE),
        ("AUTOMATED_DATA_IMPORT_COMPLETED", Action.REGENERATE),
        ("BRANCH_MERGED", Action.REGENERATE),
        ("BRANCH_CREATED", Action.RECORD),
        ("BRANCH_DELETED", Action.RECORD),
        ("API_VERSION_CREATED", Action.RECORD),
        ("API_HUB_AUDIT_STATUS_CHANGED", Action.RECORD),
        ("DOC_UPDATED", Action.RECORD),
        ("TEST_SUITE_CI_COMPLETED_WITH_FAILURE", Action.RECORD),
        ("TEST_SCHEDULE_TASK_DONE", Action.RECORD),
        ("COMMENT_MENTIONED", Action.RECORD),
    ],
)
def test_known_events_are_routed(event: str, action: Action) -> None:
    assert action_for(event) is action
    assert action_for(event.lower()) is action


@pytest.mark.parametrize(
    ("event", "action"),
    [
        ("PROJECT_DELETED", Action.RETIRE),
        ("PROJECT_REMOVED", Action.RETIRE),
        ("PROJECT_RENAMED", Action.RECORD),
        ("API_MOVED", Action.REGENERATE),
        ("API_BATCH_DELETED", Action.REGENERATE),
        ("DATA_SCHEMA_BATCH_UPDATED", Action.REGENERATE),
        ("GIT_IMPORT_COMPLETED", Action.REGENERATE),
        ("API_VERSION_RENAMED", Action.RECORD),
        ("API_CASE_UPDATED", Action.RECORD),
        ("TEST_DATA_IMPORTED", Action.RECORD),
        ("XPROJECT_DELETED", Action.RECORD),
        ("SOMETHING_NEW", Action.RECORD),
        ("", Action.RECORD),
    ],
)
def test_events_of_the_future_are_routed_by_their_kind(event: str, action: Action) -> None:
    assert action_for(event) is action


def test_no_known_event_retires_anything() -> None:
    assert len(ACTIONS) == 47
    assert Action.RETIRE not in ACTIONS.values()


def test_a_message_is_read() -> None:
    body = json.dumps({"event": "API_UPDATED", "title": "接口变更提醒", "content": "a\nb"}, ensure_ascii=False).encode()
    message = parse_message(body)
    assert message == ApifoxMessage("API_UPDATED", "接口变更提醒", "a\nb")
    assert message.action is Action.REGENERATE
    assert parse_message(b"\xef\xbb\xbf" + body) == message


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b'"API_UPDATED"',
        b"{}",
        b'{"event": 1, "title": [], "content": {}}',
        b'{"event": null}',
        b'{"event":"API_UPDATED"',
        b"[" * 100_000,
        b'{"event": "\\ud800"}',
        b'{"n": NaN}',
    ],
)
def test_what_cannot_be_read_is_recorded(body: bytes) -> None:
    message = parse_message(body)
    assert message == ApifoxMessage()
    assert message.action is Action.RECORD


def test_texts_are_cut_and_hold_nothing_that_a_database_refuses() -> None:
    body = json.dumps(
        {"event": " A" + "\x00B" * 200, "title": "t\x00\x1b[31m\u202e" + "x" * 999, "content": "c\n" * 9000}
    ).encode()
    message = parse_message(body)
    assert len(message.event_type) <= 100
    assert "\x00" not in message.event_type + message.title + message.content
    assert "\x1b" not in message.title
    assert "\u202e" not in message.title
    assert 290 <= len(message.title) <= 300
    assert 3900 <= len(message.content) <= 4000
    assert clean_text(7, 10) == ""


def test_an_old_deployment_may_write_gbk() -> None:
    body = '{"event":"API_DELETED","title":"接口变更提醒"}'.encode("gbk")
    assert parse_message(body, "application/json; charset=GBK").title == "接口变更提醒"
    assert parse_message(body, "application/json") == ApifoxMessage()
    assert parse_message(b"\xff\xff{", "charset=gbk") == ApifoxMessage()


@pytest.mark.parametrize(
    ("content", "summary"),
    [
        ("1000000000 删除了接口 请求body", ContentSummary(actor="1000000000", verb="deleted", name="请求body")),
        ("1000000000 删除了接口 a", ContentSummary(actor="1000000000", verb="deleted", name="a")),
        ("li 新增了数据模型 Pet", ContentSummary(actor="li", verb="created", name="Pet")),
        ("Li Hua 修改了接口 列出 pets", ContentSummary(actor="Li Hua", verb="updated", name="列出 pets")),
        (
            "接口名称：测试i接口\n接口路径：GET /test/pets/{petId}\n修改者：demo-user\n修改时间：2025-03-08 10:11:12",
            ContentSummary(
                actor="demo-user", name="测试i接口", method="GET", path="/test/pets/{petId}", changed_at="2025-03-08 10:11:12"
            ),
        ),
        ("接口路径：not a path", ContentSummary(method="NOT", path="a path")),
        ("接口路径：/pets", ContentSummary(path="/pets")),
        ("first line\r\n创建者： x ", ContentSummary(actor="x")),
        ("修改者：", ContentSummary()),
        ("some prose in another language", ContentSummary()),
        ("", ContentSummary()),
    ],
)
def test_content_is_read_as_far_as_it_goes(content: str, summary: ContentSummary) -> None:
    assert parse_content(content) == summary
