"""Plans of small documents for tests: parsed and valued by the real parser and value engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Case, Check, Family, Plan, Step
from specproof.generators.base import GenerationConfig
from specproof.generators.planning.context import GenerationContext
from specproof.generators.registry import strategies
from specproof.generators.test_data_factory.factory import ValueFactory
from specproof.generators.test_generator import SuiteGenerator
from specproof.openapi.model import ApiSpec, Operation
from specproof.openapi.parser import parse_spec

FIXTURES = Path(__file__).parent / "fixtures" / "planning"


def fixture_spec(name: str) -> ApiSpec:
    return parse_spec((FIXTURES / name).read_bytes())


def spec_of(paths: dict[str, Any], **components: Any) -> ApiSpec:
    document = {"openapi": "3.0.1", "info": {"title": "T", "version": "1"}, "paths": paths, "components": components}
    return parse_spec(orjson.dumps(document))


def config_of(**settings: Any) -> GenerationConfig:
    return replace(GenerationConfig(slug="sample"), **settings)


def plan_of_spec(spec: ApiSpec, **settings: Any) -> Plan:
    config = config_of(**settings)
    generator = SuiteGenerator(strategies=strategies(config.families, third_parties=()), values=ValueFactory(seed="specproof"))
    return generator.plan(spec, config)


def context_of(spec: ApiSpec) -> GenerationContext:
    return GenerationContext.begin(spec, config_of(), ValueFactory(seed="specproof"))


def operation_of(spec: ApiSpec, label: str) -> Operation:
    return next(operation for operation in spec.operations if operation.key.label == label)


def cases_of(plan: Plan, label: str, family: Family) -> list[Case]:
    return [case for case in plan.cases if case.subject.label == label and case.family is family]


def case_of(plan: Plan, case_id: str) -> Case:
    return next(case for case in plan.cases if case.id == case_id)


def checks_of(case: Case) -> Iterator[tuple[Step, Check]]:
    for step in case.steps:
        for check in step.checks:
            yield step, check


def check_of(case: Case, check_id: CheckId) -> Check:
    return next(check for _, check in checks_of(case) if check.id is check_id)


def json_answer(schema: Any, status: str = "200") -> dict[str, Any]:
    return {status: {"description": "d", "content": {"application/json": {"schema": schema}}}}


def json_body(schema: Any) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}
