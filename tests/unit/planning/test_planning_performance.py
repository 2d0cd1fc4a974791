"""The family performance: reads only, and only where somebody asks for it."""

from __future__ import annotations

from planned import case_of, check_of, fixture_spec, plan_of_spec
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Family

KENNELS = fixture_spec("kennels.yaml")


def test_it_is_off_unless_asked_for() -> None:
    assert not [case for case in plan_of_spec(KENNELS).cases if case.family is Family.PERFORMANCE]


def test_each_read_is_asked_again_and_again_and_nothing_else_is() -> None:
    plan = plan_of_spec(KENNELS, families=tuple(Family))
    cases = [case for case in plan.cases if case.family is Family.PERFORMANCE]
    reads = {one.key for one in KENNELS.operations if one.key.method.value in {"GET", "HEAD"}}
    # A read that nothing can be made for is skipped by its own case already.
    skipped = {case.subject for case in plan.cases if case.family is Family.FUNCTIONAL and case.skip_reason}
    assert {case.subject for case in cases} == reads - skipped
    case = case_of(plan, "GET /dogs :: many_times_stays_quick")
    assert case.control == "GET /dogs :: success"
    assert [step.is_setup for step in case.steps] == [True, True, False]
    found = check_of(case, CheckId.RESPONSE_TIME)
    assert found is not None
    assert found.arguments == {"times": 30}


def test_where_it_is_all_that_was_asked_for_its_operations_are_those_of_the_suite() -> None:
    plan = plan_of_spec(KENNELS, families=(Family.PERFORMANCE,))
    assert plan.cases
    assert plan.operations() == tuple(sorted({case.subject for case in plan.cases}))


def test_a_budget_stands_in_the_check() -> None:
    plan = plan_of_spec(KENNELS, families=(Family.FUNCTIONAL, Family.PERFORMANCE), p95_ms=250)
    found = check_of(case_of(plan, "GET /dogs :: many_times_stays_quick"), CheckId.RESPONSE_TIME)
    assert found is not None
    assert found.arguments == {"times": 30, "p95_ms": 250}
