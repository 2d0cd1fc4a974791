"""The generated suite of the sample API: green on the healthy one, red on exactly the seeded bugs, and not fitted to its words."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from examples.bookshop.bugs import ALL_BUGS, DEMO_BUGS, Bug, bug_named
from examples.bookshop.renaming import Renaming, renamed_document

from bookshop_runs import DOCUMENT, generated, red, run_against
from processes import ROOT

NOT_YET_FOUND = {
    "birthday_unchecked": "a violated format fails nothing: JSON Schema 2020-12 calls formats annotations",
    "null_stock_accepted": "null for an optional property is a remark: a lenient server may take it for absent",
    "order_shown_to_others": "no cases with a second user's credential yet",
    "unknown_author_accepted": "references to records that do not exist are not yet violated",
    "author_with_books_deleted": "whether a referenced record may be deleted stands in no document",
}
FOUND = [bug for bug in ALL_BUGS if bug.name not in NOT_YET_FOUND]


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generated(DOCUMENT.read_bytes(), tmp_path_factory.mktemp("suite") / "sample")


def blamed(bugs: list[Bug]) -> set[str]:
    return {" ".join(operation) for bug in bugs for operation in (*bug.operations, *bug.consequences)}


def guilty(bug: Bug) -> set[str]:
    return {" ".join(operation) for operation in bug.operations}


def test_the_sample_api_has_at_least_twelve_bugs_of_different_kinds_that_are_found() -> None:
    assert len({bug.kind for bug in FOUND}) >= 12


def test_the_suite_is_green_on_the_healthy_api(suite: Path) -> None:
    result = run_against(suite)
    assert [outcome.node_id for outcome in red(result)] == []
    assert (result.status.value, len(result.outcomes) > 300) == ("passed", True)


def test_the_three_bugs_of_the_demo_turn_exactly_their_operations_red(suite: Path) -> None:
    bugs = [bug_named(name) for name in DEMO_BUGS]
    failed = {outcome.operation for outcome in red(run_against(suite, *(part for bug in bugs for part in ("--bug", bug.name))))}
    assert all(failed & guilty(bug) for bug in bugs)
    assert failed <= blamed(bugs)


@pytest.mark.slow
@pytest.mark.parametrize("bug", FOUND, ids=lambda bug: bug.name)
def test_a_bug_turns_its_operation_red_and_no_innocent_one(suite: Path, bug: Bug) -> None:
    failed = {outcome.operation for outcome in red(run_against(suite, "--bug", bug.name))}
    assert failed & guilty(bug)
    assert failed <= blamed([bug])


@pytest.mark.slow
@pytest.mark.parametrize("name", NOT_YET_FOUND)
def test_a_bug_that_is_not_yet_found_is_still_not_found(suite: Path, name: str) -> None:
    """When this fails, the suite has become better: move the bug to the found ones."""
    assert red(run_against(suite, "--bug", name)) == []


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 10))])
def test_under_other_names_and_in_another_order_the_same_bugs_are_found(seed: int, tmp_path: Path) -> None:
    renaming = Renaming.of(seed)
    document = json.dumps(renamed_document(seed), ensure_ascii=False).encode()
    folder = generated(document, tmp_path / "renamed")
    bugs = random.Random(seed).sample(FOUND, 3)
    result = run_against(folder, "--rename", str(seed), *(part for bug in bugs for part in ("--bug", bug.name)))
    failed = {outcome.operation for outcome in red(result)}
    for bug in bugs:
        assert failed & {renamed(renaming, label) for label in guilty(bug)}, f"{bug.name} was not found"
    assert failed <= {renamed(renaming, label) for label in blamed(bugs)}


def renamed(renaming: Renaming, label: str) -> str:
    method, path = label.split(" ")
    return " ".join(renaming.operation((method, path)))


def test_no_word_of_the_sample_api_stands_in_the_product() -> None:
    words = re.compile(r"bookshop|isbn|\bauthors?\b|author_?id|\bbooks?\b|clerk", re.IGNORECASE)
    offenders = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in (ROOT / "src").rglob("*")
        if path.is_file() and path.suffix in {".py", ".j2"}
        for match in words.finditer(path.read_text(encoding="utf-8"))
    ]
    assert offenders == []
