"""The runs on a server without a fault: what each of them finds wrong with a suite."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofsuites import PetServer, pets_suite
from specproof.domain.proofs import HealthyRun
from specproof.errors import ProofError
from specproof.quality.proof import healthy
from specproof.quality.proof.bench import with_bench
from specproof.quality.proof.replaying import Recordings
from specproof.quality.proof.variation import alarms_on
from specproof.reference.messages import Headers, Reply

HEAD = "from checks_pets import expect, fresh, DIGITS\n\n\n"


class Peopled(PetServer):
    def populate(self, count: int) -> None:
        for number in range(1001, 1001 + count):
            self.pets[str(number)] = {"id": number, "name": f"stranger {number}"}


class PetReference:
    def server(self) -> Peopled:
        return Peopled()

    def records(self, server: Peopled) -> int:
        return len(server.pets)


def run(folder: Path, name: str) -> tuple[HealthyRun, int]:
    def work(bench: object) -> healthy.Done:
        runs = healthy.HealthyRuns(bench, PetReference(), seed="seed", strangers=7)  # type: ignore[arg-type]
        return runs.run(name, list(bench.items))  # type: ignore[attr-defined]

    done = with_bench(folder, work)
    return done.run, done.requests


def with_tests(folder: Path, body: str, name: str) -> HealthyRun:
    return run(pets_suite(folder, extra=HEAD + body), name)[0]


@pytest.mark.parametrize("name", [healthy.SHUFFLED, healthy.PARALLEL, healthy.POPULATED])
def test_a_generated_suite_is_green_in_every_run(tmp_path: Path, name: str) -> None:
    done, requests = run(pets_suite(tmp_path), name)
    assert done.name == name
    assert done.is_green, done.alarms
    assert done.passed > 20
    assert requests > done.passed


@pytest.mark.parametrize("name", [healthy.SHUFFLED, healthy.PARALLEL, healthy.POPULATED])
def test_every_run_is_the_same_each_time(tmp_path: Path, name: str) -> None:
    flaw = "def test_it(api):\n    api.send('POST', '/pets', json={'name': fresh((DIGITS, 9))})\n    assert False, api.answers[0].body\n"
    folder = pets_suite(tmp_path, extra=HEAD + flaw)
    assert run(folder, name) == run(folder, name)


def test_an_order_that_matters_shows_in_the_shuffled_run(tmp_path: Path) -> None:
    body = "SEEN = []\n\n\n" + "".join(
        f"def test_{n}(api):\n    api.send('GET', '/pets')\n    SEEN.append({n})\n    assert len(SEEN) == {n}\n\n\n"
        for n in range(1, 7)
    )
    assert with_tests(tmp_path, body, healthy.SHUFFLED).alarms


def test_counting_all_records_shows_in_the_parallel_and_in_the_populated_run(tmp_path: Path) -> None:
    body = (
        "def test_it(api):\n    before = len(api.send('GET', '/pets').body)\n    made = api.send('POST', '/pets', json={'name': 'Tom'})\n"
        "    api.cleanup('DELETE', '/pets/{petId}', path={'petId': made.find('/id')})\n"
        "    assert len(api.send('GET', '/pets').body) == before + 1\n"
    )
    folder = pets_suite(tmp_path, extra=HEAD + body)
    assert not run(folder, healthy.SHUFFLED)[0].alarms
    alarms = run(folder, healthy.PARALLEL)[0].alarms
    assert [alarm.case_id for alarm in alarms] == ["tests_pets/test_by_hand.py::test_it"]


def test_taking_the_database_for_empty_shows_in_the_populated_run(tmp_path: Path) -> None:
    body = "def test_it(api):\n    assert api.send('GET', '/pets').body == []\n"
    assert with_tests(tmp_path, body, healthy.POPULATED).alarms


def test_what_a_suite_leaves_behind_is_counted(tmp_path: Path) -> None:
    body = "def test_it(api):\n    api.send('POST', '/pets', json={'name': 'Tom'})\n"
    folder = pets_suite(tmp_path, extra=HEAD + body)
    assert [run(folder, name)[0].leftovers for name in (healthy.SHUFFLED, healthy.PARALLEL, healthy.POPULATED)] == [1, 2, 1]


def test_deleting_what_is_not_its_own_is_an_alarm(tmp_path: Path) -> None:
    body = (
        "def test_it(api):\n    for pet in api.send('GET', '/pets').body:\n"
        "        api.send('DELETE', '/pets/{petId}', path={'petId': pet['id']})\n"
    )
    done = with_tests(tmp_path, body, healthy.POPULATED)
    assert [alarm.check for alarm in done.alarms] == ["unchanged"]
    assert "7 records of somebody else" in done.alarms[0].actual


def test_a_second_run_that_dies_is_an_error_and_no_green_run(tmp_path: Path) -> None:
    body = "import os\n\nPID = os.getpid()\n\n\ndef test_it(api):\n    api.send('GET', '/pets')\n    if os.getpid() != PID:\n        os._exit(0)\n"
    with pytest.raises(ProofError, match="second of two parallel runs died"):
        with_tests(tmp_path, body, healthy.PARALLEL)


class Wordy(Peopled):
    """Legal: an extra header."""

    def __call__(self, method: str, target: str, headers: Headers, body: bytes) -> Reply:
        reply = super().__call__(method, target, headers, body)
        return reply._replace(headers=(*reply.headers, ("x-served-by", "7")))


class Full(Peopled):
    """Legal: somebody else was there before."""

    def reset(self) -> None:
        super().reset()
        self.populate(3)


@pytest.mark.parametrize("shortcut", [True, False])
def test_a_case_that_is_too_strict_raises_an_alarm_on_a_variant(tmp_path: Path, shortcut: bool) -> None:
    body = "def test_it(api):\n    assert len(api.send('GET', '/pets').headers) == 1\n"
    body += "\n\ndef test_empty(api):\n    assert api.send('GET', '/pets').body == []\n"

    def work(bench: object) -> list[list[str]]:
        server = Peopled()
        runs = [bench.run_alone(case_id, server) for case_id in bench.items]  # type: ignore[attr-defined]
        recordings = Recordings(runs, Peopled(), lambda _: frozenset()) if shortcut else None
        found = [alarms_on(judged, bench, list(bench.items), recordings=recordings) for judged in (Wordy(), Full())]  # type: ignore[attr-defined,arg-type]
        return [[alarm.case_id.partition("::")[2] for alarm in alarms] for alarms in found]

    assert with_bench(pets_suite(tmp_path, extra=HEAD + body), work) == [["test_it"], ["test_empty"]]
