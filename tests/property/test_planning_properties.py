"""Plans do not depend on order, and names are legal whatever a document calls things."""

from __future__ import annotations

import random

import orjson
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from planned import FIXTURES, plan_of_spec, spec_of
from specproof.domain.plan_json import plan_to_json
from specproof.generators.naming import case_name, identifier, path_name
from specproof.generators.words import same_word, singular, tokens
from specproof.openapi.model import OperationKey
from specproof.openapi.parser import parse_spec
from specproof.openapi.vocabulary import Method


@given(st.text(max_size=80))
def test_identifiers_are_legal_whatever_comes(text: str) -> None:
    name = identifier(text, fallback="record")
    assert name.isidentifier()
    assert name.isascii()
    assert name == identifier(text, fallback="record")


@given(st.lists(st.text(max_size=20), max_size=6), st.text(max_size=60), st.text(max_size=30))
def test_case_names_are_legal_whatever_comes(segments: list[str], condition: str, expected: str) -> None:
    name = case_name(path_name(OperationKey(Method.PATCH, "/" + "/".join(segments))), condition, expected)
    assert name.isidentifier()
    assert name.isascii()
    assert len(name) <= 125


@given(st.text(max_size=40))
def test_words_are_lower_case_and_never_empty(text: str) -> None:
    assert all(word and word == word.lower() for word in tokens(text))


@given(st.from_regex(r"[bcdfgklmnprt][aeiou][bcdfgklmnprt]{1,2}[aeiou]?[dgklmnprt]", fullmatch=True))
def test_made_up_words_match_their_plurals(word: str) -> None:
    assert same_word(word + "s", word)
    assert singular(word + "s") == word


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(alphabet="abc书/{}-_ ~.", min_size=1, max_size=10), min_size=1, max_size=5, unique=True))
def test_any_paths_give_unique_names_and_ids(names: list[str]) -> None:
    answer = {"get": {"responses": {"200": {"description": "d"}}}}
    plan = plan_of_spec(spec_of({"/" + name.replace("{", "").replace("}", ""): answer for name in names}))
    assert len({case.id for case in plan.cases}) == len({(case.resource, case.name) for case in plan.cases}) == len(plan.cases)
    assert all(case.name.isidentifier() and case.resource.isidentifier() for case in plan.cases)


@pytest.mark.parametrize("seed", range(4))
def test_the_same_document_with_its_paths_in_any_order_gives_the_same_plan(seed: int) -> None:
    document = yaml.safe_load((FIXTURES / "kennels.yaml").read_text(encoding="utf-8"))
    generator = random.Random(seed)
    shuffled = {**document, "components": {}}
    paths = list(document["paths"].items())
    generator.shuffle(paths)
    shuffled["paths"] = {path: dict(generator.sample(list(item.items()), len(item))) for path, item in paths}
    shuffled["components"] = {
        kind: dict(generator.sample(list(parts.items()), len(parts))) for kind, parts in document["components"].items()
    }
    plans = [plan_to_json(plan_of_spec(parse_spec(orjson.dumps(one)))) for one in (document, shuffled)]
    assert orjson.dumps(plans[0]) == orjson.dumps(plans[1])
