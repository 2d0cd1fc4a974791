"""Which methods an address may have, when variables of other paths mean it too."""

from __future__ import annotations

import pytest

from countedwork import lines_run
from specproof.generators.reading.declared_methods import DeclaredMethods
from specproof.openapi.model import OperationKey
from specproof.openapi.vocabulary import Method

KEYS = [
    OperationKey(Method.GET, "/things"),
    OperationKey(Method.GET, "/things/newest"),
    OperationKey(Method.DELETE, "/things/{id}"),
    OperationKey(Method.POST, "/{kind}/{id}"),
    OperationKey(Method.PUT, "/things/{id}/parts"),
]


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/things", {Method.GET}),
        ("/things/newest", {Method.GET, Method.DELETE, Method.POST}),
        ("/things/{thingId}", {Method.DELETE, Method.POST}),
        ("/others/newest", {Method.POST}),
        ("/things/newest/parts", {Method.PUT}),
        ("/nothing/of/that/kind", set()),
    ],
)
def test_variables_of_other_paths_may_mean_an_address(path: str, methods: set[Method]) -> None:
    assert DeclaredMethods.of(KEYS).at(path) == methods


def test_a_path_has_methods_of_its_own() -> None:
    assert DeclaredMethods.of(KEYS).of_path("/things/newest") == {Method.GET}
    assert DeclaredMethods.of(KEYS).of_path("/others") == frozenset()


def test_a_path_is_compared_with_those_alone_that_begin_as_it_does() -> None:
    def work(count: int) -> int:
        declared = DeclaredMethods.of(OperationKey(Method.GET, f"/things{number}/{{id}}") for number in range(count))
        return lines_run(lambda: declared.at("/things7/newest"))

    assert work(2_000) == work(20)
