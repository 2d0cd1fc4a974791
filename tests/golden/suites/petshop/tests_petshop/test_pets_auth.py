"""Pets: nobody gets in without a valid credential."""

import pytest
from checks_petshop import ALNUM, Answer, Api, Auth, empty, expect, fresh, valid, wrong


def new_pet():
    """A valid body (application/json)."""
    return {
        "name": fresh("Name-", (ALNUM, 8)),
        "kind": "cat",
        "weight": 2.5,
    }


def make_pet(api: Api) -> Answer:
    """Create the pet."""
    pet = api.send("POST", "/pets", json=new_pet(), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": pet.find("/id")}, auth=valid("APIKEY"))
    return pet.or_skip()


@pytest.mark.parametrize(
    "auth",
    [
        # a valid request with an empty credential: #/paths/~1pets/post/security
        pytest.param(empty("APIKEY"), id="empty_credential"),
        # a valid request without a credential: #/paths/~1pets/post/security
        pytest.param(None, id="no_credential"),
        # a valid request with a wrong credential: #/paths/~1pets/post/security
        pytest.param(wrong("APIKEY"), id="wrong_credential"),
    ],
)
def test_create_pet__with_credential__is_refused(api: Api, auth: Auth | None) -> None:
    """POST /pets: a valid request with each of these credentials is refused."""
    refused = api.send("POST", "/pets", json=new_pet(), auth=auth)
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().unauthenticated()


@pytest.mark.parametrize(
    "auth",
    [
        # a valid request with an empty credential: #/paths/~1pets~1{petId}/delete/security
        pytest.param(empty("APIKEY"), id="empty_credential"),
        # a valid request without a credential: #/paths/~1pets~1{petId}/delete/security
        pytest.param(None, id="no_credential"),
        # a valid request with a wrong credential: #/paths/~1pets~1{petId}/delete/security
        pytest.param(wrong("APIKEY"), id="wrong_credential"),
    ],
)
def test_delete_pet__with_credential__is_refused(api: Api, auth: Auth | None) -> None:
    """DELETE /pets/{petId}: a valid request with each of these credentials is refused."""
    # 1. Prepare: create the pet
    pet = make_pet(api)
    # 2. Send a valid request with this credential
    refused = api.send("DELETE", "/pets/{petId}", path={"petId": pet.at("/id")}, auth=auth)
    expect(refused).no_server_error().unauthenticated()
