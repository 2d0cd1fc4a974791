"""A target that was said not to remember: what is judged all the same, and what is skipped aloud."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

from specproof.checks.client import Api, Connection
from specproof.checks.contracts import Contracts
from specproof.checks.credentials import Auth, Credentials, empty, misplaced, wrong
from specproof.checks.expectation import CHECKS, expect
from specproof.checks.outcome import CaseNotes, CheckFailure
from specproof.checks.stateless import ON_VALUES, REASON, VARIABLE, is_wanted, unjudged
from unit.checks.checkfakes import SCHEMES, SECRETS, response

Skipped = pytest.skip.Exception


def mock(status: int = 200, body: Any = None, *, remembers: bool = False) -> Api:
    """An API that gives one answer to everything."""
    transport = httpx2.MockTransport(lambda _: response(status, body))
    connection = Connection("http://api.test", transport=transport, remembers=remembers)
    return Api(connection, Contracts({}, {}), Credentials(SCHEMES, SECRETS), CaseNotes())


def test_an_example_need_not_be_what_was_sent() -> None:
    with pytest.raises(Skipped, match=f"{REASON}: echo was not judged"):
        expect(mock(201, {"name": "example"}).send("POST", "/things", json={"name": "sent"})).echo()
    with pytest.raises(CheckFailure):
        expect(mock(201, {"name": "example"}, remembers=True).send("POST", "/things", json={"name": "sent"})).echo()


@pytest.mark.parametrize("check", sorted(ON_VALUES))
def test_a_server_error_fails_whatever_would_have_been_compared(check: str) -> None:
    answer = mock(500).send("GET", "/things")
    with pytest.raises(CheckFailure) as failure:
        expect(answer)._checked(check)
    assert failure.value.check == "no_server_error"


def test_only_checks_that_exist_are_left_out() -> None:
    assert set(CHECKS) > ON_VALUES


def test_the_documents_own_rules_are_judged() -> None:
    for check in ("rejected", "method_refused"):
        with pytest.raises(CheckFailure) as failure:
            expect(mock().send("GET", "/things"))._checked(check)
        assert failure.value.check == check


@pytest.mark.parametrize("shown", [None, empty("TOKEN"), empty("KEY"), misplaced("TOKEN")])
def test_that_no_credential_of_the_right_form_was_sent_can_be_seen(shown: Auth | None) -> None:
    with pytest.raises(CheckFailure):
        expect(mock().send("GET", "/things", auth=shown)).unauthenticated()


@pytest.mark.parametrize("shown", [wrong("TOKEN"), wrong("PAIR"), wrong("KEY"), empty("PAIR")])
def test_which_credentials_were_issued_is_not_known(shown: Auth) -> None:
    with pytest.raises(Skipped, match="unauthenticated was not judged"):
        expect(mock().send("GET", "/things", auth=shown)).unauthenticated()


def test_an_example_of_an_id_may_break_the_rules_of_the_path() -> None:
    first, later = mock(400), mock(400)
    with pytest.raises(CheckFailure):
        expect(first.send("GET", "/things")).status_expected(200)
    later.send("POST", "/things")
    with pytest.raises(Skipped, match="status_expected was not judged"):
        expect(later.send("GET", "/things/{id}", path={"id": 1})).status_expected(200)


def test_that_a_key_is_taken_is_not_known() -> None:
    api = mock(201)
    with pytest.raises(CheckFailure):
        expect(api.send("POST", "/things")).status_expected(409)
    with pytest.raises(Skipped, match="status_expected was not judged"):
        expect(api.send("POST", "/things")).status_expected(409)
    with pytest.raises(CheckFailure):
        expect(api.send("POST", "/things")).status_expected(200)


@pytest.mark.parametrize(("text", "wanted"), [("", False), ("0", False), ("False", False), ("1", True), ("true", True)])
def test_the_variable_says_it_too(monkeypatch: pytest.MonkeyPatch, text: str, wanted: bool) -> None:
    monkeypatch.setenv(VARIABLE, text)
    assert is_wanted(option=False) is wanted
    assert is_wanted(option=True)


def test_the_summary_counts_what_was_not_judged() -> None:
    texts = [(f"{REASON}: echo was not judged", True), ("no credential", True), (f"{REASON}: shown in a failure", False)]
    reports: Any = [SimpleNamespace(skipped=skipped, longrepr=("file", 1, text)) for text, skipped in texts]
    assert unjudged(reports).startswith(f"1 case was skipped: {REASON}")
    assert unjudged([]).startswith(f"0 cases were skipped: {REASON}")
