"""How much of a plan becomes a suite: smoke, standard, thorough."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from planbuilders import CREATE_READER, DELETE_READER, READ_READER, case, create_reader, reader_id, statuses
from planned import cases_of, fixture_spec, plan_of_spec, spec_of
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Family, Plan, RequestPlan, Step
from specproof.domain.profiles import Profile
from specproof.generators.covering import covering, within
from specproof.generators.planning.nasty_values import nasty_ids, nasty_members, nasty_parameters
from specproof.generators.reading.shapes import shape_of
from specproof.openapi.findings import Severity
from specproof.openapi.schema import Schema


@pytest.fixture(scope="module")
def plans() -> dict[Profile, Plan]:
    spec = fixture_spec("kennels.yaml")
    return {profile: plan_of_spec(spec, profile=profile) for profile in Profile}


def step(*checks: CheckId, operation: str = "") -> Step:
    request = RequestPlan(READ_READER, path_parameters=reader_id("reader")) if operation == "read" else create_reader()
    return Step("answer", "Send it", request, tuple(Check(check) for check in checks))


def made_of(name: str, *steps: Step, severity: Severity = Severity.MAJOR, **more: str) -> Case:
    return case(name, Family.VALIDATION, CREATE_READER, *steps, severity=severity, **more)


def names(cases: list[Case]) -> list[str]:
    return [one.id.rpartition(" ")[2] for one in cases]


def test_what_adds_most_for_each_request_is_chosen() -> None:
    dear = made_of(
        "dear", *(step(CheckId.ECHO), step(CheckId.REJECTED), step(CheckId.NO_SERVER_ERROR), step(CheckId.NO_SERVER_ERROR))
    )
    cheap = made_of("cheap", step(CheckId.ECHO, CheckId.REJECTED))
    other = made_of("other", step(CheckId.UNKNOWN_ID, operation="read"))
    assert names(covering([dear, cheap, other])) == ["cheap", "other"]


def test_of_equals_the_earlier_one_is_chosen() -> None:
    assert names(covering([made_of(name, step(CheckId.REJECTED)) for name in ("a", "b", "c")])) == ["a"]


def test_a_case_that_adds_something_later_is_not_forgotten() -> None:
    # "both" is best at first; afterwards "left" and "third" still have something of their own.
    both = made_of("both", step(CheckId.ECHO, CheckId.REJECTED, CheckId.BODY_SCHEMA))
    left = made_of("left", step(CheckId.ECHO, CheckId.MEDIA_TYPE))
    third = made_of("third", step(CheckId.ECHO, CheckId.REJECTED), step(CheckId.DELETED))
    assert names(covering([left, both, third])) == ["left", "both", "third"]


def test_minor_cases_and_those_that_only_watch_for_crashes_are_left_out() -> None:
    minor = made_of("minor", step(CheckId.REJECTED), severity=Severity.MINOR)
    crash = made_of("crash", step(CheckId.NO_SERVER_ERROR))
    assert covering([minor, crash]) == []


def test_skipped_and_success_cases_are_always_there() -> None:
    skipped = made_of("skipped", skip_reason="an id is needed")
    success = case("success", Family.FUNCTIONAL, DELETE_READER, Step("answer", "Send it", create_reader(), (statuses(201),)))
    again = made_of("again", step(CheckId.STATUS_EXPECTED))
    assert names(covering([again, success, skipped])) == ["success", "skipped"]


def test_of_a_number_of_requests_success_cases_come_first_then_each_kind_once_then_the_cheapest() -> None:
    success = case("success", Family.FUNCTIONAL, DELETE_READER, step(CheckId.STATUS_EXPECTED))
    skipped = made_of("skipped", step(CheckId.REJECTED), skip_reason="an id is needed")
    dear = made_of("dear", step(CheckId.REJECTED), step(CheckId.NO_SERVER_ERROR))
    cheap, again = made_of("cheap", step(CheckId.REJECTED)), made_of("again", step(CheckId.REJECTED))
    crash = made_of("crash", step(CheckId.NO_SERVER_ERROR))
    everything = [dear, crash, cheap, again, skipped, success]
    for limit, kept in (
        (1, ["skipped", "success"]),
        (2, ["cheap", "skipped", "success"]),
        (3, ["crash", "cheap", "skipped", "success"]),
        (5, ["crash", "cheap", "again", "skipped", "success"]),
    ):
        chosen, findings = within(everything, limit)
        assert names(list(chosen)) == kept
        assert [one.message for one in findings] == [f"{6 - len(kept)} of 6 cases left out by max_requests"]
    assert within(everything, 6) == (tuple(everything), ())


def test_of_a_number_of_requests_each_odd_value_is_worth_one_even_where_only_a_crash_fails() -> None:
    again = [made_of(name, step(CheckId.REJECTED)) for name in ("first", "again")]
    odd = [
        replace(made_of(name, step(CheckId.NO_SERVER_ERROR), severity=severity), value_class=kind)
        for name, kind, severity in (
            ("long", "robustness: long", Severity.MAJOR),
            ("longer", "robustness: long", Severity.MAJOR),
            ("beside", "pattern: beside more", Severity.MINOR),
        )
    ]
    chosen, _ = within([*again, *odd], 3)
    assert names(list(chosen)) == ["first", "long", "beside"]


def test_a_plan_keeps_to_its_number_of_requests() -> None:
    spec = fixture_spec("kennels.yaml")
    plan = plan_of_spec(spec, max_requests=90)
    assert plan.operations() == plan_of_spec(spec).operations()
    assert (
        80
        <= sum(len(one.steps) + sum(1 for each in one.steps if each.cleanup) for one in plan.cases if not one.skip_reason)
        <= 90
    )


def test_smoke_keeps_every_operation_and_every_kind_of_check(plans: dict[Profile, Plan]) -> None:
    def kinds(plan: Plan) -> set[tuple[str, CheckId]]:
        return {
            (one.request.operation.label, check.id)
            for each in plan.cases
            # Values together are no part of smoke.
            if each.severity is Severity.MAJOR and not each.name.endswith("__is_answered")
            for one in each.steps
            for check in one.checks
        }

    smoke, standard = plans[Profile.SMOKE], plans[Profile.STANDARD]
    assert smoke.operations() == standard.operations()
    lost = {kind for kind in kinds(standard) - kinds(smoke) if kind[1] is not CheckId.NO_SERVER_ERROR}
    assert lost == set()
    assert len(smoke.cases) < len(standard.cases) / 3
    assert {one.id for one in smoke.cases} <= {one.id for one in standard.cases}


def test_thorough_holds_all_of_standard_and_more(plans: dict[Profile, Plan]) -> None:
    standard, thorough = ({one.id for one in plans[profile].cases} for profile in (Profile.STANDARD, Profile.THOROUGH))
    assert standard < thorough


def test_the_whole_catalogue_is_for_thorough_and_some_of_it_for_each_member() -> None:
    assert [nasty.words for nasty in nasty_members("x", "text", Profile.THOROUGH)] == [
        "5000 characters", "nul", "quotes", "line break", "empty text", "emoji", "lone surrogate",
        "null", "empty object", "empty list", "list of null", "list of lists",
    ]  # fmt: skip
    assert len(nasty_members("x", 1, Profile.THOROUGH)) == 12
    dealt = Counter(nasty.words for number in range(200) for nasty in nasty_members(f"member {number}", "text", Profile.STANDARD))
    assert set(dealt) >= {"5000 characters", "nul", "quotes", "line break", "empty text", "emoji", "lone surrogate", "null"}
    assert all(len(nasty_members(f"member {number}", 1.5, Profile.STANDARD)) == 2 for number in range(20))


def test_what_changes_something_gets_no_id_that_could_mean_more_than_nothing() -> None:
    text = shape_of(Schema({"type": "string"}, "#/x", {}))
    number = shape_of(Schema({"type": "integer"}, "#/x", {}))
    for profile in Profile:
        for key in map(str, range(50)):
            written = [*nasty_ids(key, text, profile, is_read=False), *nasty_ids(key, number, profile, is_read=False)]
            assert {nasty.words for nasty in written} <= {"5000 characters", "nul", "no id"}
    assert {nasty.words for nasty in nasty_ids("k", number, Profile.THOROUGH, is_read=True)} == {
        "no id", "minus one", "2 to the 32", "2 to the 63",
    }  # fmt: skip
    assert all(nasty.value != "" for nasty in nasty_parameters("k", text, Profile.THOROUGH))


def test_the_place_of_an_id_is_tried_where_a_path_ends_in_one() -> None:
    answers = {"responses": {"200": {"description": "x"}, "404": {"description": "x"}}}
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    plan = plan_of_spec(spec_of({"/pets/{id}": {"parameters": [parameter], "get": answers}, "/pets/{id}/toys": {"get": answers}}))
    tried = [one.name for one in cases_of(plan, "GET /pets/{id}", Family.ERROR) if "no_id" in one.name]
    assert tried == ["test_get_pets_by_id__id_no_id__does_not_crash"]
    assert not [one for one in cases_of(plan, "GET /pets/{id}/toys", Family.ERROR) if "no_id" in one.name]
