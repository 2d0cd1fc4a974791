"""Checks of one answer's media type, body and headers against the document."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

from .contracts import JsonSchema
from .decoding import decoded, why_unreadable
from .pointers import ABSENT, lookup
from .records import Answer
from .secret_words import is_secret
from .views import subschemas
from .wire_xml import xml_error

NEVER_A_BODY = frozenset({204, 205, 304})
SEQUENTIAL = frozenset(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines", "application/json-seq"}
)
XML = frozenset({"application/xml", "text/xml"})


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
        answer.minor("media_type", f"expected {expected}, got {actual}", expected, actual)
        return
    answer.fail("media_type", expected, actual)


def body_schema(answer: Answer) -> None:
    """A JSON body parses and fits the schema that the document gives for the status; so does each value of a row of JSON values (NDJSON).

    XML has to be well-formed. Other media types are not looked into.
    """
    __tracebackhide__ = True
    expectation = answer.contracts.expectation(answer.operation, answer.status)
    if expectation is None or not expectation.media_types or _has_no_body(answer):
        return
    name = expectation.media_type_for(answer.media_type) or next(iter(expectation.media_types))
    if not answer.content:
        answer.fail("body_schema", f"a body of media type {name}")
        return
    schema = expectation.media_types[name]
    if answer.media_type in SEQUENTIAL or answer.media_type.endswith("+json-seq"):
        _judge_rows(answer, schema)
    elif answer.media_type in XML or answer.media_type.endswith("+xml"):
        problem = xml_error(answer.content)
        if problem:
            answer.fail("body_schema", "a body that is well-formed XML", _named(answer, problem))
    elif answer.is_json:
        _judge_json(answer, schema, expectation.status)


def _judge_json(answer: Answer, schema: JsonSchema | None, status: str) -> None:
    __tracebackhide__ = True
    value = answer.body
    if value is ABSENT:
        reason = why_unreadable(answer.content)
        answer.fail("body_schema", "a body that is valid JSON", f"{answer.described()} ({reason})" if reason else "")
        return
    if schema is None:
        return
    error = answer.contracts.first_error(schema, value)
    if error:
        answer.fail("body_schema", f"a body that fits the documented schema of status {status}", _named(answer, error))
        return
    _judge_write_only(answer, schema, value)


def _judge_rows(answer: Answer, schema: JsonSchema | None) -> None:
    """Each value of a row is JSON and fits ``schema``; no value at all is a row too."""
    __tracebackhide__ = True
    rows = answer.rows
    if rows is None:
        answer.fail("body_schema", "a body of one JSON value after the other, each in a line or record of its own")
        return
    for number, row in enumerate(rows if schema is not None else [], 1):
        error = answer.contracts.first_error(schema, row) if schema is not None else None
        if error:
            answer.fail("body_schema", "values that fit their documented schema", _named(answer, f"value {number}: {error}"))
            return


def body_empty(answer: Answer) -> None:
    """The answer has no body."""
    __tracebackhide__ = True
    if not answer.content:
        return
    is_listed = answer.contracts.expectation(answer.operation, answer.status) is not None
    # Where another status is accepted, so is what belongs to it.
    if is_listed or not answer.excused("an answer without a body"):
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


def _judge_write_only(answer: Answer, schema: JsonSchema, value: object) -> None:
    """What the document says is only written is not shown: a remark, and a failure where it is a secret."""
    __tracebackhide__ = True

    def takes(branch: JsonSchema, part: object) -> bool:
        return answer.contracts.first_error(branch, part) is None

    leaked: dict[str, None] = {}
    for pointer, part in subschemas(schema, value, answer.contracts.definitions, takes=takes):
        if part.get("writeOnly") is not True:
            continue
        if _is_secret(pointer, part) and not _is_blank(lookup(value, pointer)):
            leaked[pointer] = None
        else:
            remark = f"the answer shows {pointer}, which the document says is only written"
            answer.minor("body_schema", remark, f"an answer without {pointer}, which is only written", f"it shows {pointer}")
    if leaked:
        # The value itself is not repeated: reports are read by more people than the API's answers.
        answer.fail(
            "body_schema", "no secret that the document says is only written", f"{answer.status} that shows {', '.join(leaked)}"
        )


def _is_secret(pointer: str, part: Mapping[str, object]) -> bool:
    """Whether a property's own name or its format says that it is one."""
    words = (pointer.rpartition("/")[2], str(part.get("format", "")))
    return any(is_secret(word) for word in words)


def _is_blank(value: object) -> bool:
    """Whether nothing is given away: null, an empty text, asterisks."""
    return value is None or value is ABSENT or (isinstance(value, str) and not value.strip("*\u2022 "))


def _readings(text: str) -> Iterator[object]:
    """Everything that a header's text may mean."""
    yield text
    with contextlib.suppress(ValueError):
        yield decoded(text)
    items = [item.strip() for item in text.split(",")]
    yield items
    if all(item.lstrip("-").isdecimal() for item in items):
        yield [int(item) for item in items]
