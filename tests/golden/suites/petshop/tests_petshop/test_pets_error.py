"""Pets: wrong requests get the right kind of error."""

import pytest
from checks_petshop import (
    ALNUM,
    Answer,
    Api,
    Change,
    Edit,
    Parameters,
    edited,
    expect,
    fresh,
    valid,
)


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


def test_create_pet__body_empty__does_not_crash(api: Api) -> None:
    """Whatever nothing for a body is answered with, it is no server error (#/paths/~1pets/post)."""
    answer = api.send("POST", "/pets", content="", media_type="application/json", auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": answer.find("/id")}, auth=valid("APIKEY"))
    expect(answer).no_server_error()


@pytest.mark.parametrize(
    "edit",
    [
        # a list for a body
        pytest.param(Change("", []), id="body_list"),
        # null for a body
        pytest.param(Change("", None), id="body_null"),
        # a text for a body
        pytest.param(Change("", "text"), id="body_text"),
        # letters and signs of many scripts for `kind`
        pytest.param(
            Change(
                "/kind", ("\xe9\u6f22\u5b57\u05e2\u05d1\u05e8\u05d9\u05ea\U0001f469\u200d\U0001f4bb\u202e")
            ),
            id="kind_emoji",
        ),
        # [] for `kind`
        pytest.param(Change("/kind", []), id="kind_empty_list"),
        # 5000 characters for `name`
        pytest.param(Change("/name", "a" * 5000), id="name_5000_characters"),
        # {} for `name`
        pytest.param(Change("/name", {}), id="name_empty_object"),
        # 10^30 for `weight`
        pytest.param(Change("/weight", 1e30), id="weight_10_to_the_30"),
        # {} for `weight`
        pytest.param(Change("/weight", {}), id="weight_empty_object"),
    ],
)
def test_create_pet__body_edited__does_not_crash(api: Api, edit: Edit) -> None:
    """POST /pets: the body with each of these edits does not crash."""
    answer = api.send("POST", "/pets", json=edited(new_pet(), edit), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": answer.find("/id")}, auth=valid("APIKEY"))
    expect(answer).no_server_error()


def test_create_pet__malformed_json__is_rejected(api: Api) -> None:
    """The body breaks off in the middle: no JSON, so it cannot be accepted.

    See #/paths/~1pets/post/requestBody
    """
    refused = api.send(
        "POST", "/pets", content='{"unfinished": ', media_type="application/json", auth=valid("APIKEY")
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


def test_create_pet__media_type_with_charset__is_accepted(api: Api) -> None:
    """JSON is JSON with `charset=utf-8` behind its media type, too.

    See #/paths/~1pets/post/requestBody/content
    """
    answer = api.send(
        "POST", "/pets", json=new_pet(), media_type="application/json; charset=utf-8", auth=valid("APIKEY")
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": answer.find("/id")}, auth=valid("APIKEY"))
    expect(answer).no_server_error().status_expected(201)


def test_create_pet__wrong_media_type__is_rejected(api: Api) -> None:
    """The operation takes no plain text (#/paths/~1pets/post/requestBody/content)."""
    refused = api.send("POST", "/pets", json=new_pet(), media_type="text/plain", auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


@pytest.mark.parametrize(
    "query",
    [
        # 5000 characters for `kind`
        pytest.param({"kind": "a" * 5000}, id="kind_5000_characters"),
        # a line break for `kind`
        pytest.param({"kind": "a\r\nb"}, id="kind_line_break"),
        # 0 for `limit`
        pytest.param({"limit": 0}, id="limit_zero"),
    ],
)
def test_list_pets__with_query__does_not_crash(api: Api, query: Parameters) -> None:
    """GET /pets: a request with each of these queries does not crash."""
    answer = api.send("GET", "/pets", query=query)
    expect(answer).no_server_error()


def test_list_pets__patch_is_undeclared__is_refused(api: Api) -> None:
    """The document has no PATCH for this path, so it is not carried out: 405, or 404.

    See #/paths/~1pets
    """
    answer = api.send("PATCH", "/pets")
    expect(answer).method_refused()


def test_read_pet__id_beyond_32_bits__is_not_found(api: Api) -> None:
    """Nothing has this well-formed `petId`, so the answer is 404 or 410.

    See #/paths/~1pets~1{petId}/parameters/0
    """
    # 1. Prepare: create the pet
    make_pet(api)
    # 2. Ask for something that does not exist
    answer = api.send("GET", "/pets/{petId}", path={"petId": 4294967297})
    expect(answer).no_server_error().unknown_id()


def test_read_pet__pet_id_no_id__does_not_crash(api: Api) -> None:
    """Whatever a word for `petId` is answered with, it is no server error.

    See #/paths/~1pets~1{petId}/get
    """
    answer = api.send("GET", "/pets/{petId}", path={"petId": "specproof-nobody"})
    expect(answer).no_server_error()


def test_read_pet__unknown_id__is_not_found(api: Api) -> None:
    """Nothing has this well-formed `petId`, so the answer is 404 or 410.

    See #/paths/~1pets~1{petId}/parameters/0
    """
    # 1. Prepare: create the pet
    make_pet(api)
    # 2. Ask for something that does not exist
    answer = api.send("GET", "/pets/{petId}", path={"petId": 2147482178})
    expect(answer).no_server_error().unknown_id()


def test_delete_pet__patch_is_undeclared__is_refused(api: Api) -> None:
    """The document has no PATCH for this path, so it is not carried out: 405, or 404.

    See #/paths/~1pets~1{petId}
    """
    answer = api.send("PATCH", "/pets/{petId}", path={"petId": 2147482709}, auth=valid("APIKEY"))
    expect(answer).method_refused()


def test_delete_pet__pet_id_no_id__does_not_crash(api: Api) -> None:
    """Whatever a word for `petId` is answered with, it is no server error.

    See #/paths/~1pets~1{petId}/delete
    """
    answer = api.send("DELETE", "/pets/{petId}", path={"petId": "specproof-nobody"}, auth=valid("APIKEY"))
    expect(answer).no_server_error()


def test_delete_pet__unknown_id__is_not_found(api: Api) -> None:
    """Nothing has this well-formed `petId`, so the answer is 404 or 410.

    See #/paths/~1pets~1{petId}/parameters/0
    """
    # 1. Prepare: create the pet
    pet = make_pet(api)
    # 2. Read what does exist
    before = api.send("GET", "/pets/{petId}", path={"petId": pet.at("/id")}).or_skip()
    # 3. Ask for something that does not exist
    answer = api.send("DELETE", "/pets/{petId}", path={"petId": 2147482709}, auth=valid("APIKEY"))
    expect(answer).no_server_error().unknown_id()
    # 4. Read what does exist again
    read = api.send("GET", "/pets/{petId}", path={"petId": pet.at("/id")})
    expect(read).unchanged(before.at(""))
