"""What becomes of a mutant: which cases are tried, in which order, and what counts as a kill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from proofsuites import PetServer, pets_suite
from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import FaultFamily, Kill, MutantOutcome, Verdict
from specproof.openapi.model import OperationKey
from specproof.openapi.vocabulary import Method
from specproof.quality.proof.bench import Bench, with_bench
from specproof.quality.proof.mutation import Difference, KillOrder, MutantTrials, Witness
from specproof.quality.proof.recording import CaseRun, CheckMade, Ending, Exchange
from specproof.quality.proof.replaying import Recordings
from specproof.quality.proof.trial import Trial
from specproof.reference.behaviour import Behaviour
from specproof.reference.mutants.model import Mutant

LIST, CREATE = OperationKey(Method.GET, "/pets"), OperationKey(Method.POST, "/pets")
READ, DELETE = OperationKey(Method.GET, "/pets/{petId}"), OperationKey(Method.DELETE, "/pets/{petId}")
FORGETS = ("forgets", CREATE, {CheckId.READ_BACK}, {CREATE, READ, LIST})
LONG_NAMES = ("long_names", CREATE, {CheckId.REJECTED}, {CREATE})


def mutant(fault: str, operation: OperationKey, checks: set[CheckId], touches: set[OperationKey]) -> Mutant:
    return Mutant(
        f"X1 {operation.label} {fault}",
        "X1",
        FaultFamily.STATE,
        operation,
        f"it {fault}",
        frozenset(checks),
        frozenset(touches),
        Behaviour(),
    )


def keys_of(exchange: Exchange) -> frozenset[OperationKey]:
    path = "/pets/{petId}" if exchange.path.count("/") == 2 else "/pets"
    found = {key for key in (LIST, CREATE, READ, DELETE) if key.path == path}
    return frozenset({key for key in found if key.method.value == exchange.method} or found)


def witnesses_of(bench: Bench) -> list[Witness]:
    server = PetServer()
    runs = [bench.run_alone(case_id, server) for case_id in bench.items]
    return [Witness(run, frozenset().union(*map(keys_of, run.exchanges))) for run in runs]


def fault_of(tried: Mutant) -> PetServer:
    return PetServer(tried.id.rpartition(" ")[2])


def judged(
    folder: Path,
    *tried: Mutant,
    shortcut: bool = True,
    differ: Callable[[Mutant], Difference] = lambda _: Difference(7),
    known: MutantOutcome | None = None,
    changed: frozenset[str] = frozenset(),
) -> tuple[list[MutantOutcome], int]:
    def work(bench: Bench) -> tuple[list[MutantOutcome], int]:
        witnesses = witnesses_of(bench)
        recordings = Recordings([each.run for each in witnesses], PetServer(), keys_of) if shortcut else None
        trials = MutantTrials(bench, witnesses, server_of=fault_of, differ=differ, recordings=recordings)
        return [trials.outcome(each, known=known, changed=changed) for each in tried], trials.runs

    return with_bench(folder, work)


def test_a_fault_is_killed_by_a_case_whose_check_looks_for_it(tmp_path: Path) -> None:
    (outcome,), runs = judged(pets_suite(tmp_path), mutant(*FORGETS))
    assert outcome.verdict is Verdict.KILLED
    assert outcome.kill is not None
    assert outcome.kill.check == "read_back"
    assert "GET /pets/{petId}" in outcome.kill.case_id
    assert runs == 1  # a case that makes the wanted check is the first to be tried


def test_a_failure_of_another_check_is_accidental(tmp_path: Path) -> None:
    wanted = mutant("forgets", CREATE, {CheckId.BODY_SCHEMA}, {CREATE, READ, LIST})
    (outcome,), _ = judged(pets_suite(tmp_path), wanted)
    assert outcome.verdict is Verdict.ACCIDENTAL
    assert outcome.kill is not None
    assert outcome.kill.check != "body_schema"


def test_an_accident_does_not_hide_a_rightful_kill_that_comes_later(tmp_path: Path) -> None:
    by_hand = "def test_it(api):\n    pet = api.send('POST', '/pets', json={'name': 'Tom'}).at('/id')\n"
    by_hand += "    assert api.send('GET', '/pets/{petId}', path={'petId': pet}).at('/name') == 'Tom'\n"
    folder = pets_suite(tmp_path, extra=by_hand)

    def work(bench: Bench) -> MutantOutcome:
        trials = MutantTrials(bench, witnesses_of(bench), server_of=fault_of, differ=lambda _: Difference(1))
        trials.order.learn(mutant(*FORGETS), "tests_pets/test_by_hand.py::test_it")
        return trials.outcome(mutant(*FORGETS))

    outcome = with_bench(folder, work)
    assert outcome.verdict is Verdict.KILLED
    assert outcome.kill is not None
    assert outcome.kill.check == "read_back"


def test_an_assertion_of_somebodys_own_counts_as_an_accident(tmp_path: Path) -> None:
    by_hand = "def test_it(api):\n    assert api.send('POST', '/pets', json={'name': 'x' * 41}).status == 400\n"
    folder = pets_suite(tmp_path, extra=by_hand, files=None)
    for path in folder.glob("tests_pets/test_pets_*.py"):
        path.unlink()
    (outcome,), _ = judged(folder, mutant(*LONG_NAMES))
    assert (outcome.verdict, outcome.kill) == (Verdict.ACCIDENTAL, Kill("tests_pets/test_by_hand.py::test_it", "error"))


def test_what_nothing_kills_is_probed(tmp_path: Path) -> None:
    harmless = mutant("nothing", CREATE, {CheckId.ECHO}, {CREATE})
    (outcome,), _ = judged(pets_suite(tmp_path / "a"), harmless)
    assert (outcome.verdict, outcome.probes, outcome.request) == (Verdict.EQUIVALENT, 7, "")
    shows = Difference(3, "curl x", is_different=True)
    (outcome,), _ = judged(pets_suite(tmp_path / "b"), harmless, differ=lambda _: shows)
    assert (outcome.verdict, outcome.probes, outcome.request) == (Verdict.SURVIVED, 3, "curl x")


def test_only_cases_that_send_a_touched_operation_are_tried(tmp_path: Path) -> None:
    elsewhere = mutant("forgets", CREATE, {CheckId.READ_BACK}, set())
    (outcome,), runs = judged(pets_suite(tmp_path), elsewhere, shortcut=False)
    assert (outcome.verdict, runs) == (Verdict.EQUIVALENT, 0)


def test_the_shortcut_changes_no_verdict_and_spares_nearly_all_runs(tmp_path: Path) -> None:
    everything = {LIST, CREATE, READ, DELETE}
    checks: Sequence[set[CheckId]] = [
        {CheckId.READ_BACK},
        {CheckId.REJECTED},
        {CheckId.DELETED},
        {CheckId.LISTED},
        {CheckId.ECHO},
    ]
    tried = [
        mutant(fault, CREATE, wanted, everything)
        for fault in ("forgets", "long_names", "keeps", "empty_list", "nothing")
        for wanted in checks
    ]
    folder = pets_suite(tmp_path)
    quick, quick_runs = judged(folder, *tried)
    slow, slow_runs = judged(folder, *tried, shortcut=False)
    assert [(each.id, each.verdict, each.kill) for each in quick] == [(each.id, each.verdict, each.kill) for each in slow]
    assert {outcome.verdict for outcome in quick} == {Verdict.KILLED, Verdict.ACCIDENTAL, Verdict.EQUIVALENT}
    assert quick_runs < slow_runs / 3


def test_an_earlier_verdict_stands_unless_a_changed_case_says_more(tmp_path: Path) -> None:
    folder = pets_suite(tmp_path)
    (fresh,), _ = judged(folder, mutant(*FORGETS))
    assert fresh.kill is not None
    survived = MutantOutcome(
        fresh.id, "X1", FaultFamily.STATE, CREATE.label, fresh.sentence, Verdict.SURVIVED, probes=5, request="curl"
    )
    (same,), _ = judged(folder, mutant(*FORGETS), known=survived)
    assert same == survived
    (killed,), runs = judged(folder, mutant(*FORGETS), known=survived, changed=frozenset({fresh.kill.case_id}))
    assert (killed.kill, runs) == (fresh.kill, 1)


def witness(case_id: str, *checks: CheckMade, requests: int = 1) -> Witness:
    run = CaseRun(case_id, Ending.PASSED, exchanges=(None,) * requests, checks=frozenset(checks))  # type: ignore[arg-type]
    return Witness(run, frozenset({CREATE}))


def test_the_order_is_likeness_then_fitting_checks_then_cost() -> None:
    order = KillOrder()
    order.learn(mutant(*FORGETS), "killer")
    cases = [
        witness("dear", requests=9),
        witness("cheap", requests=1),
        witness("elsewhere", CheckMade("read_back", "GET /owners"), requests=9),
        witness("fitting", CheckMade("read_back", CREATE.label), requests=9),
        witness("killer", requests=20),
    ]
    names = [each.run.case_id for each in order.ordered(mutant(*FORGETS), cases)]
    assert names == ["killer", "fitting", "elsewhere", "cheap", "dear"]


def test_a_difference_that_cases_were_shown_is_put_into_words_as_the_reference_does(tmp_path: Path) -> None:
    seen = SimpleNamespace(difference=SimpleNamespace(method="GET", target="/pets", headers=(), body=b""), requests=3)

    def work(bench: Bench) -> Difference | None:
        trials = MutantTrials(
            bench, [], server_of=fault_of, differ=lambda _: Difference(1), shown=lambda one: f"get {one.target}"
        )
        return trials._seen(cast("Trial", seen))

    assert with_bench(pets_suite(tmp_path), work) == Difference(3, "get /pets", is_different=True)
