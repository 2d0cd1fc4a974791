"""What a baseline knows, what is mended of it, and what becomes of it when it is written anew."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from specproof.checks.baseline import Accepted, Baseline, BaselineError, Ours, Seen
from specproof.checks.causes import FailureKey, fingerprint
from specproof.checks.judgement import Judgement
from specproof.checks.known import as_known, baseline_lines, mended_lines, seen_in
from specproof.checks.outcome import FAILURE_KEY, KNOWN, CaseNotes, CheckFailure

CRASH = FailureKey("POST /things", "no_server_error", "500 {error} to type: null")
TAKEN = FailureKey("POST /things", "rejected", "201 {id} to too long")
FOREIGN = FailureKey("GET /others", "rejected", "200 [] to too long")
SUITE = Ours(Path("/suites/things"), {"a", "b", "c"}, {"POST /things"})


def baseline(*entries: Accepted, path: str = "/suites/things/baseline.json") -> Baseline:
    return Baseline(Path(path), {entry.key: entry for entry in entries})


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        ("500 {error: string} to type: null", "500 {error} to type: null"),
        ("201 {id: string, owner: {name: null, tags: [string]}} to type: null", "201 {id, owner} to type: null"),
        ("200 [{id: string}]", "200 []"),
        ("200 []", "200 []"),
        ("200 {3f2b8c1d-0a: number, 7781234: number, a@b.c: string}", "200 {*}"),
        ("200 {available: number, 42: number}", "200 {available, 42}"),
        ("404 text/html to unknown", "404 text/html to unknown"),
        ("no answer in time", "no answer in time"),
        ("200 {a]: string}", "200 {a]}"),
        ("", ""),
    ],
)
def test_a_fingerprint_holds_no_value_and_does_not_change_with_the_records(cause: str, expected: str) -> None:
    assert fingerprint(cause) == expected


def test_a_fingerprint_says_which_rule_of_the_document_is_broken() -> None:
    assert fingerprint("200 {id: null}", "properties/id/type") == "200 {id} at properties/id/type"


def test_an_entry_is_mended_where_all_its_cases_were_judged_and_none_showed_it() -> None:
    file = baseline(Accepted(CRASH, 2, ("a", "b")), Accepted(TAKEN, 1, ("c",)))
    assert [entry.key for entry in file.mended(Seen({TAKEN: ("c",)}, {"a", "b", "c"}), SUITE)] == [CRASH]
    assert file.mended(Seen({TAKEN: ("c",)}, {"a", "c"}), SUITE) == (Accepted(CRASH, 1, ("a",)),)
    assert file.mended(Seen({TAKEN: ("c",)}, {"c"}), SUITE) == ()
    assert file.mended(Seen({CRASH: ("a", "b"), TAKEN: ("c",)}, {"a", "b", "c"}), SUITE) == ()


def test_a_case_of_an_entry_that_passes_is_mended_while_the_others_still_fail() -> None:
    file = baseline(Accepted(CRASH, 2, ("a", "b"), "until May"), path="/suites/things/baseline.json")
    seen = Seen({CRASH: ("a", "c")}, {"a", "b"})
    assert file.mended(seen, SUITE) == (Accepted(CRASH, 1, ("b",), "until May"),)
    assert list(mended_lines(file, file.mended(seen, SUITE))) == [
        f"1 entry of the baseline is mended in some of its cases: rewrite it with --write-baseline {file.path}",
        f"mended: {CRASH} (in b)",
    ]
    assert list(file.renewed(Seen({}, {"b"}), SUITE).entries.values()) == [Accepted(CRASH, 1, ("a",), "until May")]
    assert list(file.renewed(seen, SUITE).entries.values()) == [Accepted(CRASH, 2, ("a", "c"), "until May")]


def test_a_failure_is_known_in_the_cases_that_the_entry_names_and_new_in_others() -> None:
    key = failure().key
    judgement = Judgement(baseline=baseline(Accepted(key, 1, ("a",), "slow")))
    assert (judgement.known(key, "a"), judgement.known(key, "b")) == ("slow", None)
    assert CaseNotes(id="a", judgement=judgement).accept(failure())
    assert not CaseNotes(id="b", judgement=judgement).accept(failure())


def test_of_cases_that_the_suite_does_not_have_any_more_nothing_is_waited_for() -> None:
    file = baseline(Accepted(CRASH, 2, ("a", "gone")), Accepted(TAKEN, 1, ("gone",)))
    assert [entry.key for entry in file.mended(Seen({}, {"a"}), SUITE)] == [CRASH, TAKEN]


def test_a_file_of_several_suites_keeps_what_belongs_to_another() -> None:
    entry = Accepted(FOREIGN, 1, ("far",))
    assert baseline(entry, path="/suites/baseline.json").mended(Seen({}, {"a"}), SUITE) == ()
    assert baseline(entry).mended(Seen({}, {"a"}), SUITE) == (entry,)


def test_a_new_baseline_keeps_reasons_and_what_the_run_says_nothing_about(tmp_path: Path) -> None:
    old = baseline(Accepted(CRASH, 2, ("a", "b"), "until May"), Accepted(TAKEN, 1, ("c",)), path=str(tmp_path / "baseline.json"))
    old.renewed(Seen({CRASH: ("a",)}, {"a", "c"}), SUITE).write()
    loaded = Baseline.load(tmp_path / "baseline.json")
    assert list(loaded.entries.values()) == [Accepted(CRASH, 2, ("a", "b"), "until May")]
    assert [path.name for path in tmp_path.iterdir()] == ["baseline.json"]


@pytest.mark.parametrize(
    "entry",
    [
        {"operation": 1, "check": "", "cause": ""},
        {"operation": "", "check": "", "cause": "", "count": "2"},
        {"operation": "", "check": "", "cause": "", "cases": "all"},
        {"operation": "", "check": "", "cause": "", "reason": None},
        {"operation": "", "check": "rejected", "cause": ""},
        {"operation": "", "check": "rejected", "cause": "", "cases": []},
        {"operation": "", "check": "rejected", "cause": "", "cases": ["a"], "count": 2},
        "text",
    ],
)
def test_an_entry_of_another_kind_is_refused_by_its_number(tmp_path: Path, entry: object) -> None:
    path = tmp_path / "known.json"
    path.write_text(json.dumps({"version": 1, "known": [entry]}), encoding="utf-8")
    with pytest.raises(BaselineError, match=r"known\.json is no baseline: entry 0 of `known`"):
        Baseline.load(path)


def test_a_check_that_does_not_exist_is_refused_and_the_nearest_named(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    entry = {"operation": "", "check": "rejectd", "cause": "", "cases": ["a"]}
    path.write_text(json.dumps({"version": 1, "known": [entry]}), encoding="utf-8")
    with pytest.raises(BaselineError, match=r"entry 0 of `known`: the check `rejectd` is not known\. Did you mean rejected\?"):
        Baseline.load(path)


def test_that_nothing_answers_is_never_known_but_a_hang_may_be() -> None:
    silent, late = (FailureKey("GET /", "no_server_error", cause) for cause in ("no answer", "no answer in time to valid"))
    everything = Judgement(accepts_all=True)
    assert (everything.known(silent, "a"), everything.known(late, "a")) == (None, "")
    assert Judgement(baseline=baseline(Accepted(silent, 1, ("a",)))).known(silent, "a") is None
    assert Judgement(baseline=baseline(Accepted(late, 1, ("a",), "slow"))).known(late, "a") == "slow"
    assert Judgement().known(late, "a") is None


def report(case: str, outcome: str = "passed", when: str = "call", **more: Any) -> Any:
    properties = [("specproof_case", case), *more.pop("properties", [])]
    said = {"passed": outcome == "passed", "nodeid": case, "outcome": outcome, "when": when, "user_properties": properties}
    return SimpleNamespace(**said, **more)


def found(key: FailureKey) -> list[tuple[str, str]]:
    return [(KNOWN, str(key)), (FAILURE_KEY, json.dumps([key.operation, key.check, key.cause]))]


def test_a_case_is_judged_where_it_passed_or_failed_in_what_is_known() -> None:
    reports = [
        report("a", when="setup"),
        report("a"),
        report("b", "skipped", wasxfail="known", properties=found(CRASH)),
        report("c", "failed", properties=found(CRASH)),
        report("d", "skipped", when="setup"),
        report("rows"),
        report("rows", "skipped"),
        report("rows"),
    ]
    assert seen_in(reports) == Seen({CRASH: ("b", "c")}, {"a", "b"})


def test_the_end_tells_what_is_known_once_for_each_case_and_what_is_mended() -> None:
    file = baseline(Accepted(CRASH, 1, ("a",)), Accepted(TAKEN, 1, ("b",)))
    known = report("a", "skipped", wasxfail="known", properties=found(CRASH))
    lines = list(
        baseline_lines(
            [known, report("a", when="teardown", properties=found(CRASH)), report("b")], Judgement(baseline=file), SUITE, ""
        )
    )
    assert lines == [
        "1 failure is known since the baseline and not counted:",
        f"1x  {CRASH}",
        f"1 entry of the baseline is mended: rewrite it with --write-baseline {file.path}",
        f"mended: {TAKEN}",
    ]


def failure(**named: str) -> CheckFailure:
    texts = {"check": "rejected", "operation": "POST /things", "expected": "a", "actual": "b", "curl": "", **named}
    return CheckFailure(**texts)


def test_a_case_that_ended_in_a_known_failure_is_reported_as_expected() -> None:
    raised = failure(check="no_server_error", answered="no answer in time")
    judgement = Judgement(baseline=baseline(Accepted(raised.key, 1, ("a",), "slow")))
    late = report("a", "failed")
    as_known(late, raised, judgement)
    assert (late.outcome, late.wasxfail) == (
        "skipped", "known since the baseline: POST /things fails no_server_error: no answer in time (slow)"
    )  # fmt: skip


@pytest.mark.parametrize(("outcome", "properties"), [("failed", found(CRASH)), ("passed", []), ("skipped", [])])
def test_other_cases_stay_as_they_are(outcome: str, properties: list[tuple[str, str]]) -> None:
    other = report("a", outcome, properties=properties)
    as_known(other, failure() if outcome == "failed" else None, Judgement())
    assert other.outcome == outcome
    assert not hasattr(other, "wasxfail")


def test_a_known_failure_is_noted_once_however_often_it_occurs() -> None:
    notes = CaseNotes(judgement=Judgement(accepts_all=True))
    assert notes.accept(failure())
    assert notes.accept(failure())
    assert [name for name, _ in notes.properties] == [KNOWN, FAILURE_KEY]


def test_of_remarks_only_those_that_the_baseline_holds_are_noticed() -> None:
    for entries, expected in (([Accepted(failure().key, 1, ("a",))], [FAILURE_KEY]), ([], [])):
        notes = CaseNotes(id="a", judgement=Judgement(baseline=baseline(*entries), accepts_all=True))
        notes.notice(failure())
        assert [name for name, _ in notes.properties] == expected
