"""Which edits of a suite concern which cases, and where its document lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofsuites import DOCUMENT_BYTES, pets_suite
from specproof.errors import SuiteUnprovableError
from specproof.quality.proof.suite_sources import SuiteSources, document_of

MODULE = "tests_pets/test_pets_functional.py"
CREATE, READ = "test_post_pets__valid_request__succeeds", "test_get_pets_by_pet_id__valid_request__succeeds"


def digests(folder: Path) -> tuple[str, str]:
    sources = SuiteSources(folder)
    assert {CREATE, READ} <= set(sources.modules[MODULE].functions)
    return sources.digest(MODULE, CREATE, "", ["POST /pets"]), sources.digest(MODULE, READ, "", ["GET /pets/{petId}"])


def edited(folder: Path, path: str, old: str, new: str) -> None:
    text = (folder / path).read_text(encoding="utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new, 1), encoding="utf-8")


def changes(folder: Path, path: str, old: str, new: str) -> tuple[bool, bool]:
    before = digests(folder)
    edited(folder, path, old, new)
    after = digests(folder)
    return before[0] != after[0], before[1] != after[1]


def test_an_edit_of_one_test_concerns_that_test(tmp_path: Path) -> None:
    assert changes(
        pets_suite(tmp_path), MODULE, f"def {CREATE}(api: Api) -> None:\n", f"def {CREATE}(api: Api) -> None:\n    # mine\n"
    ) == (
        True,
        False,
    )


def test_lines_that_move_a_test_do_not_concern_it(tmp_path: Path) -> None:
    assert changes(pets_suite(tmp_path), MODULE, '"""\n', '"""\n\n\n') == (False, False)


def test_an_edit_between_the_tests_concerns_all_of_the_module(tmp_path: Path) -> None:
    assert changes(pets_suite(tmp_path), MODULE, "def new_pet", "MINE = 1\n\n\ndef new_pet") == (True, True)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [("checks_pets/client.py", "PATIENCE = 3", "PATIENCE = 4"), ("conftest.py", "import sys", "import sys  # mine")],
)
def test_an_edit_of_what_is_shared_concerns_every_case(tmp_path: Path, path: str, old: str, new: str) -> None:
    assert changes(pets_suite(tmp_path), path, old, new) == (True, True)


def test_an_entry_in_the_case_files_concerns_its_case(tmp_path: Path) -> None:
    folder = pets_suite(tmp_path)
    path = "cases/test_pets_functional.json"
    entry = (folder / path).read_text(encoding="utf-8").index(READ)
    text = (folder / path).read_text(encoding="utf-8")
    before = digests(folder)
    (folder / path).write_text(
        text[:entry] + text[entry:].replace('"severity": "major"', '"severity": "minor"', 1), encoding="utf-8"
    )
    after = digests(folder)
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)


def test_what_the_document_says_of_an_operation_concerns_the_cases_that_call_it(tmp_path: Path) -> None:
    assert changes(pets_suite(tmp_path), "schemas/contracts.json", '"201"', '"203"') == (True, False)


def test_a_definition_concerns_the_operations_that_reach_it(tmp_path: Path) -> None:
    folder = pets_suite(tmp_path)
    assert changes(folder, "schemas/definitions.json", '"message"', '"massage"') == (True, True)


def test_readme_lock_and_the_document_itself_concern_no_case(tmp_path: Path) -> None:
    folder = pets_suite(tmp_path)
    before = digests(folder)
    for path in ("README.md", "specproof.lock.json", "schemas/document.json"):
        (folder / path).write_text("{}", encoding="utf-8")
    assert digests(folder) == before


def test_modules_that_are_as_they_were_are_not_cut_up_again(tmp_path: Path) -> None:
    folder = pets_suite(tmp_path)
    first = SuiteSources(folder)
    again = SuiteSources(folder, first.modules)
    assert all(again.modules[name] is first.modules[name] for name in first.modules)
    assert len(first.modules) >= 3


def test_a_module_that_does_not_parse_is_one_piece(tmp_path: Path) -> None:
    folder = pets_suite(tmp_path, extra="def test_it(:\n")
    assert not SuiteSources(folder).modules["tests_pets/test_by_hand.py"].functions


def test_the_document_comes_out_of_the_suite(tmp_path: Path) -> None:
    folder = pets_suite(tmp_path)
    assert document_of(folder) == DOCUMENT_BYTES
    (folder / "schemas" / "document.json").unlink()
    with pytest.raises(SuiteUnprovableError, match="does not carry the document"):
        document_of(folder)
    (folder / "schemas" / "document.base64").write_text("UEsD\nBA==\n", encoding="utf-8")
    assert document_of(folder) == b"PK\x03\x04"


TABLE = """import pytest


@pytest.mark.parametrize(
    "edit",
    [
        # too long
        pytest.param(1, id="long"),
        pytest.param(2, id="short"),
    ],
)
def test_a__b__c(api, edit):
    api.send("GET", "/pets", query={"limit": edit})
"""


@pytest.mark.parametrize(
    ("old", "new", "concerned"),
    [
        ("pytest.param(1,", "pytest.param(3,", (True, False)),
        ("        # too long\n", "", (False, False)),
        ("        pytest.param(2", '        pytest.param(9, id="new"),\n        pytest.param(2', (False, False)),
        ("/pets", "/cats", (True, True)),
    ],
)
def test_an_edit_of_a_row_concerns_that_row(tmp_path: Path, old: str, new: str, concerned: tuple[bool, bool]) -> None:
    module = "tests_pets/test_pets_table.py"
    (tmp_path / "tests_pets").mkdir()
    (tmp_path / module).write_text(TABLE, encoding="utf-8")

    def rows() -> tuple[str, ...]:
        sources = SuiteSources(tmp_path)
        return tuple(sources.digest(module, "test_a__b__c", row, []) for row in ("long", "short"))

    before = rows()
    assert before[0] != before[1]
    edited(tmp_path, module, old, new)
    assert tuple(one != other for one, other in zip(before, rows(), strict=True)) == concerned


def test_a_row_depends_on_its_own_entry_among_the_cases(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    file = tmp_path / "cases" / "test_pets_table.json"

    def digest(row: str) -> str:
        return SuiteSources(tmp_path).digest("tests_pets/test_pets_table.py", "test_a__b__c", row, [])

    file.write_text('{"test_a__b__c[long]": {"severity": "major"}}', encoding="utf-8")
    before = digest("long"), digest("short")
    file.write_text('{"test_a__b__c[long]": {"severity": "minor"}}', encoding="utf-8")
    assert digest("long") != before[0]
    assert digest("short") == before[1]
