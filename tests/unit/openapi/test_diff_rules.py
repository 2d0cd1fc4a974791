"""Every rule of the comparison: what triggers it, alone; and what holds for all comparisons."""

from __future__ import annotations

import json

import pytest

from diff_examples import EXAMPLES, PLACES, WIDENED, RuleExample
from specproof.openapi.diff.changes import ChangeSeverity, Direction, SpecDifference
from specproof.openapi.diff.rule_table import RULES
from specproof.openapi.diff.rules import ChangeRule
from specproof.openapi.diff.spec_diff import diff_specs
from specproof.openapi.model import ApiSpec
from specproof.openapi.parser import parse_spec

MODELS_ONLY = {
    ChangeRule.PARAMETER_ALLOW_RESERVED_CHANGED,
    ChangeRule.REQUEST_BODY_ENCODING_CHANGED,
    ChangeRule.SECURITY_SCOPE_ADDED,
    ChangeRule.SECURITY_SCOPE_REMOVED,
}
"""Rules whose examples put into the model what stands in no document of the pair."""


def sides(example: RuleExample) -> tuple[ApiSpec, ApiSpec]:
    before, after = (parse_spec(json.dumps(document).encode()) for document in (example.before, example.after))
    return (
        example.amend_before(before) if example.amend_before else before,
        example.amend_after(after) if example.amend_after else after,
    )


def rules(difference: SpecDifference) -> list[ChangeRule]:
    return [change.rule for change in difference.changes]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.rule.value)
def test_an_example_triggers_exactly_its_rule(example: RuleExample) -> None:
    before, after = sides(example)
    found = list(diff_specs(before, after).changes)
    assert [change.rule for change in found] == [example.rule]
    assert found[0].severity is RULES[example.rule].severity
    assert found[0].sentence.startswith(found[0].subject)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.rule.value)
def test_the_places_of_a_change_are_in_the_documents(example: RuleExample) -> None:
    change = next(iter(diff_specs(*sides(example)).changes))
    for document, pointer in ((example.before, change.pointer_before), (example.after, change.pointer_after)):
        tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
        node = document
        for index, token in enumerate(tokens):
            if example.rule in MODELS_ONLY and "encoding" in tokens[index:]:
                break
            if index == len(tokens) - 1 and token in ("security", "servers") and token not in node:
                break  # Where it would stand: the list is inherited, or there is none.
            node = node[int(token)] if isinstance(node, list) else node[token]


def test_every_rule_has_an_example_and_a_meaning() -> None:
    assert {example.rule for example in EXAMPLES} == set(ChangeRule)
    assert set(RULES) == set(ChangeRule)
    assert all(meaning.why.endswith(".") for meaning in RULES.values())
    assert len(ChangeRule) >= 90


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.rule.value)
def test_nothing_differs_from_itself(example: RuleExample) -> None:
    before, after = sides(example)
    for spec, document in ((before, example.before), (after, example.after)):
        marked = parse_spec(json.dumps({**document, "x-marked": True}).encode())
        if example.rule not in MODELS_ONLY:
            assert diff_specs(spec, marked) == SpecDifference()
        assert diff_specs(spec, spec).is_empty


def test_swapped_documents_swap_what_came_and_went() -> None:
    for example in EXAMPLES:
        before, after = sides(example)
        there, back = diff_specs(before, after), diff_specs(after, before)
        assert [one.label for one in there.added] == [one.label for one in back.removed]
        assert [one.label for one in there.removed] == [one.label for one in back.added]
        assert {one.key for one in there.changed} == {one.previous_key for one in back.changed}
        assert len(rules(there)) == len(rules(back))


def test_what_narrows_breaks_requests_alone_and_what_widens_breaks_no_request() -> None:
    for facet in WIDENED:
        assert RULES[ChangeRule(f"request.value.{facet}")].severity is ChangeSeverity.INFO
        assert RULES[ChangeRule(f"parameter.value.{facet}")].severity is ChangeSeverity.INFO
        assert RULES[ChangeRule(f"response.value.{facet}")].severity is not ChangeSeverity.INFO


def test_the_direction_follows_the_rule() -> None:
    directions = {
        change.rule.split(".")[0]: change.direction for example in EXAMPLES for change in diff_specs(*sides(example)).changes
    }
    assert set(PLACES) <= directions.keys()
    assert directions["parameter"] is directions["request"] is Direction.REQUEST
    assert directions["response"] is Direction.RESPONSE
    assert directions["operation"] is directions["security"] is directions["servers"] is Direction.OPERATION
