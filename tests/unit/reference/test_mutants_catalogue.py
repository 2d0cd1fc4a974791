"""The list of all operators, and which of their mutants are tried."""

from __future__ import annotations

import time
import unicodedata
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from kennel_reference import KENNEL, kennel_model, query, shows
from pets_reference import model_of, pets_model
from specproof.domain.proofs import FaultFamily, Sample
from specproof.openapi.parser import parse_spec
from specproof.reference.model import ReferenceModel
from specproof.reference.mutants.catalogue import OPERATORS, mutants_of
from specproof.reference.mutants.sampling import shares

BOOKSHOP = Path(__file__).parents[3] / "examples" / "bookshop" / "openapi.json"
COUNTS = {"R": 14, "S": 15, "V": 11, "O": 3, "C": 4, "A": 7, "D": 11, "L": 5}


def test_there_are_seventy_operators_by_family_with_a_title_each() -> None:
    names = [operator.name for operator in OPERATORS]

    assert names == [f"{family}{number}" for family, count in COUNTS.items() for number in range(1, count + 1)]
    assert len({operator.title for operator in OPERATORS}) == len(OPERATORS) == 70
    assert all(operator.family.value == operator.name[0] for operator in OPERATORS)


@pytest.mark.parametrize("operator", OPERATORS, ids=[operator.name for operator in OPERATORS])
def test_mutants_are_of_their_operator_and_family(operator: Any) -> None:
    for model in (pets_model(), kennel_model()):
        for mutant in operator.instantiate(model):
            assert (mutant.operator, mutant.family) == (operator.name, operator.family)
            assert mutant.id.startswith(f"{operator.name} {mutant.operation.label}")
            assert mutant.operation in mutant.touches
            assert mutant.checks


def test_every_operator_has_a_mutant_on_some_document() -> None:
    found = {name for model in (pets_model(), kennel_model(), _bookshop()) for name in mutants_of(model, cap=1).samples}

    assert found == {operator.name for operator in OPERATORS}


def _bookshop() -> ReferenceModel:
    return ReferenceModel(parse_spec(BOOKSHOP.read_bytes()))


def test_ids_and_sentences_on_a_whole_document_are_unique_and_of_one_line() -> None:
    mutants = mutants_of(_bookshop(), cap=100_000).mutants

    assert len({mutant.id for mutant in mutants}) == len(mutants) > 1_000
    assert len({(mutant.operator, mutant.sentence) for mutant in mutants}) == len(mutants)
    assert all(unicodedata.category(char)[0] != "C" for mutant in mutants for char in mutant.sentence)


def test_names_that_would_disturb_a_terminal_are_shown_without_what_disturbs() -> None:
    described = deepcopy(KENNEL)
    name = "a\x1b[31m\u202eb\nc"
    described["components"]["schemas"]["Dog"]["properties"][name] = {"type": "string", "enum": ["\x07x", "\u2066y"]}
    described["paths"]["/dogs"]["get"]["parameters"].append(query("q\x1b", {"type": "integer", "maximum": 5}))
    mutants = mutants_of(model_of(described), cap=100_000).mutants

    assert any(name in mutant.id for mutant in mutants)
    assert not [mutant.sentence for mutant in mutants for char in mutant.sentence if unicodedata.category(char)[0] == "C"]


def test_paths_that_differ_in_white_space_alone_have_mutants_of_their_own() -> None:
    described = deepcopy(KENNEL)
    described["paths"] = dict.fromkeys(("/guests", "/guests "), KENNEL["paths"]["/guests"])
    mutants = mutants_of(model_of(described), cap=100_000).mutants

    assert len({mutant.id for mutant in mutants}) == len(mutants)


def test_below_the_cap_all_are_tried() -> None:
    found = mutants_of(kennel_model(), cap=100_000)

    assert sum(sample.tried for sample in found.samples.values()) == len(found.mutants)
    assert all(sample.tried == sample.applicable for sample in found.samples.values())
    assert found.samples["R13"] == Sample(1, 1)


def test_above_the_cap_each_operator_has_its_share_and_the_denominators_are_kept() -> None:
    every, some = mutants_of(kennel_model(), cap=100_000), mutants_of(kennel_model(), cap=100)
    tried = [sample.tried for sample in some.samples.values() if sample.tried < sample.applicable]

    assert len(some.mutants) == 100
    assert max(tried) - min(tried) <= 1
    assert {name: sample.applicable for name, sample in some.samples.items()} == {
        name: sample.applicable for name, sample in every.samples.items()
    }
    assert set(some.mutants) <= set(every.mutants)


def test_the_choice_is_the_same_for_every_reading() -> None:
    assert [mutant.id for mutant in mutants_of(kennel_model(), cap=50).mutants] == [
        mutant.id for mutant in mutants_of(kennel_model(), cap=50).mutants
    ]


def test_one_more_operation_leaves_the_choice_among_the_others_nearly_as_it_was() -> None:
    larger = deepcopy(KENNEL)
    larger["paths"]["/toys"] = {"get": {"responses": {"200": shows({"type": "array", "items": {"type": "string"}})}}}
    before = {mutant.id for mutant in mutants_of(kennel_model(), cap=200).mutants}
    after = {mutant.id for mutant in mutants_of(model_of(larger), cap=200).mutants}
    gained = {identity for identity in after - before if "/toys" not in identity}
    lost = before - after

    assert any("/toys" in identity for identity in after)
    assert not gained
    assert len(lost) == len(after - before) < 30


@pytest.mark.parametrize(
    ("counts", "cap", "taken"),
    [
        ([5, 5], 20, [5, 5]),
        ([5, 5], 4, [2, 2]),
        ([1, 9, 9], 9, [1, 4, 4]),
        ([0, 3, 3], 3, [0, 2, 1]),
        ([4, 4, 4], 2, [1, 1, 0]),
        ([], 3, []),
        ([3], 0, [0]),
    ],
)
def test_shares_are_equal_as_far_as_there_is_enough(counts: list[int], cap: int, taken: list[int]) -> None:
    assert shares(counts, cap) == taken


def test_a_document_that_says_nothing_gives_only_what_is_wrong_anywhere() -> None:
    bare = {
        "openapi": "3.1.0",
        "info": {"title": "Bare", "version": "1"},
        "paths": {"/ping": {"get": {"responses": {"200": {"description": "pong"}}}}},
    }

    assert set(mutants_of(model_of(bare)).samples) == {"S1", "S10", "S11", "S14"}


@pytest.mark.slow
def test_a_thousand_operations_are_sampled_in_seconds() -> None:
    described: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Large", "version": "1"},
        "paths": {
            f"/kinds{number}": {
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Wide"}}}},
                    "responses": {"201": shows({"$ref": "#/components/schemas/Wide"})},
                }
            }
            for number in range(1_000)
        },
        "components": {
            "schemas": {
                "Wide": {
                    "type": "object",
                    "required": [f"m{number}" for number in range(9)],
                    "properties": {f"m{number}": {"type": "string", "minLength": 1, "maxLength": 9} for number in range(9)},
                }
            }
        },
    }
    model = model_of(described)
    before = time.process_time()
    found = mutants_of(model)

    assert sum(sample.applicable for sample in found.samples.values()) > 100_000
    assert len(found.mutants) == 400
    assert time.process_time() - before < 30
    assert {mutant.family for mutant in found.mutants} >= {FaultFamily.RESPONSE, FaultFamily.VALIDATION, FaultFamily.CRASH}
