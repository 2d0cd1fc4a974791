"""Optional parameters together: few rows for all pairs, and what a case of them may expect."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planned import plan_of_spec, spec_of
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Plan
from specproof.domain.profiles import Profile
from specproof.generators.pairwise import covering_rows, pair_count
from specproof.openapi.findings import FindingCode


def pairs_of(rows: list[tuple[int, ...]]) -> set[tuple[int, int, int, int]]:
    return {(one, row[one], other, row[other]) for row in rows for one, other in combinations(range(len(row)), 2)}


@given(st.lists(st.integers(1, 4), min_size=2, max_size=7))
def test_every_pair_stands_together_somewhere(levels: list[int]) -> None:
    rows, covered = covering_rows(levels, 1_000)
    every = {
        (one, level, other, another)
        for one, other in combinations(range(len(levels)), 2)
        for level, another in product(range(levels[one]), range(levels[other]))
    }
    assert pairs_of(rows) == every
    assert covered == pair_count(levels) == len(every)
    assert all(0 <= level < levels[factor] for row in rows for factor, level in enumerate(row))
    assert covering_rows(levels, 1_000)[0] == rows


def test_few_rows_do() -> None:
    # Seven parameters of four levels each: 16,384 combinations; no array can do with fewer than 16 rows.
    rows, _ = covering_rows([4] * 7, 1_000)
    assert len(rows) <= 30


def test_a_limit_says_what_it_costs() -> None:
    rows, covered = covering_rows([4] * 7, 5)
    assert len(rows) == 5
    assert covered == len(pairs_of(rows)) < pair_count([4] * 7)


def query(name: str, **schema: object) -> dict[str, object]:
    return {"name": name, "in": "query", "schema": schema}


PARAMETERS = [
    query("limit", type="integer", minimum=1, maximum=50),
    query("sort", type="string", enum=["name", "-name", "age"]),
    query("done", type="boolean"),
]


def plan_with(parameters: list[dict[str, object]], profile: Profile = Profile.STANDARD, method: str = "get") -> Plan:
    answers = {
        "200": {"description": "d", "content": {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}}}}
    }
    return plan_of_spec(spec_of({"/tasks": {method: {"parameters": parameters, "responses": answers}}}), profile=profile)


def pair_cases_of(plan: Plan) -> list[Case]:
    return [case for case in plan.cases if case.name.endswith("__is_answered")]


def test_values_of_optional_parameters_meet_each_other() -> None:
    cases = pair_cases_of(plan_with(PARAMETERS))
    assert 3 <= len(cases) <= 12
    sent = [{one.name.raw(): one.value for one in case.steps[-1].request.query} for case in cases]
    assert all(len(row) >= 2 for row in sent)
    met = {(row["sort"], row["limit"]) for row in sent if {"sort", "limit"} <= set(row)}
    assert {sort for sort, _ in met} == {"name", "-name", "age"}
    # The document does not say what they mean together: a refusal that it knows is as good as an answer.
    assert all([check.id for check in case.steps[-1].checks] == [
        CheckId.NO_SERVER_ERROR, CheckId.STATUS_DOCUMENTED, CheckId.BODY_SCHEMA,
    ] for case in cases)  # fmt: skip


@pytest.mark.parametrize(
    "parameters",
    [
        PARAMETERS[:1],
        [PARAMETERS[0], {**PARAMETERS[1], "required": True}],
        [PARAMETERS[0], {**PARAMETERS[1], "deprecated": True}],
        [PARAMETERS[0], query("filter", type="array", items={"type": "string"})],
    ],
)
def test_one_optional_parameter_has_nothing_to_meet(parameters: list[dict[str, object]]) -> None:
    assert not pair_cases_of(plan_with(parameters))


def test_what_changes_something_is_not_tried_in_combinations() -> None:
    assert not pair_cases_of(plan_with(PARAMETERS, method="post"))


def test_smoke_has_none_thorough_has_more_and_a_finding_tells_what_is_left() -> None:
    many = [*PARAMETERS, *(query(f"flag_{number}", type="string", enum=["a", "b", "c"]) for number in range(5))]
    counts = {profile: len(pair_cases_of(plan_with(many, profile))) for profile in Profile}
    assert counts[Profile.SMOKE] == 0
    assert counts[Profile.STANDARD] <= 12 < counts[Profile.THOROUGH] <= 40
    found = [finding.message for finding in plan_with(many).findings if finding.code is FindingCode.CAPPED]
    assert any("pairs of query values are sent together, in 12 requests" in message for message in found)


def test_without_a_documented_success_any_status_but_a_server_error_will_do() -> None:
    plan = plan_of_spec(spec_of({"/tasks": {"get": {"parameters": PARAMETERS, "responses": {"400": {"description": "d"}}}}}))
    cases = pair_cases_of(plan)
    assert cases
    assert {check.id for case in cases for check in case.steps[-1].checks} == {CheckId.NO_SERVER_ERROR}
