"""Documents that would cost without end: what is capped, what is said about it, and that nothing is worked out again and again."""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson
import pytest

from costlydocuments import chained_records, many_alternatives, meshed_schemas, wide_bodies
from countedwork import LINEAR
from planned import config_of, plan_of_spec
from specproof.domain.plans import Family, Plan
from specproof.generators.base import Planned, PlanningContext
from specproof.generators.planning.comparing import MOST_COMPARED
from specproof.generators.planning.crud_story import Story
from specproof.generators.planning.preparing import MOST_RECORDS
from specproof.generators.planning.security import MOST_ALTERNATIVES
from specproof.generators.reading import shapes
from specproof.generators.registry import strategies
from specproof.generators.test_data_factory.factory import ValueFactory
from specproof.generators.test_generator import SuiteGenerator
from specproof.openapi.findings import FindingCode
from specproof.openapi.model import ApiSpec
from specproof.openapi.parser import parse_spec

FEW = (Family.FUNCTIONAL, Family.CRUD)


def spec_of(document: dict[str, Any]) -> ApiSpec:
    return parse_spec(orjson.dumps(document))


def capped_in(plan: Plan) -> list[str]:
    return [finding.message for finding in plan.findings if finding.code is FindingCode.CAPPED]


def steps_of(plan: Plan) -> int:
    return sum(len(case.steps) for case in plan.cases)


@pytest.mark.parametrize("is_nested", [False, True], ids=["in the body", "in the path"])
def test_a_case_prepares_no_endless_row_of_records(is_nested: bool) -> None:
    plan = plan_of_spec(spec_of(chained_records(MOST_RECORDS + 15, is_nested=is_nested)), families=FEW)
    assert plan.cases
    assert max(sum(step.is_setup for step in case.steps) for case in plan.cases) <= 2 * MOST_RECORDS


def test_an_operation_that_needs_too_many_records_has_no_case_and_a_finding() -> None:
    plan = plan_of_spec(spec_of(chained_records(MOST_RECORDS + 5)), families=FEW)
    last = "POST /levelcds"
    subjects = {case.subject.label for case in plan.cases}
    assert "POST /levelas" in subjects
    assert last in {contract.operation.label for contract in plan.contracts} - subjects
    assert any(
        message.startswith(f"{last}: ") and f"more than {MOST_RECORDS} records would have to be made first" in message
        for message in capped_in(plan)
    )


def test_records_that_need_twelve_others_each_are_prepared_in_linear_work() -> None:
    once, twice = (plan_of_spec(spec_of(chained_records(levels, needs=12)), families=FEW) for levels in (40, 80))
    assert steps_of(twice) <= LINEAR * steps_of(once)


def test_a_short_row_of_records_is_prepared_whole() -> None:
    plan = plan_of_spec(spec_of(chained_records(8)), families=FEW)
    assert max(sum(step.is_setup for step in case.steps) for case in plan.cases) >= 7
    assert not capped_in(plan)


def test_requests_know_the_first_security_alternatives_and_a_finding_says_of_how_many() -> None:
    plan = plan_of_spec(spec_of(many_alternatives(380)))
    known = [
        len(step.request.alternatives) for case in plan.cases for step in case.steps if case.subject.path == "/things/current"
    ]
    assert max(known) == MOST_ALTERNATIVES
    told = [message for message in capped_in(plan) if "security alternatives" in message]
    assert told == [f"GET /things/current: requests know the first {MOST_ALTERNATIVES} of its 380 security alternatives"]


def test_ten_security_alternatives_are_all_known() -> None:
    plan = plan_of_spec(spec_of(many_alternatives(MOST_ALTERNATIVES)))
    known = [len(step.request.alternatives) for case in plan.cases for step in case.steps]
    assert max(known) == MOST_ALTERNATIVES
    assert not capped_in(plan)


def test_answers_of_meshed_schemas_are_compared_within_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[str] = Counter()
    original = shapes.Members.items

    def counting(self: shapes.Members) -> Any:
        asked["looked into"] += 1
        return original(self)

    monkeypatch.setattr(shapes.Members, "items", counting)
    spec = spec_of(meshed_schemas(16))
    plan = plan_of_spec(spec, families=(Family.CRUD,))
    ignored = [check.arguments.get("ignore") for case in plan.cases for step in case.steps for check in step.checks]
    assert max(len(one) for one in ignored if isinstance(one, list)) <= MOST_COMPARED
    # Each of the 16 is met on 16 ways from each of the 16 on the next level: without a budget that is some 70,000 for each answer.
    assert asked["looked into"] < 16 * 1_000


def test_meshed_schemas_are_read_once_each_however_many_ways_lead_there(monkeypatch: pytest.MonkeyPatch) -> None:
    read: Counter[str] = Counter()
    original = shapes._read

    def counting(*arguments: Any) -> Any:
        read["schemas"] += 1
        return original(*arguments)

    monkeypatch.setattr(shapes, "_read", counting)
    plan_of_spec(spec_of(meshed_schemas(12)), families=FEW)
    # 12 links, an id and a name in each, and the references of bodies and answers.
    assert read["schemas"] <= 12 * 14 + 12 * 6


def test_what_an_answer_need_not_show_is_worked_out_once_for_an_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[str] = Counter()
    original = Story._not_kept

    def counting(self: Story, operation: Any, shown: Any) -> list[str]:
        asked[operation.key.label] += 1
        return original(self, operation, shown)

    monkeypatch.setattr(Story, "_not_kept", counting)
    plan = plan_of_spec(spec_of(wide_records()), families=(Family.VALIDATION,))
    assert len([case for case in plan.cases if case.name.endswith("is_accepted")]) > 10
    # Once for the echo of a create, and once for each read that is held against what was sent.
    assert max(asked.values()) <= 4


def wide_records() -> dict[str, Any]:
    """One resource with a good many constrained members, made and read."""
    document = meshed_schemas(1)
    members = {f"member{place}": {"type": "string", "minLength": 2, "maxLength": 30 + place} for place in range(8)}
    document["components"]["schemas"]["Nodea"]["properties"] |= members
    return document


class Refusing:
    """A strategy that must not be asked."""

    family = Family.VALIDATION

    def applies_to(self, _spec: ApiSpec) -> bool:
        return True

    def plan(self, _context: PlanningContext) -> Planned:
        raise AssertionError("planned although families that matter more have all the places")


def test_a_family_without_a_place_is_not_planned_and_a_finding_says_so() -> None:
    others = [one for one in strategies(third_parties=()) if one.family is not Family.VALIDATION]
    generator = SuiteGenerator(strategies=(Refusing(), *others), values=ValueFactory(seed="specproof"))
    plan = generator.plan(spec_of(wide_bodies(12)), config_of(max_cases=12))
    assert len(plan.cases) == 12
    assert any("no validation cases are planned: families that matter more" in message for message in capped_in(plan))
