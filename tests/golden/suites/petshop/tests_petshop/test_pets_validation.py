"""Pets: requests that break one rule each must be rejected."""

import pytest
from checks_petshop import (
    ALNUM,
    LOWER,
    Answer,
    Api,
    Change,
    Edit,
    Fresh,
    Parameters,
    Remove,
    changed,
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


def make_other_pet(api: Api) -> Answer:
    """Create the other pet."""
    other_pet = api.send(
        "POST",
        "/pets",
        json=changed(new_pet(), "/name", fresh("\u6570\u6570", (ALNUM, 8))),
        auth=valid("APIKEY"),
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": other_pet.find("/id")}, auth=valid("APIKEY"))
    return other_pet.or_skip()


def test_create_pet__body_missing__is_rejected(api: Api) -> None:
    """a request without its body breaks `required` (#/paths/~1pets/post/requestBody/required)."""
    refused = api.send("POST", "/pets", auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


@pytest.mark.parametrize(
    "edit",
    [
        # body set to null: #/components/schemas/NewPet/type
        pytest.param(Change("", None), id="body_null"),
        # body not of type object: #/components/schemas/NewPet/type
        pytest.param(Change("", "not-of-this-type"), id="body_wrong_type"),
        # kind missing: #/components/schemas/NewPet/required
        pytest.param(Remove("/kind"), id="kind_missing"),
        # kind outside of the allowed values: #/components/schemas/Kind/enum
        pytest.param(Change("/kind", "not_a_member"), id="kind_not_allowed"),
        # kind set to null: #/components/schemas/Kind/type
        pytest.param(Change("/kind", None), id="kind_null"),
        # kind of an allowed value in the other case: #/components/schemas/Kind/enum
        pytest.param(Change("/kind", "CAT"), id="kind_other_case"),
        # kind not of type string: #/components/schemas/Kind/type
        pytest.param(Change("/kind", {"unexpected": "object"}), id="kind_wrong_type"),
        # name missing: #/components/schemas/NewPet/required
        pytest.param(Remove("/name"), id="name_missing"),
        # name set to null: #/components/schemas/NewPet/properties/name/type
        pytest.param(Change("/name", None), id="name_null"),
        # name longer than 30 characters: #/components/schemas/NewPet/properties/name/maxLength
        pytest.param(Change("/name", "Name-m1cgnbuwaaaaaaaaaaaaaaaaaa"), id="name_too_long"),
        # name empty: #/components/schemas/NewPet/properties/name/minLength
        pytest.param(Change("/name", ""), id="name_too_short"),
        # name not of type string: #/components/schemas/NewPet/properties/name/type
        pytest.param(Change("/name", {"unexpected": "object"}), id="name_wrong_type"),
        # weight set to true, which is no number: #/components/schemas/NewPet/properties/weight/type
        pytest.param(Change("/weight", True), id="weight_boolean"),
        # weight not above the exclusive minimum of 0 (exclusiveMinimum)
        pytest.param(Change("/weight", 0), id="weight_too_small"),
        # weight not of type number or null: #/components/schemas/NewPet/properties/weight/type
        pytest.param(Change("/weight", "not-of-this-type"), id="weight_wrong_type"),
    ],
)
def test_create_pet__body_edited__is_rejected(api: Api, edit: Edit) -> None:
    """POST /pets: the body with each of these edits is rejected."""
    refused = api.send("POST", "/pets", json=edited(new_pet(), edit), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


@pytest.mark.parametrize(
    "edit",
    [
        # body with nothing but what is required: #/components/schemas/NewPet/required
        pytest.param(Remove("/weight"), id="body_only_required"),
        # kind of another allowed value: #/components/schemas/Kind/enum
        pytest.param(Change("/kind", "\u4ed3\u9f20"), id="kind_member_cb245e"),
        # kind of the allowed value 'dog': #/components/schemas/Kind/enum
        pytest.param(Change("/kind", "dog"), id="kind_member_dog"),
        # name of exactly 30 characters, the longest allowed (maxLength)
        pytest.param(Change("/name", Fresh("aaaaaaaaaaaaaaaaaaaaaa", (LOWER, 8))), id="name_at_max_length"),
        # name of exactly 1 character, the shortest allowed (minLength)
        pytest.param(Change("/name", Fresh((LOWER, 1))), id="name_at_min_length"),
        # name of 30 characters, many beyond ASCII: #/components/schemas/NewPet/properties/name/type
        pytest.param(
            Change("/name", Fresh("Gr\xf6\xdfe \u6570\u636e \xf1and\xfa Gr\xf6\xdfe \u6570", (ALNUM, 8))),
            id="name_beyond_ascii",
        ),
        # weight set to null, which is allowed: #/components/schemas/NewPet/properties/weight/type
        pytest.param(Change("/weight", None), id="weight_allowed_null"),
        # weight of the smallest allowed value: #/components/schemas/NewPet/properties/weight/exclusiveMinimum
        pytest.param(Change("/weight", 0.01), id="weight_at_exclusive_minimum"),
    ],
)
def test_create_pet__body_edited__is_accepted(api: Api, edit: Edit) -> None:
    """POST /pets: the body with each of these edits is accepted."""
    created = api.send("POST", "/pets", json=edited(new_pet(), edit), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": created.find("/id")}, auth=valid("APIKEY"))
    expect(created).no_server_error().status_expected(201).media_type().body_schema().response_headers()
    expect(created).echo()


def test_create_pet__full_length_in_ideographs__is_accepted(api: Api) -> None:
    """Lengths are counted in characters: a text of the greatest length may be one of ideographs.

    See #/paths/~1pets/post/requestBody
    """
    # 1. Prepare: create the other pet
    make_other_pet(api)
    # 2. Create one with as many as are allowed
    pet = api.send(
        "POST",
        "/pets",
        json=changed(
            new_pet(),
            "/name",
            fresh(
                (
                    "\u6570\u6570\u6570\u6570\u6570\u6570\u6570\u6570\u6570\u6570\u6570"
                    "\u6570\u6570\u6570\u6570\u6570\u6570\u6570\u6570\u6570\u6570\u6570"
                ),
                (ALNUM, 8),
            ),
        ),
        auth=valid("APIKEY"),
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": pet.find("/id")}, auth=valid("APIKEY"))
    expect(pet).no_server_error().status_expected(201).media_type().body_schema().response_headers()
    expect(pet).echo()
    # 3. Read it
    read = api.send("GET", "/pets/{petId}", path={"petId": pet.at("/id")})
    expect(read).read_back(pet.sent)


def test_create_pet__values_that_are_easily_altered__are_kept(api: Api) -> None:
    """What an API accepts it keeps: markup, signs of all scripts, and cents.

    See #/paths/~1pets/post/requestBody
    """
    # 1. Send values that are easily altered
    pet = api.send(
        "POST",
        "/pets",
        json=edited(
            new_pet(),
            Change("/name", Fresh("<i>&amp;\"' \xe9\U0001d11e ", (ALNUM, 8))),
            Change("/weight", 0.29),
        ),
        auth=valid("APIKEY"),
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": pet.find("/id")}, auth=valid("APIKEY"))
    expect(pet).echo()
    # 2. Read it
    read = api.send("GET", "/pets/{petId}", path={"petId": pet.at("/id")})
    expect(read).read_back(pet.sent)


@pytest.mark.parametrize(
    "query",
    [
        # kind, limit together
        pytest.param({"limit": 50, "kind": "cat"}, id="kind_limit_43ef54"),
        # kind, limit together
        pytest.param({"limit": 1, "kind": "dog"}, id="kind_limit_50b9a0"),
        # kind, limit together
        pytest.param({"limit": 50, "kind": "dog"}, id="kind_limit_68bf51"),
        # kind, limit together
        pytest.param({"limit": 1, "kind": "cat"}, id="kind_limit_a79d4b"),
        # kind, limit together
        pytest.param({"limit": 20, "kind": "cat"}, id="kind_limit_b01b7d"),
        # kind, limit together
        pytest.param({"limit": 20, "kind": "dog"}, id="kind_limit_e68bc6"),
    ],
)
def test_list_pets__with_query__is_answered(api: Api, query: Parameters) -> None:
    """GET /pets: a request with each of these queries is answered."""
    answer = api.send("GET", "/pets", query=query)
    expect(answer).no_server_error().status_documented().body_schema()


@pytest.mark.parametrize(
    "query",
    [
        # kind of another allowed value: #/components/schemas/Kind/enum
        pytest.param({"kind": "\u4ed3\u9f20"}, id="kind_member_cb245e"),
        # kind of the allowed value 'dog': #/components/schemas/Kind/enum
        pytest.param({"kind": "dog"}, id="kind_member_dog"),
        # limit of the largest allowed value: #/paths/~1pets/get/parameters/0/schema/maximum
        pytest.param({"limit": 50}, id="limit_at_maximum"),
        # limit of the smallest allowed value: #/paths/~1pets/get/parameters/0/schema/minimum
        pytest.param({"limit": 1}, id="limit_at_minimum"),
    ],
)
def test_list_pets__with_query__is_accepted(api: Api, query: Parameters) -> None:
    """GET /pets: a request with each of these queries is accepted."""
    answer = api.send("GET", "/pets", query=query)
    expect(answer).no_server_error().status_expected(200).media_type().body_schema()


@pytest.mark.parametrize(
    "query",
    [
        # kind outside of the allowed values: #/components/schemas/Kind/enum
        pytest.param({"kind": "not_a_member"}, id="kind_not_allowed"),
        # kind of an allowed value in the other case: #/components/schemas/Kind/enum
        pytest.param({"kind": "CAT"}, id="kind_other_case"),
        # limit above the maximum of 50: #/paths/~1pets/get/parameters/0/schema/maximum
        pytest.param({"limit": 51}, id="limit_too_large"),
        # limit below the minimum of 1: #/paths/~1pets/get/parameters/0/schema/minimum
        pytest.param({"limit": 0}, id="limit_too_small"),
        # limit not of type integer: #/paths/~1pets/get/parameters/0/schema/type
        pytest.param({"limit": "not-of-this-type"}, id="limit_wrong_type"),
    ],
)
def test_list_pets__with_query__is_rejected(api: Api, query: Parameters) -> None:
    """GET /pets: a request with each of these queries is rejected."""
    refused = api.send("GET", "/pets", query=query)
    expect(refused).no_server_error().rejected()
