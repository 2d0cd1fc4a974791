"""Pets: requests that break one rule each must be rejected."""

from checks_petshop import ALNUM, LOWER, Answer, Api, changed, expect, fresh, removed, valid


def new_pet():
    """A valid body (application/json)."""
    return {"name": fresh("Name-", (ALNUM, 8)), "kind": "cat", "weight": 2.5}


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


def test_create_pet__body_null__is_rejected(api: Api) -> None:
    """body set to null breaks `type` (#/components/schemas/NewPet/type)."""
    refused = api.send("POST", "/pets", json=None, auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


def test_create_pet__body_only_required__is_accepted(api: Api) -> None:
    """body with nothing but what is required is within `required`.

    See #/components/schemas/NewPet/required
    """
    created = api.send("POST", "/pets", json=removed(new_pet(), "/weight"), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": created.find("/id")}, auth=valid("APIKEY"))
    expect(created).no_server_error().status_expected(201).media_type().body_schema().response_headers()
    expect(created).echo()


def test_create_pet__body_wrong_type__is_rejected(api: Api) -> None:
    """body not of type object breaks `type` (#/components/schemas/NewPet/type)."""
    refused = api.send("POST", "/pets", json="not-of-this-type", auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


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


def test_create_pet__kind_member_cb245e__is_accepted(api: Api) -> None:
    """kind of_the_allowed_value_a9d15a is within `enum` (#/components/schemas/Kind/enum)."""
    created = api.send(
        "POST", "/pets", json=changed(new_pet(), "/kind", "\u4ed3\u9f20"), auth=valid("APIKEY")
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": created.find("/id")}, auth=valid("APIKEY"))
    expect(created).no_server_error().status_expected(201).media_type().body_schema().response_headers()
    expect(created).echo()


def test_create_pet__kind_member_dog__is_accepted(api: Api) -> None:
    """kind of the allowed value 'dog' is within `enum` (#/components/schemas/Kind/enum)."""
    created = api.send("POST", "/pets", json=changed(new_pet(), "/kind", "dog"), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": created.find("/id")}, auth=valid("APIKEY"))
    expect(created).no_server_error().status_expected(201).media_type().body_schema().response_headers()
    expect(created).echo()


def test_create_pet__kind_missing__is_rejected(api: Api) -> None:
    """kind missing breaks `required` (#/components/schemas/NewPet/required)."""
    refused = api.send("POST", "/pets", json=removed(new_pet(), "/kind"), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


def test_create_pet__kind_not_allowed__is_rejected(api: Api) -> None:
    """kind outside of the allowed values breaks `enum` (#/components/schemas/Kind/enum)."""
    refused = api.send(
        "POST", "/pets", json=changed(new_pet(), "/kind", "not_a_member"), auth=valid("APIKEY")
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


def test_create_pet__kind_null__is_rejected(api: Api) -> None:
    """kind set to null breaks `type` (#/components/schemas/Kind/type)."""
    refused = api.send("POST", "/pets", json=changed(new_pet(), "/kind", None), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


def test_create_pet__kind_other_case__is_rejected(api: Api) -> None:
    """kind of an allowed value in the other case breaks `enum` (#/components/schemas/Kind/enum)."""
    refused = api.send("POST", "/pets", json=changed(new_pet(), "/kind", "CAT"), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


def test_create_pet__kind_wrong_type__is_rejected(api: Api) -> None:
    """kind not of type string breaks `type` (#/components/schemas/Kind/type)."""
    refused = api.send(
        "POST", "/pets", json=changed(new_pet(), "/kind", {"unexpected": "object"}), auth=valid("APIKEY")
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


def test_create_pet__name_at_max_length__is_accepted(api: Api) -> None:
    """name of exactly 30 characters, the longest allowed is within `maxLength`.

    See #/components/schemas/NewPet/properties/name/maxLength
    """
    created = api.send(
        "POST",
        "/pets",
        json=changed(new_pet(), "/name", fresh("aaaaaaaaaaaaaaaaaaaaaa", (LOWER, 8))),
        auth=valid("APIKEY"),
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": created.find("/id")}, auth=valid("APIKEY"))
    expect(created).no_server_error().status_expected(201).media_type().body_schema().response_headers()
    expect(created).echo()


def test_create_pet__name_at_min_length__is_accepted(api: Api) -> None:
    """name of exactly 1 characters, the shortest allowed is within `minLength`.

    See #/components/schemas/NewPet/properties/name/minLength
    """
    created = api.send(
        "POST", "/pets", json=changed(new_pet(), "/name", fresh((LOWER, 1))), auth=valid("APIKEY")
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": created.find("/id")}, auth=valid("APIKEY"))
    expect(created).no_server_error().status_expected(201).media_type().body_schema().response_headers()
    expect(created).echo()


def test_create_pet__name_beyond_ascii__is_accepted(api: Api) -> None:
    """name of 30 characters, many beyond ASCII is within `type`.

    See #/components/schemas/NewPet/properties/name/type
    """
    created = api.send(
        "POST",
        "/pets",
        json=changed(
            new_pet(), "/name", fresh("Gr\xf6\xdfe \u6570\u636e \xf1and\xfa Gr\xf6\xdfe \u6570", (ALNUM, 8))
        ),
        auth=valid("APIKEY"),
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": created.find("/id")}, auth=valid("APIKEY"))
    expect(created).no_server_error().status_expected(201).media_type().body_schema().response_headers()
    expect(created).echo()


def test_create_pet__name_missing__is_rejected(api: Api) -> None:
    """name missing breaks `required` (#/components/schemas/NewPet/required)."""
    refused = api.send("POST", "/pets", json=removed(new_pet(), "/name"), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


def test_create_pet__name_null__is_rejected(api: Api) -> None:
    """name set to null breaks `type` (#/components/schemas/NewPet/properties/name/type)."""
    refused = api.send("POST", "/pets", json=changed(new_pet(), "/name", None), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


def test_create_pet__name_too_long__is_rejected(api: Api) -> None:
    """name longer than 30 characters breaks `maxLength`.

    See #/components/schemas/NewPet/properties/name/maxLength
    """
    refused = api.send(
        "POST",
        "/pets",
        json=changed(new_pet(), "/name", "Name-m1cgnbuwaaaaaaaaaaaaaaaaaa"),
        auth=valid("APIKEY"),
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


def test_create_pet__name_too_short__is_rejected(api: Api) -> None:
    """name empty breaks `minLength` (#/components/schemas/NewPet/properties/name/minLength)."""
    refused = api.send("POST", "/pets", json=changed(new_pet(), "/name", ""), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


def test_create_pet__name_wrong_type__is_rejected(api: Api) -> None:
    """name not of type string breaks `type` (#/components/schemas/NewPet/properties/name/type)."""
    refused = api.send(
        "POST", "/pets", json=changed(new_pet(), "/name", {"unexpected": "object"}), auth=valid("APIKEY")
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


def test_create_pet__values_that_are_easily_altered__are_kept(api: Api) -> None:
    """What an API accepts it keeps: markup, signs of all scripts, and cents.

    See #/paths/~1pets/post/requestBody
    """
    # 1. Send values that are easily altered
    pet = api.send(
        "POST",
        "/pets",
        json=changed(
            changed(new_pet(), "/name", fresh("<i>&amp;\"' \xe9\U0001d11e ", (ALNUM, 8))), "/weight", 0.29
        ),
        auth=valid("APIKEY"),
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": pet.find("/id")}, auth=valid("APIKEY"))
    expect(pet).echo()
    # 2. Read it
    read = api.send("GET", "/pets/{petId}", path={"petId": pet.at("/id")})
    expect(read).read_back(pet.sent)


def test_create_pet__weight_allowed_null__is_accepted(api: Api) -> None:
    """weight set to null, which is allowed is within `type`.

    See #/components/schemas/NewPet/properties/weight/type
    """
    created = api.send("POST", "/pets", json=changed(new_pet(), "/weight", None), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": created.find("/id")}, auth=valid("APIKEY"))
    expect(created).no_server_error().status_expected(201).media_type().body_schema().response_headers()
    expect(created).echo()


def test_create_pet__weight_at_exclusive_minimum__is_accepted(api: Api) -> None:
    """weight of the smallest allowed value is within `exclusiveMinimum`.

    See #/components/schemas/NewPet/properties/weight/exclusiveMinimum
    """
    created = api.send("POST", "/pets", json=changed(new_pet(), "/weight", 0.01), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": created.find("/id")}, auth=valid("APIKEY"))
    expect(created).no_server_error().status_expected(201).media_type().body_schema().response_headers()
    expect(created).echo()


def test_create_pet__weight_boolean__is_rejected(api: Api) -> None:
    """weight set to true, which is no number breaks `type`.

    See #/components/schemas/NewPet/properties/weight/type
    """
    refused = api.send("POST", "/pets", json=changed(new_pet(), "/weight", True), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


def test_create_pet__weight_too_small__is_rejected(api: Api) -> None:
    """weight not above the exclusive minimum of 0 breaks `exclusiveMinimum`.

    See #/components/schemas/NewPet/properties/weight/exclusiveMinimum
    """
    refused = api.send("POST", "/pets", json=changed(new_pet(), "/weight", 0), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


def test_create_pet__weight_wrong_type__is_rejected(api: Api) -> None:
    """weight not of type number or null breaks `type`.

    See #/components/schemas/NewPet/properties/weight/type
    """
    refused = api.send(
        "POST", "/pets", json=changed(new_pet(), "/weight", "not-of-this-type"), auth=valid("APIKEY")
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


def test_list_pets__kind_member_cb245e__is_accepted(api: Api) -> None:
    """kind of_the_allowed_value_a9d15a is within `enum` (#/components/schemas/Kind/enum)."""
    answer = api.send("GET", "/pets", query={"kind": "\u4ed3\u9f20"})
    expect(answer).no_server_error().status_expected(200).media_type().body_schema()


def test_list_pets__kind_member_dog__is_accepted(api: Api) -> None:
    """kind of the allowed value 'dog' is within `enum` (#/components/schemas/Kind/enum)."""
    answer = api.send("GET", "/pets", query={"kind": "dog"})
    expect(answer).no_server_error().status_expected(200).media_type().body_schema()


def test_list_pets__kind_not_allowed__is_rejected(api: Api) -> None:
    """kind outside of the allowed values breaks `enum` (#/components/schemas/Kind/enum)."""
    refused = api.send("GET", "/pets", query={"kind": "not_a_member"})
    expect(refused).no_server_error().rejected()


def test_list_pets__kind_other_case__is_rejected(api: Api) -> None:
    """kind of an allowed value in the other case breaks `enum` (#/components/schemas/Kind/enum)."""
    refused = api.send("GET", "/pets", query={"kind": "CAT"})
    expect(refused).no_server_error().rejected()


def test_list_pets__limit_at_maximum__is_accepted(api: Api) -> None:
    """limit of the largest allowed value is within `maximum`.

    See #/paths/~1pets/get/parameters/0/schema/maximum
    """
    answer = api.send("GET", "/pets", query={"limit": 50})
    expect(answer).no_server_error().status_expected(200).media_type().body_schema()


def test_list_pets__limit_at_minimum__is_accepted(api: Api) -> None:
    """limit of the smallest allowed value is within `minimum`.

    See #/paths/~1pets/get/parameters/0/schema/minimum
    """
    answer = api.send("GET", "/pets", query={"limit": 1})
    expect(answer).no_server_error().status_expected(200).media_type().body_schema()


def test_list_pets__limit_too_large__is_rejected(api: Api) -> None:
    """limit above the maximum of 50 breaks `maximum`.

    See #/paths/~1pets/get/parameters/0/schema/maximum
    """
    refused = api.send("GET", "/pets", query={"limit": 51})
    expect(refused).no_server_error().rejected()


def test_list_pets__limit_too_small__is_rejected(api: Api) -> None:
    """limit below the minimum of 1 breaks `minimum`.

    See #/paths/~1pets/get/parameters/0/schema/minimum
    """
    refused = api.send("GET", "/pets", query={"limit": 0})
    expect(refused).no_server_error().rejected()


def test_list_pets__limit_wrong_type__is_rejected(api: Api) -> None:
    """limit not of type integer breaks `type` (#/paths/~1pets/get/parameters/0/schema/type)."""
    refused = api.send("GET", "/pets", query={"limit": "not-of-this-type"})
    expect(refused).no_server_error().rejected()
