from __future__ import annotations

import json
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint

import pytest

from planned import FIXTURES, config_of, context_of, fixture_spec, plan_of_spec, spec_of
from specproof.domain.plan_json import plan_to_json, value_to_json
from specproof.domain.plans import Edit, EditKind, Family, Fresh, FromStep, Plan
from specproof.errors import GenerationError, SettingsError, SpecificationError
from specproof.generators.base import Planned, PlanningContext, Strategy
from specproof.generators.config_manager import generation_config, parse_generation_config
from specproof.generators.plan_values import MISSING, edited, value_at, with_value, without
from specproof.generators.planning.alternatives import another_value
from specproof.generators.planning.context import GenerationContext
from specproof.generators.planning.updates import unlike_created
from specproof.generators.reading.shapes import shape_of
from specproof.generators.registry import BUILT_IN, strategies
from specproof.generators.selection import capped, distinct, spread
from specproof.generators.test_data_factory.factory import ValueFactory
from specproof.generators.test_generator import SuiteGenerator
from specproof.openapi.findings import FindingCode
from specproof.openapi.model import ApiSpec
from specproof.openapi.schema import Schema


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_of_spec(fixture_spec("kennels.yaml"))


@dataclass
class Failing:
    family: Family = Family.CRUD

    def applies_to(self, spec: ApiSpec) -> bool:
        return True

    def plan(self, context: PlanningContext) -> Planned:
        raise SpecificationError("too odd", at="#/paths/~1odd")


@dataclass
class Foreign:
    """A third party's context: the same members, another class."""

    spec: ApiSpec
    config: object
    values: object


def test_a_strategy_that_fails_leaves_a_finding_and_the_others_go_on() -> None:
    spec = spec_of({"/a": {"get": {"responses": {"200": {"description": "d"}}}}})
    generator = SuiteGenerator(strategies=(Failing(), *strategies(third_parties=())), values=ValueFactory(seed="s"))
    plan = generator.plan(spec, config_of())
    assert [case.id for case in plan.cases] == ["GET /a :: success"]
    failed = [finding for finding in plan.findings if finding.code is FindingCode.STRATEGY_FAILED]
    assert [(finding.at, "too odd" in finding.message) for finding in failed] == [("#/paths/~1odd", True)]


def test_families_that_are_not_wanted_are_not_planned() -> None:
    plan = plan_of_spec(fixture_spec("kennels.yaml"), families=(Family.AUTH,))
    assert {case.family for case in plan.cases} == {Family.AUTH}
    assert {case.control for case in plan.cases} == {""}


def test_cases_are_ordered_and_their_ids_and_names_are_unique(plan: Plan) -> None:
    ids = [case.id for case in plan.cases]
    assert len(set(ids)) == len(ids)
    assert len({(case.resource, case.name) for case in plan.cases}) == len(ids)
    assert [(case.resource, case.family) for case in plan.cases] == sorted((case.resource, case.family) for case in plan.cases)
    assert {case.control for case in plan.cases} - {""} <= set(ids)


def test_every_operation_has_a_contract(plan: Plan) -> None:
    by_label = {contract.operation.label: contract.responses for contract in plan.contracts}
    assert len(by_label) == len(fixture_spec("kennels.yaml").operations)
    assert set(by_label["POST /dogs"]) == {"201", "409"}
    assert by_label["POST /owners"]["201"].required_headers == ("location",)


def test_the_plan_as_json_is_stable_and_spells_markers_out(plan: Plan) -> None:
    text = json.dumps(plan_to_json(plan))
    assert text == json.dumps(plan_to_json(plan_of_spec(fixture_spec("kennels.yaml"))))
    assert value_to_json(Fresh(("a", ("bc", 2)), "abb")) == {"$fresh": {"parts": ["a", ["bc", 2]], "sample": "abb"}}
    assert value_to_json({"x": [FromStep("dog", "/id"), FromStep("dog", "", sent=True)]}) == {
        "x": [{"$from": {"step": "dog", "pointer": "/id"}}, {"$from": {"step": "dog", "pointer": "", "sent": True}}]
    }
    assert value_to_json({"$from": 1}) == {"$value": {"$from": 1}}


def test_a_cap_on_the_suite_shrinks_validation_first_and_names_what_it_left_out(plan: Plan) -> None:
    kept, findings = capped(plan.cases, 40)
    assert len(kept) == 40
    assert {case.id for case in plan.cases if case.id.endswith(":: success")} <= {case.id for case in kept}
    assert Family.VALIDATION not in {case.family for case in kept}
    assert {finding.code for finding in findings} == {FindingCode.CAPPED}
    few, named = capped(plan.cases, 3)
    assert len(few) == 3
    assert len(named) == 1 + len({case.subject for case in plan.cases}) - 3


def test_cases_that_would_share_a_name_are_told_apart(plan: Plan) -> None:
    first = plan.cases[0]
    second = replace(first, rationale=replace(first.rationale, pointer="#/elsewhere"))
    found = distinct((first, second, first))
    assert len(found) == 2
    assert len({case.id for case in found}) == len({case.name for case in found}) == 2
    assert all(case.name.endswith(first.name.rpartition("__")[2]) for case in found)


def test_a_spread_takes_from_all_groups_in_turn() -> None:
    items = ["a1", "a2", "a3", "b1", "b2", "c1"]
    assert spread(items, 4, lambda item: item[0]) == ["a1", "a2", "b1", "c1"]
    assert spread(items, 9, lambda item: item[0]) == items


def test_strategies_are_listed_and_third_parties_join_them() -> None:
    assert [type(strategy) for strategy in strategies(tuple(Family), third_parties=())] == list(BUILT_IN)
    own = strategies(third_parties=())
    assert [strategy.family for strategy in own] == [
        strategy.family for strategy in BUILT_IN if strategy.family is not Family.PERFORMANCE
    ]
    assert [strategy.family for strategy in strategies((Family.AUTH,), third_parties=())] == [Family.AUTH]
    point = EntryPoint("more", "specproof.generators.test_generators.auth_generator:AuthGenerator", "specproof.strategies")
    assert len(strategies(third_parties=(point,))) == len(own) + 1


@pytest.mark.parametrize("value", ["no_such_module:X", "specproof.generators.registry:Nothing", "builtins:dict"])
def test_entry_points_that_bring_no_strategy_are_named(value: str) -> None:
    with pytest.raises(GenerationError, match="odd"):
        strategies(third_parties=(EntryPoint("odd", value, "specproof.strategies"),))


def test_built_in_strategies_work_with_somebody_elses_context() -> None:
    mine = context_of(fixture_spec("kennels.yaml"))
    foreign = Foreign(mine.spec, mine.config, mine.values)
    assert GenerationContext.of(foreign).spec is mine.spec  # type: ignore[arg-type]
    assert GenerationContext.of(mine) is mine
    assert mine.resource_of(mine.operations()[0].key) == "breeds"
    strategy: Strategy = BUILT_IN[0]()
    assert strategy.plan(foreign).cases == strategy.plan(mine).cases  # type: ignore[arg-type]


def test_generation_settings_are_read_by_value() -> None:
    config = parse_generation_config(
        'seed = "s"\nfamilies = ["auth", "crud"]\nmax_cases = 9\nmax_violations_per_operation = 3\n', slug="a"
    )
    assert (config.seed, config.families, config.max_cases) == ("s", (Family.CRUD, Family.AUTH), 9)


@pytest.mark.parametrize(
    ("settings", "at"),
    [
        ({"sed": "x"}, "sed"),
        ({"seed": 1}, "seed"),
        ({"max_cases": 0}, "max_cases"),
        ({"max_cases": True}, "max_cases"),
        ({"families": ["all"]}, "families"),
    ],
)
def test_settings_that_cannot_be_are_refused_by_name(settings: dict[str, object], at: str) -> None:
    with pytest.raises(SettingsError) as refused:
        generation_config(settings, slug="a")
    assert refused.value.at == at


def test_settings_that_are_no_toml_or_have_no_slug_are_refused() -> None:
    with pytest.raises(SettingsError, match="TOML"):
        parse_generation_config("seed = ", slug="a")
    with pytest.raises(SettingsError, match="slug"):
        generation_config({}, slug="no slug")


def test_plan_values_change_by_pointer_without_being_changed() -> None:
    value = {"a": [{"b": 1}, {"b": 2}], "c/d": 3}
    assert with_value(value, "/a/*/b", 9) == {"a": [{"b": 9}, {"b": 9}], "c/d": 3}
    assert with_value(value, "/no/where", 9) == value
    assert without(value, ("/c~1d", "/a/0/b")) == {"a": [{}, {"b": 2}]}
    assert edited(value, (Edit(EditKind.SET, "/new", 1), Edit(EditKind.REMOVE, "/a"), Edit(EditKind.SET, "/c~1d", 4))) == {
        "c/d": 4,
        "new": 1,
    }
    assert value_at(value, "/a/1/b") == 2
    assert value_at(value, "/a/7") is MISSING
    assert value == {"a": [{"b": 1}, {"b": 2}], "c/d": 3}


@pytest.mark.parametrize(
    ("raw", "current"),
    [
        ({"type": "string", "enum": ["a", "b"]}, "a"),
        ({"type": "boolean"}, True),
        ({"type": "integer", "minimum": 3, "maximum": 4}, 4),
        ({"type": "number", "multipleOf": 100, "minimum": 0, "maximum": 300}, 100),
        ({"type": "string", "format": "date"}, "2020-02-29"),
        ({"type": "string", "format": "date-time"}, "2020-02-29T00:00:00Z"),
    ],
)
def test_another_value_is_valid_and_differs(raw: dict[str, object], current: object) -> None:
    schema = Schema(raw, "#/s", {})  # type: ignore[arg-type]
    found = another_value(ValueFactory(seed="s"), schema, current, key="k", name="n")  # type: ignore[arg-type]
    assert found != current
    assert found is not MISSING


@pytest.mark.parametrize(
    "raw", [{"type": "string", "enum": ["a"]}, {"type": "integer", "minimum": 4, "maximum": 4}, {"type": "array"}]
)
def test_there_is_not_always_another_value(raw: dict[str, object]) -> None:
    schema = Schema(raw, "#/s", {})  # type: ignore[arg-type]
    assert another_value(ValueFactory(seed="s"), schema, 4 if raw["type"] == "integer" else "a", key="k", name="n") is MISSING


def test_an_update_keeps_unique_keys_and_changes_the_rest() -> None:
    context = context_of(fixture_spec("kennels.yaml"))
    dogs = next(resource for resource in context.parts.model.resources if resource.slug == "dogs")
    raw = {
        "properties": {
            "chip": {"type": "string", "x-unique": True},
            "home": {"properties": {"size": {"enum": [1, 2]}}},
            "owner_id": {},
        }
    }
    value = {"chip": "A", "home": {"size": 1}, "owner_id": FromStep("owner", "/id"), "extra": 1}
    found = unlike_created(context.values, shape_of(Schema(raw, "#", {})), value, value, dogs, "dog", "k")  # type: ignore[arg-type]
    assert found == {"chip": FromStep("dog", "/chip"), "home": {"size": 2}, "owner_id": FromStep("owner", "/id"), "extra": 1}


def test_fixtures_are_found() -> None:
    assert (FIXTURES / "kennels.yaml").exists()
