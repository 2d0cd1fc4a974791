"""The page about proofs: its sections, and how measured proofs and found bugs are shown in them."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

import pytest
from benchmarks.page import write_section
from examples.bookshop.bug import CREATE_BOOK, LIST_BOOKS, Bug
from examples.bookshop.outside_bugs import OUTSIDE_BUGS
from tools.outside_bugs import WHY_MISSED, BugOutcome, table
from tools.proof_cost import MeasuredProof, ProofCost, memory_below
from tools.proof_table import OUTSIDE, PAGE, PROOFS, main, outside_lines, proof_lines

import proofs
from specproof.domain.proofs import WEIGHTS, ProofReport, VariantOutcome, Verdict

COST = ProofCost(wall_seconds=2.04, cpu_seconds=3.5, peak_bytes=120_000_000)


class Kind(StrEnum):
    PAGING = "paging is wrong"
    TIMES = "time is wrong"


def lines_of(report: ProofReport, cost: ProofCost = COST) -> list[str]:
    return proof_lines([MeasuredProof("pets", 5, report, cost)])


def cells_below(lines: list[str], heading: str) -> dict[str, str]:
    """The one row of the table that has a column of that name, by column."""
    top = next(index for index, line in enumerate(lines) if line.startswith("|") and f" {heading} " in line)
    return dict(zip(cells(lines[top]), cells(lines[top + 2]), strict=True))


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_page_has_a_place_for_each_section(tmp_path: Path) -> None:
    copy = tmp_path / "proof.md"
    copy.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    for name in (PROOFS, OUTSIDE):
        write_section(name, [f"made anew: {name}"], copy)
    renewed = copy.read_text(encoding="utf-8")
    assert [line for line in renewed.splitlines() if line.startswith("made anew")] == ["made anew: proofs", "made anew: outside"]
    headings = re.findall(r"^## (.+)$", renewed, re.MULTILINE)
    assert {"What a proof is", "Families of mutants", "How to read it", "An outside opinion", "Limits"} <= set(headings)


def test_one_section_made_anew_leaves_the_other_as_it_is(tmp_path: Path) -> None:
    copy = tmp_path / "proof.md"
    copy.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    write_section(OUTSIDE, ["36 of 40 found"], copy)
    write_section(PROOFS, ["new"], copy)
    assert "36 of 40 found" in copy.read_text(encoding="utf-8")


def test_the_weights_on_the_page_are_those_of_the_strength() -> None:
    rows = re.findall(r"^\| (\w+) \| .* \| (\d) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {family: float(weight) for family, weight in rows} == {family.words: weight for family, weight in WEIGHTS.items()}


def test_a_proof_is_shown_by_what_it_is_worth() -> None:
    report = proofs.proof()
    assert cells_below(lines_of(report), "grade") == {
        "document": "pets",
        "operations": "5",
        "cases": "13",
        "grade": report.grade,
        "strength": f"{report.strength:.1f} %",
        "killed": "2",
        "accidental": "1",
        "survived": "2",
        "equivalent": "1",
        "silent variants": "2/2",
        "healthy runs": "4/4 green",
    }


def test_a_family_is_shown_by_the_mutants_that_count() -> None:
    row = cells_below(lines_of(proofs.proof()), "crashes")
    # The one mutant of validation is equivalent, auth and strictness have none.
    assert row == {
        "document": "pets",
        "responses": "1/1",
        "status": "0/1",
        "validation": "-",
        "strictness": "-",
        "crashes": "0/1",
        "auth": "-",
        "state": "1/1",
        "lists": "0/1",
    }


def test_a_proof_is_shown_by_what_it_costs() -> None:
    row = cells_below(lines_of(proofs.proof()), "wall")
    assert [row[name] for name in ("requests", "kills/100 requests", "mutants", "of so many")] == ["40", "5", "6", "40"]
    assert [row[name] for name in ("wall", "CPU", "peak memory")] == ["2.0 s", "3.5 s", "120 MB"]


def test_memory_that_the_system_does_not_tell_is_no_zero() -> None:
    assert cells_below(lines_of(proofs.proof(), replace(COST, peak_bytes=0)), "wall")["peak memory"] == "n/a"


def test_a_document_without_a_mutant_has_no_strength() -> None:
    row = cells_below(lines_of(proofs.proof(mutants=(), samples={})), "grade")
    assert (row["strength"], row["grade"]) == ("n/a", "n/a")


def test_survivors_are_named_once_for_each_operator() -> None:
    again = proofs.mutant("L5", "GET /pets", "GET /pets counts two | many in `<total>`", proofs.MISSED.verdict)
    shown = lines_of(proofs.proof(mutants=(again, proofs.MISSED, proofs.KILLED, proofs.MISSED_STATUS)))
    assert [line for line in shown if re.match(r"- [A-Z]\d", line)] == [
        "- L5: GET /pets counts two \\| many in `&lt;total>`",
        "- S2: POST /pets answers 200 instead of 201",
    ]
    assert "Missed by the suite of pets, of 3:" in shown


def test_false_alarms_and_red_runs_are_said_in_words() -> None:
    variant = VariantOutcome("tags_sorted", "tags come sorted", (proofs.ALARM,))
    red = replace(proofs.HEALTHY[1], alarms=(proofs.ALARM,))
    shown = lines_of(proofs.proof(variants=(variant,), healthy=(proofs.HEALTHY[0], red)))
    row = cells_below(shown, "grade")
    assert (row["silent variants"], row["healthy runs"]) == ("0/1", "1/2 green")
    assert "- **red on the reference (shuffled run)**" in shown
    assert "- **false alarm where tags come sorted**" in shown


def test_documents_that_are_not_here_are_named() -> None:
    assert proof_lines([], ["cafe", "redocly"])[-1] == "Not here, and so not measured: cafe, redocly."


def test_bugs_are_counted_by_kind() -> None:
    paging = Bug("skips", Kind.PAGING, "The last page is empty.", (LIST_BOOKS,))
    total = Bug("miscounts", Kind.PAGING, "The count is off.", (LIST_BOOKS,))
    times = Bug("local", Kind.TIMES, "Times have no zone.", (CREATE_BOOK,))
    found = ("functional: total (1)",)
    shown = outside_lines([BugOutcome(paging, found, ()), BugOutcome(total, (), ()), BugOutcome(times, found, ())])
    assert shown[:4] == ["| kind of bug | found |", "|---|---|", "| paging is wrong | 1/2 |", "| time is wrong | 1/1 |"]
    assert "2 of 3 found; 0 runs blamed an innocent operation as well." in shown
    assert "| The count is off. | `GET /books` | **missed** |" in shown


def test_a_part_of_the_documents_is_not_written_as_the_whole() -> None:
    with pytest.raises(SystemExit):
        main(["--write", "--only", "bookshop"])


def test_the_memory_of_a_proof_is_that_of_all_processes_below_it(tmp_path: Path) -> None:
    processes = {"1": ("0", 100), "20": ("1", 900), "30": ("20", 7), "31": ("30", 5), "40": ("1", 100)}
    for number, (parent, kilobytes) in processes.items():
        folder = tmp_path / number
        folder.mkdir()
        (folder / "stat").write_text(f"{number} (a (b) 1) S {parent} 0 0", encoding="utf-8")
        (folder / "smaps_rollup").write_text(f"Rss: 9999 kB\nPss: {kilobytes} kB\nPss_Anon: 1 kB\n", encoding="utf-8")
    (tmp_path / "50").mkdir()  # one that has ended meanwhile
    assert memory_below("20", tmp_path) == 12 * 1024
    assert memory_below("40", tmp_path) == 0


def test_a_bug_that_was_missed_stands_with_its_reason() -> None:
    name, reason = next(iter(WHY_MISSED.items()))
    missed, found, unexplained = (
        BugOutcome(Bug(one, Kind.TIMES, "A bug.", (LIST_BOOKS,)), ways, ())
        for one, ways in ((name, ()), (name, ("crud: echo (1)",)), ("another", ()))
    )
    rows = [line.split(" | ")[-1] for line in table((missed, found, unexplained))[-3:]]
    assert rows == [f"**missed**: {reason} |", "crud: echo (1) |", "**missed** |"]


def test_reasons_are_of_bugs_that_there_are() -> None:
    assert set(WHY_MISSED) <= {bug.name for bug in OUTSIDE_BUGS}


def test_skipped_and_minor_cases_stand_beside_the_strength() -> None:
    report = proofs.proof()
    first = replace(report.healthy[0], passed=195, skipped=5, alarms=())
    report = replace(report, case_count=200, healthy=(first, *report.healthy[1:]))
    lines = proof_lines([MeasuredProof("pets", 5, report, COST, minor=30)])
    row = cells_below(lines, "with a verdict")
    assert row["with a verdict"] == "97.5 %"
    assert row["skipped or inconclusive"] == "5 (2.5 %)"
    assert row["of minor weight"] == "30 (15.0 %)"


def test_what_the_decided_operators_find_counts_as_little_as_what_they_miss() -> None:
    missed = proofs.mutant("S11", "GET /visits", "GET /visits refuses without `Allow`", Verdict.SURVIVED)
    found = proofs.mutant("S11", "GET /pets", "GET /pets refuses without `Allow`", Verdict.KILLED)
    usual = proofs.proof()
    lines = lines_of(replace(usual, mutants=(*usual.mutants, missed, found)))
    assert f"what they find as well as what they miss: pets {usual.strength:.1f} %." in " ".join(lines)
