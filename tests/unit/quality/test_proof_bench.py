"""The bench: a suite collected once, its cases run again and again against any server."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from proofsuites import PetServer, pets_files, pets_suite
from specproof.domain.suites import SuiteFile
from specproof.errors import SuiteUnprovableError
from specproof.quality.proof.bench import Bench, with_bench
from specproof.quality.proof.recording import CaseRun, CheckMade, Ending, answers_alike
from specproof.quality.proof.transport import MOST_REQUESTS
from specproof.reference.messages import Headers, Reply

HEAD = '"""By hand."""\n\nimport time\nimport pytest\nfrom checks_pets import expect, fresh, DIGITS\n\n\n'
CREATED = "POST /pets :: success"
READ_BACK = "GET /pets/{petId} :: after_create_shows_the_record"
TOO_LONG = "POST /pets :: name_too_long"


def alone(folder: Path, *case_ids: str, server: PetServer | None = None) -> list[CaseRun]:
    def work(bench: Bench) -> list[CaseRun]:
        judged = server or PetServer()
        return [bench.run_alone(case_id, judged) for case_id in case_ids or bench.items]

    return with_bench(folder, work)


def by_hand(tmp_path: Path, body: str, *, server: PetServer | None = None) -> CaseRun:
    folder = pets_suite(tmp_path, extra=HEAD + body)
    return alone(folder, "tests_pets/test_by_hand.py::test_it", server=server)[0]


def test_every_case_of_a_generated_suite_passes_on_a_conforming_server(tmp_path: Path) -> None:
    runs = alone(pets_suite(tmp_path))
    assert len(runs) > 20
    assert [run for run in runs if run.ending is not Ending.PASSED] == []
    assert all(run.exchanges for run in runs)


def test_a_failing_case_names_the_check_and_what_it_saw(tmp_path: Path) -> None:
    run = alone(pets_suite(tmp_path), READ_BACK, server=PetServer("forgets"))[0]
    assert run.ending is Ending.FAILED
    assert run.failure is not None
    assert (run.failure.check, run.failure.operation) == ("read_back", "GET /pets/{petId}")
    assert "Rex" in run.failure.actual
    assert "curl" in run.failure.curl


def test_a_case_tells_which_checks_it_made_and_which_control_it_depends_on(tmp_path: Path) -> None:
    created, refused = alone(pets_suite(tmp_path), CREATED, TOO_LONG)
    assert CheckMade("body_schema", "POST /pets") in created.checks
    assert CheckMade("rejected", "POST /pets") in refused.checks
    assert (created.control, refused.control) == ("", CREATED)
    assert [exchange.reply.status for exchange in refused.exchanges] == [400]


def test_a_control_sends_what_its_own_case_sends(tmp_path: Path) -> None:
    class Listening(PetServer):
        def __init__(self) -> None:
            super().__init__()
            self.heard: list[bytes] = []

        def __call__(self, method: str, target: str, headers: Headers, body: bytes) -> Reply:
            self.heard.append(body)
            return super().__call__(method, target, headers, body)

    folder, as_control, by_itself = pets_suite(tmp_path), Listening(), Listening()
    alone(folder, TOO_LONG, server=as_control)
    alone(folder, CREATED, server=by_itself)
    assert as_control.heard[:2] == by_itself.heard
    assert len(as_control.heard) == 3


def test_a_control_is_tried_once_for_each_server(tmp_path: Path) -> None:
    class Counting(PetServer):
        posts = 0

        def __call__(self, method: str, target: str, headers: Headers, body: bytes) -> Reply:
            self.posts += method == "POST"
            return super().__call__(method, target, headers, body)

    server = Counting()
    alone(pets_suite(tmp_path), TOO_LONG, TOO_LONG, TOO_LONG, server=server)
    assert server.posts == 4


def test_what_cleans_up_after_a_case_is_told_from_what_judges_it(tmp_path: Path) -> None:
    read, created = alone(pets_suite(tmp_path), READ_BACK, CREATED)
    assert [exchange.method for exchange in read.exchanges] == ["POST", "GET", "DELETE"]
    assert (read.judged, created.judged) == (2, 1)


def test_requests_after_the_cleaning_up_judge_too(tmp_path: Path) -> None:
    body = (
        "@pytest.fixture\ndef watch(specproof_suite):\n    yield\n    from checks_pets.outcome import CaseNotes\n"
        "    assert specproof_suite.api_for(CaseNotes()).send('GET', '/pets').body == []\n\n\n"
        "def test_it(watch, api):\n    pet = api.send('POST', '/pets', json={'name': 'Tom'})\n"
        "    api.cleanup('DELETE', '/pets/{petId}', path={'petId': pet.find('/id')})\n"
    )
    run = by_hand(tmp_path, body)
    assert (run.ending, len(run.exchanges), run.judged) == (Ending.PASSED, 3, 3)
    assert by_hand(tmp_path / "b", body, server=PetServer("keeps")).ending is Ending.FAILED


def test_what_is_remembered_of_the_wire_changes_nothing(tmp_path: Path) -> None:
    folder = pets_suite(tmp_path / "as-shipped")
    client = folder / "checks_pets" / "client.py"
    other = pets_suite(tmp_path / "changed")
    (other / "checks_pets" / "client.py").write_text(client.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")

    def work(bench: Bench) -> list[CaseRun]:
        servers = [PetServer(), PetServer("forgets"), PetServer(seconds=31.0), PetServer()]
        done = [bench.run_alone(case, server) for server in servers for case in bench.items]
        return [replace(run, seconds=0.0, readings=(), has_clock=False) for run in done]

    assert with_bench(folder, work) == with_bench(other, work)


def test_a_case_finds_the_server_as_its_control_found_it(tmp_path: Path) -> None:
    control_that_leaves_a_pet = "def test_it(api):\n    assert api.send('GET', '/pets').body == []\n"
    folder = pets_suite(tmp_path, extra=HEAD + control_that_leaves_a_pet)
    entry = {"test_it": {"id": "mine", "operation": "GET /pets", "family": "crud", "control": CREATED}}
    (folder / "cases" / "test_by_hand.json").write_text(json.dumps(entry), encoding="utf-8")
    assert alone(folder, "mine")[0].ending is Ending.PASSED


def test_what_somebodys_session_fixture_makes_is_there_for_each_case(tmp_path: Path) -> None:
    body = (
        "@pytest.fixture(scope='session')\ndef pet(specproof_suite):\n    from checks_pets.outcome import CaseNotes\n"
        "    api = specproof_suite.api_for(CaseNotes())\n    return api.send('POST', '/pets', json={'name': 'Tom'}).at('/id')\n\n\n"
        "@pytest.mark.parametrize('n', [1, 2])\ndef test_it(api, pet, n):\n"
        "    assert api.send('GET', '/pets/{petId}', path={'petId': pet}).status == 200\n"
    )
    cases = [f"tests_pets/test_by_hand.py::test_it[{n}]" for n in (1, 2)]
    assert [run.ending for run in alone(pets_suite(tmp_path, extra=HEAD + body), *cases)] == [Ending.PASSED, Ending.PASSED]


def test_the_same_seed_and_the_same_replies_give_the_same_requests(tmp_path: Path) -> None:
    def work(bench: Bench) -> tuple[CaseRun, CaseRun, CaseRun]:
        server = PetServer()
        first, again, other = (bench.run_alone(READ_BACK, server, seed=seed) for seed in ("one", "one", "two"))
        return first, again, other

    first, again, other = with_bench(pets_suite(tmp_path), work)
    assert first.exchanges == again.exchanges
    assert first.exchanges != other.exchanges


def test_the_same_seed_gives_the_same_requests_in_another_collection(tmp_path: Path) -> None:
    folder = pets_suite(tmp_path)
    assert alone(folder, READ_BACK)[0].exchanges == alone(folder, READ_BACK)[0].exchanges


def test_what_a_control_has_cleaned_up_does_not_shorten_its_case(tmp_path: Path) -> None:
    body = """def test_it(api):
    pet = api.send("POST", "/pets", json={"name": fresh("Rex-", (DIGITS, 8))})
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": pet.find("/id")})
    expect(api.send("GET", "/pets")).no_server_error()
"""
    folder = pets_suite(tmp_path, extra=HEAD + body)
    entry = {"test_it": {"id": "mine", "operation": "GET /pets", "family": "crud", "control": CREATED}}
    (folder / "cases" / "test_by_hand.json").write_text(json.dumps(entry), encoding="utf-8")
    run = alone(folder, "mine")[0]
    # The control has made a pet and deleted it: two requests, as many as the case sends before it cleans up.
    assert [exchange.method for exchange in run.exchanges] == ["POST", "GET", "DELETE"]
    assert run.judged == 2


def test_a_control_that_one_server_accepted_does_not_speak_for_the_next(tmp_path: Path) -> None:
    def work(bench: Bench) -> list[Ending]:
        class Refusing(PetServer):
            def __call__(self, *request: object) -> object:  # type: ignore[override]
                return self._said(400, {"message": "everything is refused"})

        servers = [PetServer(), Refusing(), PetServer()]
        return [bench.run_alone(TOO_LONG, server).ending for server in servers]

    assert with_bench(pets_suite(tmp_path), work) == [Ending.PASSED, Ending.SKIPPED, Ending.PASSED]


def test_cases_run_together_share_one_session_and_one_state(tmp_path: Path) -> None:
    def work(bench: Bench) -> tuple[list[CaseRun], list[CaseRun], int]:
        server = PetServer()
        alone = [bench.run_alone(case_id, server) for case_id in bench.items]
        server.reset()
        return alone, bench.run_together(list(bench.items), server, seed="x"), server.number

    apart, together, number = with_bench(pets_suite(tmp_path), work)
    assert {run.ending for run in together} == {Ending.PASSED}
    assert number > 10  # ids go on from case to case
    more = sum(len(run.exchanges) for run in together) - sum(len(run.exchanges) for run in apart)
    assert 0 <= more <= 3 * len({run.control for run in together})  # a control is sent once, and not for each case


def test_notes_of_a_run_do_not_pile_up_on_its_item(tmp_path: Path) -> None:
    def work(bench: Bench) -> tuple[int, int]:
        before = len(bench.items[READ_BACK].user_properties)
        for _ in range(3):
            bench.run_alone(READ_BACK, PetServer("forgets"))
        return before, len(bench.items[READ_BACK].user_properties)

    before, after = with_bench(pets_suite(tmp_path), work)
    assert before == after


def test_waiting_costs_no_time(tmp_path: Path) -> None:
    body = (
        "def test_it(api):\n    start = time.monotonic()\n    while time.monotonic() < start + 3600:\n"
        "        api.send('GET', '/pets')\n        time.sleep(600)\n"
    )
    # Who waits for real does so for an hour.
    run = by_hand(tmp_path, body)
    assert run.ending is Ending.PASSED, run.failure
    assert len(run.exchanges) == 6
    assert time.sleep is not None
    assert time.sleep.__module__ == "time"


def test_a_server_that_says_it_took_too_long_is_a_timeout(tmp_path: Path) -> None:
    body = "def test_it(api):\n    expect(api.send('GET', '/pets')).status_expected(200)\n"
    slow = by_hand(tmp_path / "slow", body, server=PetServer(seconds=31.0))
    assert slow.failure is not None
    assert slow.failure.check == "no_server_error"
    assert "30 seconds" in slow.failure.actual
    assert by_hand(tmp_path / "patient", body, server=PetServer(seconds=29.0)).ending is Ending.PASSED


def test_a_case_that_never_stops_sending_is_stopped(tmp_path: Path) -> None:
    run = by_hand(tmp_path, "def test_it(api):\n    while True:\n        api.send('GET', '/pets')\n")
    assert run.failure is not None
    assert run.failure.check == "error"
    assert str(MOST_REQUESTS) in run.failure.actual


@pytest.mark.parametrize("ending", ["raise ValueError('mine')", "assert 1 == 2", "pytest.exit('enough')", "raise SystemExit(0)"])
def test_an_exception_that_is_no_failed_check_is_an_error(tmp_path: Path, ending: str) -> None:
    run = by_hand(tmp_path, f"def test_it(api):\n    api.send('GET', '/pets')\n    {ending}\n")
    assert run.ending is Ending.FAILED
    assert run.failure is not None
    assert run.failure.check == "error"


def test_a_skipped_case_is_skipped_and_an_expected_failure_too(tmp_path: Path) -> None:
    assert by_hand(tmp_path / "a", "def test_it(api):\n    pytest.skip('no')\n").ending is Ending.SKIPPED
    marked = "@pytest.mark.xfail(reason='known')\ndef test_it(api):\n    assert False\n"
    assert by_hand(tmp_path / "b", marked).ending is Ending.SKIPPED
    strict = "@pytest.mark.xfail(strict=True)\ndef test_it(api):\n    pass\n"
    assert by_hand(tmp_path / "c", strict).ending is Ending.FAILED


def test_rows_of_a_parametrized_case_are_cases_of_their_own(tmp_path: Path) -> None:
    body = "@pytest.mark.parametrize('n', [1, 2])\ndef test_it(api, n):\n    api.send('GET', '/pets')\n"
    source = f"import pytest\n{body}"
    runs = alone(pets_suite(tmp_path, extra=source))
    assert [run.case_id for run in runs if "by_hand" in run.case_id] == [
        "tests_pets/test_by_hand.py::test_it[1]",
        "tests_pets/test_by_hand.py::test_it[2]",
    ]


def test_nothing_of_a_suite_stays_in_this_process(tmp_path: Path) -> None:
    environment, path = dict(os.environ), list(sys.path)
    alone(pets_suite(tmp_path), CREATED)
    assert not [name for name in sys.modules if name.startswith(("checks_pets", "tests_pets"))]
    assert dict(os.environ) == environment
    assert sys.path == path
    assert not list(tmp_path.rglob("*.pyc"))


def test_byte_code_that_lies_in_a_suite_is_not_believed(tmp_path: Path) -> None:
    import py_compile

    folder = pets_suite(tmp_path, extra="def test_it(api):\n    assert False\n")
    module = folder / "tests_pets" / "test_by_hand.py"
    py_compile.compile(str(module), doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    module.write_text("def test_it(api):\n    api.send('GET', '/pets')\n")
    assert alone(folder, "tests_pets/test_by_hand.py::test_it")[0].ending is Ending.PASSED


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("tests_pets/test_by_hand.py", "def test_it(:\n", "SyntaxError"),
        ("tests_pets/test_by_hand.py", "import nothing_of_the_kind\n", "nothing_of_the_kind"),
        ("conftest.py", "raise RuntimeError('broken conftest')\n", "broken conftest"),
        ("checks_pets/client.py", "raise RuntimeError('broken client')\n", "broken client"),
    ],
)
def test_a_suite_that_does_not_collect_says_why(tmp_path: Path, path: str, content: str, said: str) -> None:
    kept = [file for file in pets_files() if file.path != path]
    folder = pets_suite(tmp_path, files=[*kept, SuiteFile(path, content)])
    with pytest.raises(SuiteUnprovableError, match=said):
        alone(folder)


def test_a_folder_without_tests_or_without_the_seam_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SuiteUnprovableError):
        alone(tmp_path / "empty")
    sourced = [SuiteFile(f.path, f.content.replace("def make_transport", "def made_transport")) for f in pets_files()]
    sourced = [SuiteFile(f.path, f.content.replace("or make_transport()", "or made_transport()")) for f in sourced]
    with pytest.raises(SuiteUnprovableError, match="make_transport"):
        alone(pets_suite(tmp_path / "sealed", files=sourced))


def test_a_server_answers_alike_only_if_every_reply_is_the_recorded_one(tmp_path: Path) -> None:
    run = alone(pets_suite(tmp_path), READ_BACK)[0]
    assert answers_alike(PetServer(), run.exchanges)
    assert not answers_alike(PetServer("forgets"), run.exchanges)
    assert not answers_alike(PetServer(seconds=0.5), run.exchanges)


def test_what_a_team_accepts_of_its_api_says_nothing_of_its_suite(tmp_path: Path) -> None:
    body = "def test_it(api):\n    api.send('GET', '/pets').fail('rejected', 'something else')\n"
    folder = pets_suite(tmp_path, extra=body)
    (folder / "specproof.toml").write_text(
        '[operations."GET /pets"]\nseverity.rejected = "remark"\nreason = "x"\n', encoding="utf-8"
    )
    (folder / "baseline.json").write_text("no baseline", encoding="utf-8")
    assert alone(folder, "tests_pets/test_by_hand.py::test_it")[0].ending is Ending.FAILED
