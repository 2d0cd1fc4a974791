"""Lines of the result plug-in, and lines that pretend to be."""

from __future__ import annotations

import json

import pytest

from specproof.domain.runs import Outcome, OutcomeKind
from specproof.execution.result_stream import (
    MAX_LINE_BYTES,
    Collected,
    CollectError,
    Finished,
    LineSplitter,
    Started,
    parse_line,
)


def line(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def outcome(**fields: object) -> Outcome:
    parsed = parse_line(line(**{"type": "outcome", "node_id": "a::b", "kind": "passed", **fields}))
    assert isinstance(parsed, Outcome)
    return parsed


def test_an_outcome_is_read_with_all_its_texts() -> None:
    texts = {
        "operation": "POST /books",
        "family": "crud",
        "title": "创建",
        "group": "商城 / 订单",
        "maintainer": "王小明",
        "check": "rejected",
        "expected": "4xx",
        "actual": "201",
    }

    parsed = outcome(case_id="c1", duration=0.5, curl="curl", message="m", remarks=["a", "b"], **texts)

    assert parsed == Outcome(
        case_id="c1",
        node_id="a::b",
        kind=OutcomeKind.PASSED,
        duration_seconds=0.5,
        curl="curl",
        message="m",
        remarks=("a", "b"),
        **texts,
    )


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        (line(type="collected", total=3), Collected(3)),
        (line(type="collected", total=-3), Collected(0)),
        (line(type="collected", total="3"), Collected(0)),
        (line(type="collected", total=10**12), Collected(1_000_000)),
        (line(type="started", node_id="a"), Started("a")),
        (line(type="collect_error", node_id="a", message="m"), CollectError("a", "m")),
        (line(type="finished", exit_code=1), Finished(1)),
        (line(type="nonsense"), None),
        (line(type=["outcome"]), None),
        (b"[]", None),
        (b"3", None),
        (b"\xff", None),
        (b"[" * 100_000, None),
        (line(type="outcome", kind="passed"), None),
        (line(type="outcome", node_id="a", kind="great"), None),
        (line(type="outcome", node_id="a"), None),
        (line(type="outcome", node_id=3, kind="passed"), None),
    ],
)
def test_each_kind_of_line_is_read_or_not_taken(text: bytes, parsed: object) -> None:
    assert parse_line(text) == parsed


def test_a_test_that_is_no_case_is_called_by_its_node() -> None:
    assert outcome().case_id == "a::b"


def test_texts_are_bounded_and_free_of_control_characters() -> None:
    parsed = outcome(message="a\x00\x1b[31m\n\t书\x85" + "x" * 10_000, node_id="n" * 1000)

    assert parsed.message.startswith("a\ufffd\ufffd[31m\n\t书\ufffdx")
    assert (len(parsed.message), len(parsed.node_id)) == (8000, 500)


@pytest.mark.parametrize(("duration", "seconds"), [(-1, 0.0), (1e300, 1e6), ("1", 0.0), (None, 0.0), (True, 1.0), (2, 2.0)])
def test_durations_are_finite_and_sensible(duration: object, seconds: float) -> None:
    assert outcome(duration=duration).duration_seconds == seconds


@pytest.mark.parametrize(("remarks", "kept"), [(None, 0), ("text", 0), ([1, {}, "a"], 3), (["x"] * 1000, 20)])
def test_remarks_are_a_bounded_list(remarks: object, kept: int) -> None:
    assert len(outcome(remarks=remarks).remarks) == kept


def test_lines_are_put_together_from_any_pieces() -> None:
    splitter = LineSplitter()
    text = b"one\ntwo\n\nthree\nrest"

    lines = [found for index in range(len(text)) for found in splitter.feed(text[index : index + 1])]

    assert lines == [b"one", b"two", b"three"]


def test_a_line_that_is_too_long_is_dropped_and_the_next_one_is_read() -> None:
    splitter = LineSplitter()
    lines: list[bytes] = []
    for piece in (b"x" * MAX_LINE_BYTES, b"y" * MAX_LINE_BYTES, b"z\nnext\n", b"w" * (MAX_LINE_BYTES + 1) + b"\nlast\n"):
        lines += splitter.feed(piece)

    assert lines == [b"next", b"last"]
    assert splitter.dropped == 2


def test_what_the_baseline_knows_comes_with_the_outcome() -> None:
    line = {"type": "outcome", "node_id": "a", "kind": "skipped", "known": ["GET / fails rejected", 5], "weight": "minor"}
    line |= {"rule": "r", "timings": ["t"], "failure_keys": ["k"]}
    outcome = parse_line(json.dumps(line).encode())
    assert isinstance(outcome, Outcome)
    assert (outcome.known, outcome.weight, outcome.is_known) == (("GET / fails rejected", "5"), "minor", True)
    assert (outcome.rule, outcome.timings, outcome.failure_keys) == ("r", ("t",), ("k",))
