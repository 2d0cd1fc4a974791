"""Pets: wrong requests get the right kind of error."""

from checks_petshop import ALNUM, Answer, Api, changed, expect, fresh, valid


def new_pet():
    """A valid body (application/json)."""
    return {"name": fresh("Name-", (ALNUM, 8)), "kind": "cat", "weight": 2.5}


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


def test_create_pet__body_list__does_not_crash(api: Api) -> None:
    """Whatever a list for a body is answered with, it is no server error (#/paths/~1pets/post)."""
    answer = api.send("POST", "/pets", json=[], auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": answer.find("/id")}, auth=valid("APIKEY"))
    expect(answer).no_server_error()


def test_create_pet__body_null__does_not_crash(api: Api) -> None:
    """Whatever null for a body is answered with, it is no server error (#/paths/~1pets/post)."""
    answer = api.send("POST", "/pets", json=None, auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": answer.find("/id")}, auth=valid("APIKEY"))
    expect(answer).no_server_error()


def test_create_pet__body_text__does_not_crash(api: Api) -> None:
    """Whatever a text for a body is answered with, it is no server error (#/paths/~1pets/post)."""
    answer = api.send("POST", "/pets", json="text", auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": answer.find("/id")}, auth=valid("APIKEY"))
    expect(answer).no_server_error()


def test_create_pet__kind_emoji__does_not_crash(api: Api) -> None:
    """Whatever letters and signs of many scripts for `kind` is answered with, it is no server error.

    See #/paths/~1pets/post
    """
    answer = api.send(
        "POST",
        "/pets",
        json=changed(
            new_pet(),
            "/kind",
            ("\xe9\u6f22\u5b57\u05e2\u05d1\u05e8\u05d9\u05ea\U0001f469\u200d\U0001f4bb\u202e"),
        ),
        auth=valid("APIKEY"),
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": answer.find("/id")}, auth=valid("APIKEY"))
    expect(answer).no_server_error()


def test_create_pet__kind_empty_list__does_not_crash(api: Api) -> None:
    """Whatever [] for `kind` is answered with, it is no server error (#/paths/~1pets/post)."""
    answer = api.send("POST", "/pets", json=changed(new_pet(), "/kind", []), auth=valid("APIKEY"))
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


def test_create_pet__name_empty_object__does_not_crash(api: Api) -> None:
    """Whatever {} for `name` is answered with, it is no server error (#/paths/~1pets/post)."""
    answer = api.send("POST", "/pets", json=changed(new_pet(), "/name", {}), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": answer.find("/id")}, auth=valid("APIKEY"))
    expect(answer).no_server_error()


def test_create_pet__name_empty_text__does_not_crash(api: Api) -> None:
    """Whatever an empty text for `name` is answered with, it is no server error.

    See #/paths/~1pets/post
    """
    answer = api.send("POST", "/pets", json=changed(new_pet(), "/name", ""), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": answer.find("/id")}, auth=valid("APIKEY"))
    expect(answer).no_server_error()


def test_create_pet__weight_empty_object__does_not_crash(api: Api) -> None:
    """Whatever {} for `weight` is answered with, it is no server error (#/paths/~1pets/post)."""
    answer = api.send("POST", "/pets", json=changed(new_pet(), "/weight", {}), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": answer.find("/id")}, auth=valid("APIKEY"))
    expect(answer).no_server_error()


def test_create_pet__weight_minus_one__does_not_crash(api: Api) -> None:
    """Whatever -1 for `weight` is answered with, it is no server error (#/paths/~1pets/post)."""
    answer = api.send("POST", "/pets", json=changed(new_pet(), "/weight", -1), auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": answer.find("/id")}, auth=valid("APIKEY"))
    expect(answer).no_server_error()


def test_create_pet__wrong_media_type__is_rejected(api: Api) -> None:
    """The operation takes no plain text (#/paths/~1pets/post/requestBody/content)."""
    refused = api.send("POST", "/pets", json=new_pet(), media_type="text/plain", auth=valid("APIKEY"))
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


def test_list_pets__kind_5000_characters__does_not_crash(api: Api) -> None:
    """Whatever 5000 characters for `kind` is answered with, it is no server error.

    See #/paths/~1pets/get
    """
    answer = api.send("GET", "/pets", query={"kind": "a" * 5000})
    expect(answer).no_server_error()


def test_list_pets__limit_10_to_the_30__does_not_crash(api: Api) -> None:
    """Whatever 10^30 for `limit` is answered with, it is no server error (#/paths/~1pets/get)."""
    answer = api.send("GET", "/pets", query={"limit": 1e30})
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


def test_read_pet__pet_id_malformed__does_not_crash(api: Api) -> None:
    """Whatever no id at all for `petId` is answered with, it is no server error.

    See #/paths/~1pets~1{petId}/get
    """
    answer = api.send("GET", "/pets/{petId}", path={"petId": "no-id-at-all"})
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
