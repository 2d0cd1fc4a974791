"""Suites of an API that answers HTTP 200 to everything: what its code says is what counts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from envelope_api import CREDENTIALS, document, orders
from specproof.bootstrap.generation import GenerationPolicy, generate_suite
from specproof.domain.suites import SuiteChoices
from suiteruns import run_suites, written

LIST = "test_get_orders__valid_request__succeeds"


def suite_in(folder: Path, choices: SuiteChoices | None = None) -> Path:
    made = generate_suite(GenerationPolicy(), json.dumps(document()).encode(), "orders", None, choices)
    return written(folder, made.suite.files)


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return suite_in(tmp_path_factory.mktemp("suites") / "orders")


@pytest.mark.parametrize(
    "variant", ["", *(pytest.param(one, marks=pytest.mark.slow) for one in ("http_statuses", "null_for_unknown"))]
)
def test_no_false_alarm_however_the_api_refuses(suite: Path, variant: str) -> None:
    with orders(variant) as server:
        run = run_suites(suite, api_url=server.url, environment=CREDENTIALS)
        assert run.returncode == 0, run.output
        assert server.orders == {}
    # These orders are everybody's: nothing can be said of a second user.
    apart = {name for name in run.outcomes if "by_another_user" in name}
    assert run.names("passed") | apart == set(run.outcomes)
    assert len(run.names("passed")) > 15


def test_an_error_inside_of_a_200_is_found(suite: Path) -> None:
    with orders("crashes_inside") as server:
        run = run_suites(suite, api_url=server.url, environment=CREDENTIALS)
    assert run.names("failure") == {LIST}
    assert run.property(LIST, "specproof_check") == ["business_code"]
    assert run.property(LIST, "specproof_expected") == ["`code` to be 0, which means success"]
    assert run.property(LIST, "specproof_actual") == ['200 with code 500 "系统异常"']
    assert run.property(LIST, "specproof_maintainer") == ["王小明"]
    assert run.property(LIST, "specproof_group") == ["商城 / 订单"]


@pytest.mark.slow
def test_an_accepted_invalid_body_is_found(suite: Path) -> None:
    with orders("accepts_invalid") as server:
        run = run_suites(suite, api_url=server.url, environment=CREDENTIALS)
    red = run.names("failure")
    assert {name for name in red if run.property(name, "specproof_check") == ["rejected"]} == red
    assert len(red) >= 6
    some = min(red)
    assert "a 4xx status or a `code` other than 0" in run.property(some, "specproof_expected")[0]


@pytest.mark.slow
def test_an_open_door_and_a_record_that_stays_are_found(suite: Path) -> None:
    with orders("open_door") as server:
        run = run_suites(suite, api_url=server.url, environment=CREDENTIALS)
    assert {check for name in run.names("failure") for check in run.property(name, "specproof_check")} == {"unauthenticated"}
    with orders("keeps_deleted") as server:
        run = run_suites(suite, api_url=server.url, environment=CREDENTIALS)
    assert {check for name in run.names("failure") for check in run.property(name, "specproof_check")} == {"deleted"}


def test_a_refused_set_up_skips_and_a_refused_control_too(suite: Path) -> None:
    with orders("refuses_all") as server:
        run = run_suites(suite, api_url=server.url, environment=CREDENTIALS, options=("-rs",))
    # The create's own case fails; what needs a record is not judged.
    assert {check for name in run.names("failure") for check in run.property(name, "specproof_check")} == {"business_code"}
    assert len(run.names("skipped")) > 5
    assert "cannot be prepared: POST /orders answered 200 OK" in run.output


def test_the_report_of_a_run_names_the_maintainer(suite: Path) -> None:
    command = [sys.executable, "-m", "specproof", "run", str(suite), "--url"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SPECPROOF_", "PYTEST", "COV"))}
    with orders("crashes_inside") as server:
        done = subprocess.run(
            [*command, server.url], env={**kept, **CREDENTIALS}, capture_output=True, text=True, timeout=120, check=False
        )
    assert done.returncode == 1, done.stderr
    assert "  check    business_code" in done.stdout
    assert "  maintainer: 王小明" in done.stdout


@pytest.mark.slow
def test_switched_off_a_200_is_a_200(tmp_path: Path) -> None:
    suite = suite_in(tmp_path / "orders", SuiteChoices(business_code="off"))
    with orders("crashes_inside") as server:
        run = run_suites(suite, api_url=server.url, environment=CREDENTIALS)
    assert "business_code" not in {check for name in run.outcomes for check in run.property(name, "specproof_check")}


def test_a_gated_suite_judges_what_is_far_enough_and_still_cleans_up(tmp_path: Path) -> None:
    suite = suite_in(tmp_path / "orders", SuiteChoices(from_status="tested"))
    with orders() as server:
        run = run_suites(suite, api_url=server.url, environment=CREDENTIALS)
        assert run.returncode == 0, run.output
        assert server.orders == {}
    assert {value for name in run.outcomes for value in run.property(name, "specproof_operation")} == {
        "POST /orders",
        "GET /orders/{orderId}",
    }
