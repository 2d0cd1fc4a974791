"""From targets to templates: concrete segments win, bases are optional, segments stay raw."""

from __future__ import annotations

import pytest

from petserver import answers, caller, path_parameter
from specproof.reference.routing import Router


@pytest.mark.parametrize(
    ("target", "path", "values"),
    [
        ("/pets", "/pets", {}),
        ("/pets?limit=1", "/pets", {}),
        ("/pets/mine", "/pets/mine", {}),
        ("/pets/%6Dine", "/pets/mine", {}),
        ("/pets/7", "/pets/{petId}", {"petId": "7"}),
        ("/pets/a%2Fb", "/pets/{petId}", {"petId": "a%2Fb"}),
        ("/pets/7.json", "/pets/{petId}.json", {"petId": "7"}),
        ("/pets/mine/visits", "/pets/{petId}/visits", {"petId": "mine"}),
        ("/v2/api/pets/7", "/pets/{petId}", {"petId": "7"}),
        ("http://example.com/pets/7", "/pets/{petId}", {"petId": "7"}),
        ("/files/a-b", "/files/{from}-{to}", {"from": "a", "to": "b"}),
    ],
)
def test_a_target_finds_its_template(target: str, path: str, values: dict[str, str]) -> None:
    paths = ["/pets", "/pets/mine", "/pets/{petId}", "/pets/{petId}.json", "/pets/{petId}/visits", "/files/{from}-{to}"]
    (match,) = Router(paths, ["/v2/api"]).matches(target)
    assert (match.path, dict(match.values)) == (path, values)


@pytest.mark.parametrize("target", ["/", "/pets/", "/pets/7/", "/pets/7/visits/1", "/v2/api", "/v2/apipets"])
def test_a_target_without_a_template_finds_none(target: str) -> None:
    assert Router(["/pets", "/pets/{petId}", "/pets/{petId}/visits"], ["/v2/api"]).matches(target) == []


def test_templates_that_differ_in_names_alone_share_their_methods() -> None:
    pets = caller(
        {
            "/pets/{petId}": {"get": {"parameters": [path_parameter("petId")], "responses": answers(200)}},
            "/pets/{id}": {"delete": {"parameters": [path_parameter("id")], "responses": answers(204)}},
        }
    )
    assert dict(pets("POST", "/pets/1").headers)["allow"] == "DELETE, GET, HEAD"
