"""Which cases are run on a server, and which are known to end as they did."""

from __future__ import annotations

from pathlib import Path

from proofsuites import PetServer, pets_suite
from specproof.quality.proof.bench import Bench, with_bench
from specproof.quality.proof.recording import Ending
from specproof.quality.proof.replaying import Recordings
from specproof.quality.proof.trial import Trial
from specproof.reference.messages import Headers, Reply


class Wordy(PetServer):
    """Says more than it must in what it answers to a create: to a control that is a difference, to its dependents none."""

    def __call__(self, method: str, target: str, headers: Headers, body: bytes) -> Reply:
        reply = super().__call__(method, target, headers, body)
        return reply._replace(body=reply.body.replace(b'"id"', b'"more": 1, "id"')) if reply.status == 201 else reply


class Refusing(PetServer):
    def __call__(self, method: str, target: str, headers: Headers, body: bytes) -> Reply:
        if method == "POST":
            return self._said(400, {"message": "no"})
        return super().__call__(method, target, headers, body)


def tried(folder: Path, server: PetServer) -> tuple[dict[str, Ending | None], int, list[str]]:
    def work(bench: Bench) -> tuple[dict[str, Ending | None], int, list[str]]:
        runs = [bench.run_alone(case_id, PetServer()) for case_id in bench.items]
        trial = Trial(bench, server, Recordings(runs, PetServer(), lambda _: frozenset()))
        found = {case_id: None if trial.is_spared(case_id) else trial.run(case_id) for case_id in bench.items}
        refused = [run for run in runs if all(exchange.reply.status != 201 for exchange in run.exchanges)]
        dependent = [run.case_id for run in refused if run.control == "POST /pets :: success"]
        return {case_id: run.ending if run else None for case_id, run in found.items()}, trial.runs, dependent

    return with_bench(folder, work)


def test_nothing_is_run_on_a_server_without_a_difference(tmp_path: Path) -> None:
    endings, runs, _ = tried(pets_suite(tmp_path), PetServer())
    assert set(endings.values()) == {None}
    assert runs == 0


def test_a_control_that_reads_a_difference_is_tried_by_one_of_its_cases_for_all_of_them(tmp_path: Path) -> None:
    endings, _, dependent = tried(pets_suite(tmp_path), Wordy())
    assert len(dependent) > 2
    assert [endings[case] for case in dependent].count(Ending.PASSED) == 1
    assert [endings[case] for case in dependent].count(None) == len(dependent) - 1


def test_cases_whose_control_is_refused_are_all_skipped(tmp_path: Path) -> None:
    endings, _, dependent = tried(pets_suite(tmp_path), Refusing())
    assert {endings[case] for case in dependent} == {Ending.SKIPPED}
