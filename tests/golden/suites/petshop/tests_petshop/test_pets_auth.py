"""Pets: nobody gets in without a valid credential."""

from checks_petshop import ALNUM, Answer, Api, empty, expect, fresh, valid, wrong


def new_pet():
    """A valid body (application/json)."""
    return {"name": fresh("Name-", (ALNUM, 8)), "kind": "cat", "weight": 2.5}


def make_pet(api: Api) -> Answer:
    """Create the pet."""
    pet = api.send("POST", "/pets", json=new_pet(), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": pet.find("/id")}, auth=valid("APIKEY"))
    return pet.or_skip()


def test_create_pet__empty_credential__is_refused(api: Api) -> None:
    """The operation asks for a credential, so a request with an empty credential gets 401.

    See #/paths/~1pets/post/security
    """
    refused = api.send("POST", "/pets", json=new_pet(), auth=empty("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().unauthenticated()


def test_create_pet__no_credential__is_refused(api: Api) -> None:
    """The operation asks for a credential, so a request without a credential gets 401.

    See #/paths/~1pets/post/security
    """
    refused = api.send("POST", "/pets", json=new_pet(), auth=None)
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().unauthenticated()


def test_create_pet__wrong_credential__is_refused(api: Api) -> None:
    """The operation asks for a credential, so a request with a wrong credential gets 401.

    See #/paths/~1pets/post/security
    """
    refused = api.send("POST", "/pets", json=new_pet(), auth=wrong("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().unauthenticated()


def test_delete_pet__empty_credential__is_refused(api: Api) -> None:
    """The operation asks for a credential, so a request with an empty credential gets 401.

    See #/paths/~1pets~1{petId}/delete/security
    """
    # 1. Prepare: create the pet
    pet = make_pet(api)
    # 2. Send a valid request with an empty credential
    refused = api.send("DELETE", "/pets/{petId}", path={"petId": pet.at("/id")}, auth=empty("APIKEY"))
    expect(refused).no_server_error().unauthenticated()


def test_delete_pet__no_credential__is_refused(api: Api) -> None:
    """The operation asks for a credential, so a request without a credential gets 401.

    See #/paths/~1pets~1{petId}/delete/security
    """
    # 1. Prepare: create the pet
    pet = make_pet(api)
    # 2. Send a valid request without a credential
    refused = api.send("DELETE", "/pets/{petId}", path={"petId": pet.at("/id")}, auth=None)
    expect(refused).no_server_error().unauthenticated()


def test_delete_pet__wrong_credential__is_refused(api: Api) -> None:
    """The operation asks for a credential, so a request with a wrong credential gets 401.

    See #/paths/~1pets~1{petId}/delete/security
    """
    # 1. Prepare: create the pet
    pet = make_pet(api)
    # 2. Send a valid request with a wrong credential
    refused = api.send("DELETE", "/pets/{petId}", path={"petId": pet.at("/id")}, auth=wrong("APIKEY"))
    expect(refused).no_server_error().unauthenticated()
