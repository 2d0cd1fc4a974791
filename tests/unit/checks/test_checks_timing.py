"""How long answers take: measured always, judged by a budget that somebody has set."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from specproof.checks.outcome import CaseNotes, CheckFailure
from specproof.checks.records import Answer
from specproof.checks.timing_checks import AT_ONCE, TIMING, WARM_UP, quantile, response_time
from unit.checks.checkfakes import api_of, response


def asked(statuses: list[int] | None = None, **changes: Any) -> tuple[Answer, list[str], CaseNotes]:
    """An answer, what was asked since, and the case's notes."""
    seen: list[str] = []
    case = CaseNotes()

    def respond(request: httpx2.Request) -> httpx2.Response:
        seen.append(str(request.url))
        return response((statuses or [200])[min(len(seen), len(statuses or [200])) - 1], {"items": []})

    answer = api_of(respond, case=case).send("GET", "/things", query={"limit": 3})
    seen.clear()
    return replace(answer, **changes), seen, case


def test_the_same_request_is_sent_again_after_a_warm_up() -> None:
    answer, seen, case = asked()
    response_time(answer, times=7)
    assert seen == ["http://api.test/v1/things?limit=3"] * (WARM_UP + 7)
    ((name, text),) = case.properties
    assert name == TIMING
    assert str(text).startswith("GET /things: p50 ")
    assert str(text).endswith("of 7 in a row")


def test_on_a_network_it_is_asked_by_several_at_once_too() -> None:
    answer, seen, case = asked(pause=time.sleep)
    response_time(answer, times=20)
    assert len(seen) == WARM_UP + 40
    assert str(case.properties[0][1]).endswith(f"by {AT_ONCE} at once")


def test_a_crash_among_many_answers_is_a_failure() -> None:
    answer, _, _ = asked([200] * (WARM_UP + 3) + [500])
    with pytest.raises(CheckFailure) as failure:
        response_time(answer, times=10)
    assert failure.value.check == "no_server_error"


def test_only_a_budget_makes_slowness_a_failure() -> None:
    answer, _, _ = asked()
    response_time(answer, times=5)
    response_time(answer, times=5, p95_ms=60_000)
    with pytest.raises(CheckFailure) as failure:
        response_time(answer, times=5, p95_ms=0.000001)
    assert failure.value.check == "response_time"
    assert failure.value.expected == "19 in 20 answers within 1e-06 ms"


@pytest.mark.parametrize(
    ("count", "share", "expected"), [(20, 0.95, 19), (20, 0.5, 10), (20, 0.99, 20), (1, 0.5, 1), (3, 0.5, 2)]
)
def test_quantiles_are_values_that_were_measured(count: int, share: float, expected: int) -> None:
    assert quantile(list(range(1, count + 1)), share) == expected
