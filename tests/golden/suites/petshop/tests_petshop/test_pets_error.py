"""Pets: wrong requests get the right kind of error."""

from checks_petshop import Api, expect, valid


def test_create_pet__malformed_json__is_rejected(api: Api) -> None:
    """The body breaks off in the middle: no JSON, so it cannot be accepted.

    See #/paths/~1pets/post/requestBody
    """
    refused = api.send(
        "POST", "/pets", content='{"unfinished": ', media_type="application/json", auth=valid("APIKEY")
    )
    api.cleanup("DELETE", "/pets/{petId}", path={"petId": refused.find("/id")}, auth=valid("APIKEY"))
    expect(refused).no_server_error().rejected()


def test_read_pet__unknown_id__is_not_found(api: Api) -> None:
    """Nothing has this well-formed `petId`, so the answer is 404 or 410.

    See #/paths/~1pets~1{petId}/parameters/0
    """
    answer = api.send("GET", "/pets/{petId}", path={"petId": 2147482178})
    expect(answer).no_server_error().unknown_id()


def test_delete_pet__unknown_id__is_not_found(api: Api) -> None:
    """Nothing has this well-formed `petId`, so the answer is 404 or 410.

    See #/paths/~1pets~1{petId}/parameters/0
    """
    answer = api.send("DELETE", "/pets/{petId}", path={"petId": 2147482709}, auth=valid("APIKEY"))
    expect(answer).no_server_error().unknown_id()
