"""Checks of one answer's media type, body and headers against the document."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

from .contracts import JsonSchema
from .pointers import ABSENT
from .records import Answer
from .views import subschemas

NEVER_A_BODY = frozenset({204, 205, 304})


def media_type(answer: Answer) -> None:
    """The answer's media type is one that the document lists for its status. On a 4xx a difference is only a remark."""
    __tracebackhide__ = True
    expectation = answer.contracts.expectation(answer.operation, answer.status)
    if expectation is None or not expectation.media_types or not answer.content:
        return
    if expectation.media_type_for(answer.media_type) is not None:
        return
    expected = f"media type {' or '.join(sorted(expectation.media_types))}"
    actual = f"{answer.status} with {answer.headers.get('content-type') or 'no Content-Type'}"
    if 400 <= answer.status < 500:
        answer.case.remark(f"{answer.operation}: expected {expected}, got {actual}")
        return
    answer.fail("media_type", expected, actual)


def body_schema(answer: Answer) -> None:
    """A JSON body parses and fits the schema that the document gives for the status. Other media types are not looked into."""
    __tracebackhide__ = True
    expectation = answer.contracts.expectation(answer.operation, answer.status)
    if expectation is None or not expectation.media_types or _has_no_body(answer):
        return
    name = expectation.media_type_for(answer.media_type) or next(iter(expectation.media_types))
    if not answer.content:
        answer.fail("body_schema", f"a body of media type {name}")
        return
    if not answer.is_json:
        return
    value = answer.body
    if value is ABSENT:
        answer.fail("body_schema", "a body that is valid JSON")
        return
    schema = expectation.media_types[name]
    if schema is None:
        return
    error = answer.contracts.first_error(schema, value)
    if error:
        answer.fail(
            "body_schema", f"a body that fits the documented schema of status {expectation.status}", _named(answer, error)
        )
        return
    for pointer in _write_only(answer, schema, value):
        answer.case.remark(f"{answer.operation}: the answer shows {pointer}, which the document says is only written")


def body_empty(answer: Answer) -> None:
    """The answer has no body."""
    __tracebackhide__ = True
    if answer.content:
        answer.fail("body_empty", "an answer without a body")


def response_headers(answer: Answer) -> None:
    """Required headers are there, and documented headers fit their schemas once read as numbers, booleans or lists."""
    __tracebackhide__ = True
    expectation = answer.contracts.expectation(answer.operation, answer.status)
    if expectation is None:
        return
    for name in expectation.required_headers:
        if name not in answer.headers:
            answer.fail(
                "response_headers", f"the header {name}", f"{answer.status} without it: {answer.shown(sorted(answer.headers))}"
            )
    for name, schema in expectation.headers.items():
        text = answer.headers.get(name)
        if text is None or schema is None:
            continue
        errors = [answer.contracts.first_error(schema, reading) for reading in _readings(text)]
        if all(errors):
            answer.fail("response_headers", f"a header {name} that fits its schema", f"{name}: {text} ({errors[0]})")


def _has_no_body(answer: Answer) -> bool:
    return answer.request.method == "HEAD" or answer.status in NEVER_A_BODY


def _named(answer: Answer, error: str) -> str:
    return f"{answer.status} with {error}"


def _write_only(answer: Answer, schema: JsonSchema, value: object) -> Iterator[str]:
    """The pointers of what the document says is only written."""
    for pointer, part in subschemas(schema, value, answer.contracts.definitions):
        if part.get("writeOnly") is True:
            yield pointer


def _readings(text: str) -> Iterator[object]:
    """Everything that a header's text may mean."""
    yield text
    with contextlib.suppress(ValueError):
        yield json.loads(text)
    items = [item.strip() for item in text.split(",")]
    yield items
    if all(item.lstrip("-").isdecimal() for item in items):
        yield [int(item) for item in items]
