"""Proofs from end to end: ``prove`` on suites as they are generated, edited, broken and hostile."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from proofsuites import pets_files, pets_suite
from specproof.bootstrap.generation import GenerationPolicy, generate_suite
from specproof.domain.proofs import FaultFamily, ProofReport, Verdict
from specproof.errors import ProofError, SpecificationError, SuiteUnprovableError
from specproof.quality.proof.lead import prove_here
from specproof.quality.proof.proving import prove
from specproof.quality.proof.settings import ProofSettings
from specproof.quality.proof.suite_sources import document_of
from suiteruns import written

ROOT = Path(__file__).parents[2]
FEW = ProofSettings(workers=2, cap=50)
HEAD = "import os\nimport sys\nimport time\n\nfrom checks_pets import expect\n\n\n"


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pets_suite(tmp_path_factory.mktemp("pets"))


@pytest.fixture(scope="module")
def report(suite: Path) -> ProofReport:
    return prove(suite, settings=FEW)


@pytest.fixture
def copy(suite: Path, report: ProofReport, tmp_path: Path) -> Path:
    return Path(shutil.copytree(suite, tmp_path / "suite"))


def by_hand(folder: Path, body: str) -> Path:
    return pets_suite(folder, extra=HEAD + body)


def by_hand_alone(folder: Path, body: str) -> Path:
    return pets_suite(folder, extra=HEAD + body, files=[file for file in pets_files() if "tests_pets/test_" not in file.path])


def told(report: ProofReport) -> ProofReport:
    """The report without what differs from proof to proof."""
    return replace(report, seconds=0.0, from_cache=0)


def test_a_generated_suite_is_green_silent_and_strong(report: ProofReport) -> None:
    assert report.is_healthy, [run.alarms for run in report.healthy]
    assert [run.name for run in report.healthy] == ["first", "shuffled", "parallel", "populated"]
    assert [outcome for outcome in report.variants if outcome.alarms] == []
    assert len(report.variants) > 10
    assert len(report.mutants) == 50
    assert report.strength is not None
    assert report.strength > 60
    assert report.requests > report.case_count > 20


def test_what_a_report_says_of_its_parts_fits_together(report: ProofReport) -> None:
    killed = [outcome for outcome in report.mutants if outcome.verdict is Verdict.KILLED]
    assert {outcome.id for outcome in killed} == {mutant for kills in report.kills_by_case.values() for mutant in kills}
    assert all(outcome.kill is not None and outcome.kill.check for outcome in killed)
    survivors = [outcome for outcome in report.mutants if outcome.verdict is Verdict.SURVIVED]
    assert all(outcome.request.startswith("curl ") and outcome.probes for outcome in survivors)
    assert sum(sample.tried for sample in report.samples.values()) == len(report.mutants)
    cases = {exchange.case_id for exchange in report.traffic}
    assert len(cases) == report.case_count
    assert {exchange.operation for exchange in report.traffic} >= {"GET /pets", "POST /pets", "DELETE /pets/{petId}"}


def test_a_proof_is_the_same_each_time_with_any_number_of_workers(suite: Path, report: ProofReport) -> None:
    alone = prove(suite, settings=replace(FEW, workers=1, uses_cache=False))
    assert told(alone) == told(report)


def test_the_shortcut_changes_no_verdict(suite: Path, report: ProofReport) -> None:
    slow = prove_here(suite, document_of(suite), replace(FEW, uses_shortcut=False), {}).report
    assert [(each.id, each.verdict, each.kill) for each in slow.mutants] == [
        (each.id, each.verdict, each.kill) for each in report.mutants
    ]
    assert slow.variants == report.variants
    assert slow.healthy == report.healthy


def test_a_second_proof_takes_every_verdict_from_the_first(copy: Path, report: ProofReport) -> None:
    again = prove(copy, settings=FEW)
    assert again.from_cache == len(again.mutants)
    assert told(again) == told(report)


def test_lost_checks_cost_the_kills_that_they_made_and_nothing_else(copy: Path, report: ProofReport) -> None:
    module = copy / "tests_pets" / "test_pets_crud.py"
    text = module.read_text(encoding="utf-8")
    lost_checks = re.compile(r"\.(?:echo|read_back|unchanged|listed|not_listed|deleted|not_taken)\(")
    assert len(lost_checks.findall(text)) > 3
    module.write_text(lost_checks.sub(".no_server_error() and (lambda *_, **__: None)(", text), encoding="utf-8")
    weaker = prove(copy, settings=FEW)
    assert 0 < weaker.from_cache < len(weaker.mutants)
    before = {each.id: each.verdict for each in report.mutants}
    lost = [each for each in weaker.mutants if before[each.id] is Verdict.KILLED and each.verdict is not Verdict.KILLED]
    assert lost
    assert {each.family for each in lost} <= {FaultFamily.STATE, FaultFamily.LIST}
    fresh = prove(copy, settings=replace(FEW, uses_cache=False))
    assert [(each.id, each.verdict) for each in weaker.mutants] == [(each.id, each.verdict) for each in fresh.mutants]
    assert weaker.variants == fresh.variants


def test_a_new_case_that_sees_more_kills_what_survived(copy: Path, report: ProofReport) -> None:
    for path in copy.glob("tests_pets/test_pets_*.py"):
        if path.stem in {"test_pets_validation", "test_pets_crud", "test_pets_error"}:
            path.unlink()
    weak = prove(copy, settings=FEW)
    (copy / "tests_pets" / "test_by_hand.py").write_text(
        HEAD + "def test_it(api):\n    expect(api.send('POST', '/pets', json={'name': 'x' * 41})).rejected()\n", encoding="utf-8"
    )
    stronger = prove(copy, settings=FEW)
    assert weak.strength is not None
    assert stronger.strength is not None
    assert weak.strength < stronger.strength
    assert any("test_by_hand" in case for case in stronger.kills_by_case)


def test_an_alarmist_case_costs_trust(tmp_path: Path) -> None:
    body = "def test_it(api):\n    assert set(api.send('GET', '/pets').headers) <= {'content-type', 'content-length'}\n"
    proof = prove(by_hand_alone(tmp_path, body), settings=replace(FEW, has_mutants=False))
    assert proof.is_healthy
    assert not proof.is_trusted
    assert [outcome.id for outcome in proof.variants if outcome.alarms] == ["extra_headers"]


def test_a_case_that_is_wrong_about_the_document_makes_the_proof_unhealthy(tmp_path: Path) -> None:
    folder = by_hand_alone(tmp_path, "def test_it(api):\n    expect(api.send('GET', '/pets')).status_expected(204)\n")
    proof = prove(folder, settings=replace(FEW, has_mutants=False, has_variants=False))
    assert not proof.is_healthy
    (alarm,) = proof.healthy[0].alarms
    assert (alarm.case_id, alarm.check) == ("tests_pets/test_by_hand.py::test_it", "status_expected")
    assert "200" in alarm.actual


def test_a_suite_is_given_neither_our_words_nor_our_secrets_nor_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPECPROOF_CREDENTIAL_OURS", "our secret")
    monkeypatch.setenv("OURS", "our secret")
    line = json.dumps({"kind": "proven", "report": {}, "memory": {}})
    body = (
        f"def test_words(api):\n    for n in (1, 2):\n        os.write(n, {line!r}.encode() + b'\\n')\n"
        f"    print({line!r})\n    print({line!r}, file=sys.__stdout__, flush=True)\n    api.send('GET', '/pets')\n\n\n"
        "def test_secrets(api):\n    assert 'our secret' not in os.environ.values()\n    api.send('GET', '/pets')\n\n\n"
        "def test_network(api):\n    import socket\n    api.send('GET', '/pets')\n    try:\n"
        "        socket.create_connection(('127.0.0.1', 9), timeout=1)\n    except PermissionError:\n        return\n"
        "    raise AssertionError('it got out')\n"
    )
    proof = prove(by_hand_alone(tmp_path, body), settings=replace(FEW, has_mutants=False, has_variants=False))
    assert proof.is_healthy, proof.healthy[0].alarms
    assert proof.case_count == 3


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("def test_it(api):\n    os._exit(0)\n", r"died \(exit code 0\) while running .*test_it"),
        ("os.kill(os.getpid(), 11)\n", r"died \(SIGSEGV\) while collecting the suite"),
        ("def test_it(api):\n    while True:\n        pass\n", r"not done after 2 s; it was running .*test_it"),
        ("while True:\n    pass\n", "not done after 2 s; it was collecting the suite"),
    ],
)
def test_a_suite_that_takes_its_process_down_is_an_error_that_says_where(tmp_path: Path, body: str, said: str) -> None:
    with pytest.raises(ProofError, match=said):
        prove(by_hand_alone(tmp_path, body), settings=replace(FEW, deadline_seconds=2.0 if "not done" in said else 60.0))


def test_a_worker_that_dies_on_a_mutant_is_an_error_and_no_survivor(tmp_path: Path) -> None:
    body = (
        "PID = os.getpid()\n\n\ndef test_it(api):\n    pet = api.send('POST', '/pets', json={'name': 'Tom'})\n"
        "    api.cleanup('DELETE', '/pets/{petId}', path={'petId': pet.find('/id')})\n"
        "    if 'Tom' not in str(api.send('GET', '/pets').body) and os.getpid() != PID:\n        os._exit(3)\n"
    )
    with pytest.raises(ProofError, match=r"a worker of the proof died \(exit code 3\) at mutants of"):
        prove(by_hand_alone(tmp_path, body), settings=replace(FEW, has_variants=False))


def test_a_loop_that_a_mutant_keeps_going_ends_and_is_no_kill_by_a_check(tmp_path: Path) -> None:
    body = "def test_it(api):\n    while api.send('POST', '/pets', json={'name': 'x' * 41}).status == 201:\n        pass\n"
    proof = prove(by_hand_alone(tmp_path, body), settings=replace(FEW, cap=400, has_variants=False))
    (accident,) = [outcome for outcome in proof.mutants if outcome.verdict is Verdict.ACCIDENTAL]
    assert accident.id == "V4 POST /pets /name maxLength"
    assert accident.kill is not None
    assert accident.kill.check == "error"
    assert accident.id not in {mutant for kills in proof.kills_by_case.values() for mutant in kills}


def test_a_suite_without_its_document_is_proven_by_one_that_is_given(tmp_path: Path) -> None:
    folder = pets_suite(tmp_path)
    document = (folder / "schemas" / "document.json").read_bytes()
    (folder / "schemas" / "document.json").unlink()
    quick = replace(FEW, has_mutants=False, has_variants=False)
    with pytest.raises(SuiteUnprovableError, match="does not carry the document"):
        prove(folder, settings=quick)
    assert prove(folder, document, settings=quick).is_healthy
    with pytest.raises(SpecificationError):
        prove(folder, b"no document", settings=quick)


def test_a_suite_that_does_not_collect_is_told_apart_from_a_proof_that_fails(tmp_path: Path) -> None:
    broken = [replace(file, content="1 +") if file.path == "tests_pets/test_pets_crud.py" else file for file in pets_files()]
    with pytest.raises(SuiteUnprovableError, match=r"test_pets_crud.py.*SyntaxError"):
        prove(pets_suite(tmp_path, files=broken), settings=FEW)
    with pytest.raises(SuiteUnprovableError, match="no such folder"):
        prove(tmp_path / "nowhere", settings=FEW)


@pytest.mark.slow
def test_the_sample_api_is_proven_within_its_budget(tmp_path: Path) -> None:
    document = (ROOT / "examples" / "bookshop" / "openapi.json").read_bytes()
    folder = written(tmp_path, generate_suite(GenerationPolicy(), document, "bookshop", None).suite.files)
    proof = prove(folder, settings=ProofSettings(workers=2))
    assert proof.is_trusted, [outcome for outcome in proof.variants if outcome.alarms]
    assert proof.strength is not None
    assert proof.strength > 90
    assert proof.equivalent_share < 0.1
    slow = prove_here(folder, document, ProofSettings(workers=2, cap=80, uses_shortcut=False, has_variants=False), {}).report
    verdicts = {each.id: (each.verdict, each.kill and each.kill.check) for each in proof.mutants}
    common = [each for each in slow.mutants if each.id in verdicts]
    assert len(common) > 40
    assert [(each.id, each.verdict, each.kill and each.kill.check) for each in common] == [
        (each.id, *verdicts[each.id]) for each in common
    ]
