"""What the code of a suite says: which requests, which checks, how strong, how readable."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from specproof.domain.check_ids import CheckId
from specproof.domain.proofs import HealthyRun
from specproof.domain.suites import SuiteFile
from specproof.domain.traffic import Exchange
from specproof.quality.metrics.case_code import ASSERTED, ASSERTED_STATUS, CaseCode, case_codes, read_modules
from specproof.quality.metrics.figures import readability_metric, repetition_metric, stability_metrics
from specproof.quality.metrics.levels import LEVELS, assertion_metric, level
from specproof.quality.metrics.metric import Metric
from specproof.quality.suite_code import table_rows
from specproof.storage.suite_files import read_files

GOLDEN = Path(__file__).parents[2] / "golden" / "suites" / "petshop"
OPENING = "from checks_pets import Api, expect\n\n\n"
SIGNATURE = "def test_x__y__z(api: Api) -> None:\n    "


def codes_of(code: str, cases: str = "{}") -> tuple[CaseCode, ...]:
    files = [SuiteFile("tests_pets/test_pets.py", OPENING + code), SuiteFile("cases/test_pets.json", cases)]
    return case_codes(read_modules(files), files)


def calls_of(code: str) -> list[tuple[str, set[str]]]:
    return [(call.operation, set(call.checks)) for call in codes_of(code)[0].calls]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('expect(api.send("GET", "/pets")).no_server_error().body_schema()', [("GET /pets", {"no_server_error", "body_schema"})]),
        ('pet = api.send("GET", "/pets").or_skip()\n    expect(pet).echo()', [("GET /pets", {"echo"})]),
        ('api.send("GET", "/pets")', [("GET /pets", set())]),
        ('pet = api.send("GET", "/pets")\n    assert pet.status == 200', [("GET /pets", {ASSERTED_STATUS})]),
        ('pet = api.send("GET", "/pets")\n    assert pet.at("/name") == "Rex"', [("GET /pets", {ASSERTED})]),
        ("for path in paths:\n        expect(api.send(method, path)).rejected()", [("", {"rejected"})]),
        ('api.cleanup("DELETE", "/pets/{petId}")', []),
        (
            'one = api.send("POST", "/pets")\n    two = api.send("POST", "/pets")\n    expect(two).distinct_ids(one.at("/id"))',
            [("POST /pets", set()), ("POST /pets", {"distinct_ids"})],
        ),
    ],
)
def test_requests_and_the_checks_on_their_answers_are_read(body: str, expected: list[tuple[str, set[str]]]) -> None:
    assert calls_of(SIGNATURE + body + "\n") == expected


def test_steps_in_functions_of_the_module_count_and_their_answers_can_be_judged() -> None:
    code = (
        'def make_pet(api):\n    pet = api.send("POST", "/pets")\n    return pet.or_skip()\n\n\n'
        + SIGNATURE
        + "pet = make_pet(api)\n    expect(pet).echo()\n    make_pet(api)\n"
    )
    assert calls_of(code) == [("POST /pets", {"echo"}), ("POST /pets", set())]


def test_functions_that_call_each_other_end() -> None:
    code = "def a(api):\n    b(api)\n\n\ndef b(api):\n    a(api)\n    api.send('GET', '/x')\n\n\n" + SIGNATURE + "a(api)\n"
    assert ("GET /x", set()) in calls_of(code)


def test_a_row_of_a_thousand_functions_is_no_trouble() -> None:
    row = "".join(f"def f{number}(api):\n    f{number + 1}(api)\n\n\n" for number in range(1_000))
    assert calls_of(row + SIGNATURE + 'f0(api)\n    api.send("GET", "/x")\n') == [("GET /x", set())]


def test_a_case_is_known_by_its_id_and_a_test_of_a_person_by_its_node() -> None:
    entry = {"test_x__y__z": {"id": "GET /pets :: success", "family": "functional", "rationale": {"keyword": "type"}}}
    (case,) = codes_of(SIGNATURE + "pass\n", json.dumps(entry))
    assert (case.id, case.family, case.keyword) == ("GET /pets :: success", "functional", "type")
    (case,) = codes_of(SIGNATURE + "pass\n", "no json")
    assert case.id == "tests_pets/test_pets.py::test_x__y__z"


def test_every_check_has_a_level() -> None:
    assert set(CheckId) | {ASSERTED, ASSERTED_STATUS} == set(LEVELS)


def test_the_strongest_check_gives_the_level() -> None:
    assert level([]) == 0
    assert level(["no_server_error", "status_expected"]) == 1
    assert level(["body_schema", "media_type"]) == 3
    assert level(["body_schema", "read_back"]) == 5


def test_deleting_the_relations_of_a_suite_lowers_its_assertions() -> None:
    files = read_files(GOLDEN)
    whole = assertion_metric(case_codes(read_modules(files), files))
    story = "tests_petshop/test_pets_crud.py"
    weakened = [
        SuiteFile(file.path, file.content.replace("expect(pet).echo()", "pet.or_skip()")) if file.path == story else file
        for file in files
    ]
    less = assertion_metric(case_codes(read_modules(weakened), weakened))
    assert less.total == whole.total
    assert less.reached == whole.reached - 1
    assert "mean L" in whole.note


def test_a_suite_without_requests_has_no_assertions_to_speak_of() -> None:
    assert assertion_metric(()).text == "n/a"


def test_unreadable_tests_are_named_with_their_reasons() -> None:
    code = OPENING + "def test_bad(api):\n    pass\n\n\n" + SIGNATURE + '"""The answer is a list of pets."""\n'
    metric = readability_metric(read_modules([SuiteFile("tests_pets/test_pets.py", code)]))
    assert (metric.reached, metric.total) == (1, 2)
    assert metric.missing[0].startswith("tests_pets/test_pets.py:4: ")


def test_red_runs_and_smells_are_counted() -> None:
    code = OPENING + SIGNATURE + "time.sleep(1)\n"
    runs = (HealthyRun("first", 1, 0), HealthyRun("shuffled", 1, 0, leftovers=1))
    green, steady = stability_metrics(read_modules([SuiteFile("tests_pets/test_pets.py", code)]), runs)
    assert (green.reached, green.total, green.missing) == (1, 2, ("shuffled",))
    assert (steady.reached, steady.total) == (0, 1)


def test_requests_that_repeat_byte_by_byte_are_counted() -> None:
    def exchange(target: str) -> Exchange:
        return Exchange("c", "GET /pets", "GET", target, (), b"", 200, (), b"[]")

    metric = repetition_metric([exchange("/pets"), exchange("/pets"), exchange("/pets?limit=1")])
    assert (metric.reached, metric.total, metric.missing) == (2, 3, ("GET /pets x2",))


def test_a_figure_is_cut_and_never_rounded_up_to_all() -> None:
    assert Metric("x", 999, 1000).text == "999/1000 (99 %)"
    assert Metric("x", 0, 0).to_json()["share"] is None


TABLE = (
    '@pytest.mark.parametrize("edit", [pytest.param(1, id="long"), pytest.param(2, id="short")])\n'
    "def test_x__y__z(api: Api, edit) -> None:\n    expect(api.send('GET', '/pets')).rejected()\n"
)


def test_each_row_of_a_table_is_a_case() -> None:
    entries = {f"test_x__y__z[{row}]": {"id": f"GET /pets :: {row}", "rationale": {"keyword": row}} for row in ("long", "short")}
    found = codes_of(TABLE, json.dumps(entries))
    assert [(code.id, code.keyword) for code in found] == [("GET /pets :: long", "long"), ("GET /pets :: short", "short")]
    assert all(code.calls[0].checks == {"rejected"} for code in found)


def test_a_row_that_somebody_deleted_is_no_case_and_rows_of_a_hand_written_test_are_one() -> None:
    entries = {f"test_x__y__z[{row}]": {"id": row} for row in ("long", "gone")}
    assert [code.id for code in codes_of(TABLE, json.dumps(entries))] == ["long"]
    assert [code.id for code in codes_of(TABLE)] == ["tests_pets/test_pets.py::test_x__y__z"]


@pytest.mark.parametrize(
    "decorator",
    [
        '@pytest.mark.parametrize("edit", [1, 2])',
        '@pytest.mark.parametrize("edit", [pytest.param(1, id="a"), pytest.param(2)])',
        '@pytest.mark.parametrize("edit", [pytest.param(1, id="a"), pytest.param(2, id="a")])',
        '@pytest.mark.parametrize("edit", ROWS)',
        '@pytest.mark.parametrize("edit", [pytest.param(1, id="a")], ids=str)',
        '@pytest.mark.parametrize("a", [pytest.param(1, id="a")])\n@pytest.mark.parametrize("b", [pytest.param(1, id="b")])',
    ],
)
def test_rows_without_ids_of_their_own_are_not_guessed(decorator: str) -> None:
    function = ast.parse(f"{decorator}\ndef test_x(edit): ...\n").body[0]
    assert isinstance(function, ast.FunctionDef)
    assert table_rows(function) == {}
