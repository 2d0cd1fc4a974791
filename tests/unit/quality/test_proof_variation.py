"""Alarms on a legal difference: a few cases of each manner are run, and all of a manner where one of the few fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofsuites import PetServer, pets_suite
from specproof.quality.proof.bench import Bench, with_bench
from specproof.quality.proof.recording import CaseRun
from specproof.quality.proof.replaying import FEW, Recordings
from specproof.quality.proof.variation import alarms_on
from specproof.reference.messages import Headers, Reply

HEAD = '"""By hand."""\n\n\n'
MODULE = "tests_pets/test_by_hand.py::"
COUNT = FEW + 4


class Wordy(PetServer):
    """Says more than it must."""

    def __call__(self, method: str, target: str, headers: Headers, body: bytes) -> Reply:
        reply = super().__call__(method, target, headers, body)
        return reply._replace(body=reply.body.replace(b'"id"', b'"more": 1, "id"'))


def alarmed(folder: Path, judgement: str) -> tuple[int, int]:
    """How many cases alarm on a wordy server, and how many were run on it: each of them sends a name of its own."""
    cases = "".join(
        f"def test_{number}(api):\n    answer = api.send('POST', '/pets', json={{'name': 'Tom{number}'}})\n    {judgement}\n\n\n"
        for number in range(COUNT)
    )
    runs = 0

    def work(bench: Bench) -> int:
        nonlocal runs
        own = [case_id for case_id in bench.items if case_id.startswith(MODULE)]
        recorded = [bench.run_alone(case_id, PetServer()) for case_id in own]
        recordings = Recordings(recorded, PetServer(), lambda _: frozenset())
        run_alone = bench.run_alone

        def counted(case_id: str, server: PetServer) -> CaseRun:
            nonlocal runs
            runs += 1
            return run_alone(case_id, server)

        bench.run_alone = counted  # type: ignore[method-assign,assignment]
        return len(alarms_on(Wordy(), bench, own, recordings=recordings))

    found = with_bench(pets_suite(folder, extra=HEAD + cases), work)
    return found, runs


@pytest.mark.parametrize(
    ("judgement", "alarms", "runs"),
    [
        ("assert 'Tom' in answer.body['name']", 0, FEW),
        ("assert sorted(answer.body) == ['id', 'name']", COUNT, COUNT),
        ("assert answer.status == 201", 0, 0),
    ],
)
def test_a_few_of_each_manner_speak_for_all_until_one_of_them_fails(
    tmp_path: Path, judgement: str, alarms: int, runs: int
) -> None:
    assert alarmed(tmp_path, judgement) == (alarms, runs)


def test_cases_that_do_something_else_are_of_another_manner(tmp_path: Path) -> None:
    other = "assert 'Tom' in answer.body['name'] and (not answer.body['name'].endswith('6') or api.send('GET', '/pets').body)"
    assert alarmed(tmp_path, other) == (0, FEW + 1)
