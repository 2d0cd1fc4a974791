"""Logs: one JSON object a line, with context, without secrets; the standard library's loggers too."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from specproof.observability.logging import LogPolicy, configure_logging


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    earlier, level = list(root.handlers), root.level
    yield io.StringIO()
    root.handlers[:] = earlier
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_level_time_and_bound_context(stream: io.StringIO) -> None:
    configure_logging(LogPolicy(), stream)
    with structlog.contextvars.bound_contextvars(event_id="evt-1"):
        structlog.get_logger("specproof.x").info("Test generation completed", files_generated=3, title="接口")
    (line,) = lines(stream)
    assert line["event"] == "Test generation completed"
    assert (line["event_id"], line["files_generated"], line["title"]) == ("evt-1", 3, "接口")
    assert (line["level"], line["logger"]) == ("info", "specproof.x")
    assert str(line["timestamp"]).endswith("Z")


def test_the_level_is_taken_by_value(stream: io.StringIO) -> None:
    configure_logging(LogPolicy(level="WARNING"), stream)
    structlog.get_logger("a").info("quiet")
    logging.getLogger("b").info("quiet too")
    structlog.get_logger("a").warning("loud")
    assert [line["event"] for line in lines(stream)] == ["loud"]


def test_the_standard_library_speaks_json_too(stream: io.StringIO) -> None:
    configure_logging(LogPolicy(), stream)
    logging.getLogger("uvicorn.error").warning("Started %s", "here", extra={"port": 8000, "color_message": "\x1b[1mx"})
    (line,) = lines(stream)
    assert "color_message" not in line
    assert (line["event"], line["logger"], line["port"]) == ("Started here", "uvicorn.error", 8000)


def test_uvicorns_access_log_is_off_because_it_prints_query_strings(stream: io.StringIO) -> None:
    configure_logging(LogPolicy(level="DEBUG"), stream)
    logging.getLogger("uvicorn.access").critical("GET /x?token=topsecret")
    assert stream.getvalue() == ""


def test_secrets_reach_no_line_of_anybody(stream: io.StringIO) -> None:
    configure_logging(LogPolicy(known_secrets=("plainword",)), stream)
    structlog.get_logger("a").info("sent Bearer abc123", token="abc123", url="http://u:abc123@h/", own="a plainword")
    logging.getLogger("b").info("asked /x?token=%s", "abc123")
    assert "abc123" not in stream.getvalue()
    assert "plainword" not in stream.getvalue()


def test_a_traceback_is_structured_and_holds_no_local_variables(stream: io.StringIO) -> None:
    configure_logging(LogPolicy(), stream)
    hidden = "local-value-" + "x" * 3
    try:
        raise ValueError("broke with Bearer abc123")
    except ValueError:
        structlog.get_logger("a").exception("failed")
        logging.getLogger("b").exception("failed too")
    text = stream.getvalue()
    assert hidden not in text
    assert "abc123" not in text
    assert [line["exception"][0]["exc_type"] for line in lines(stream)] == ["ValueError", "ValueError"]  # type: ignore[index]


def test_what_json_does_not_know_and_lone_surrogates_break_nothing(stream: io.StringIO) -> None:
    configure_logging(LogPolicy(), stream)
    structlog.get_logger("a").info("odd", value=object, text="\ud800")
    (line,) = lines(stream)
    assert line["value"] == "<class 'object'>"
    stream.getvalue().encode("utf-8")


def test_lines_for_people_have_no_secrets_either(stream: io.StringIO) -> None:
    configure_logging(LogPolicy(format="console"), stream)
    structlog.get_logger("a").info("hello", token="abc123", n=1)
    assert "hello" in stream.getvalue()
    assert "n=1" in stream.getvalue()
    assert "abc123" not in stream.getvalue()
