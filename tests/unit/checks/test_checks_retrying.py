"""Which failed cases run once more by themselves."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from specproof.checks.retrying import Retries


def times_run(*properties: tuple[str, str]) -> int:
    """How often a case runs that always fails with these properties."""
    runs = 0

    def protocol(item: Any, *, log: bool, nextitem: object) -> list[Any]:
        nonlocal runs
        runs += 1
        assert not log
        assert nextitem is None
        return [SimpleNamespace(failed=True, passed=False, user_properties=[*properties])]

    item = SimpleNamespace(user_properties=[], stash=pytest.Stash())
    reports = Retries(protocol).reports(cast("pytest.Item", item), None)
    assert reports[0].failed
    return runs


@pytest.mark.parametrize(
    ("properties", "runs"),
    [
        ([("specproof_check", "echo"), ("specproof_cause", "201 {id: number} to success")], 2),
        ([("specproof_check", "no_server_error"), ("specproof_cause", "no answer")], 2),
        ([("specproof_check", "no_server_error"), ("specproof_cause", "no answer in time to success")], 1),
        ([], 1),
    ],
)
def test_a_failed_check_is_tried_again_unless_the_wait_was_in_vain(properties: list[tuple[str, str]], runs: int) -> None:
    assert times_run(*properties) == runs
