"""Add: requests that break one rule each must be rejected."""

from checks_calculator import Api, changed, expect, removed


def post_add_body():
    """A valid body (application/json)."""
    return {"a": 20.5, "b": 5}


def test_post_add__a_boolean__is_rejected(api: Api) -> None:
    """a set to true, which is no number breaks `type`.

    See #/paths/~1add/post/requestBody/content/application~1json/schema/properties/a/type
    """
    refused = api.send("POST", "/add", json=changed(post_add_body(), "/a", True))
    expect(refused).no_server_error().rejected()


def test_post_add__a_missing__is_rejected(api: Api) -> None:
    """a missing breaks `required`.

    See #/paths/~1add/post/requestBody/content/application~1json/schema/required
    """
    refused = api.send("POST", "/add", json=removed(post_add_body(), "/a"))
    expect(refused).no_server_error().rejected()


def test_post_add__a_null__is_rejected(api: Api) -> None:
    """a set to null breaks `type`.

    See #/paths/~1add/post/requestBody/content/application~1json/schema/properties/a/type
    """
    refused = api.send("POST", "/add", json=changed(post_add_body(), "/a", None))
    expect(refused).no_server_error().rejected()


def test_post_add__a_wrong_type__is_rejected(api: Api) -> None:
    """a not of type number breaks `type`.

    See #/paths/~1add/post/requestBody/content/application~1json/schema/properties/a/type
    """
    refused = api.send("POST", "/add", json=changed(post_add_body(), "/a", "not-of-this-type"))
    expect(refused).no_server_error().rejected()


def test_post_add__b_allowed_null__is_accepted(api: Api) -> None:
    """b set to null, which is allowed is within `type`.

    See #/paths/~1add/post/requestBody/content/application~1json/schema/properties/b/type
    """
    answer = api.send("POST", "/add", json=changed(post_add_body(), "/b", None))
    expect(answer).no_server_error().status_expected(200).media_type().body_schema()


def test_post_add__b_at_maximum__is_accepted(api: Api) -> None:
    """b of the largest allowed value is within `maximum`.

    See #/paths/~1add/post/requestBody/content/application~1json/schema/properties/b/maximum
    """
    answer = api.send("POST", "/add", json=changed(post_add_body(), "/b", 10))
    expect(answer).no_server_error().status_expected(200).media_type().body_schema()


def test_post_add__b_boolean__is_rejected(api: Api) -> None:
    """b set to true, which is no number breaks `type`.

    See #/paths/~1add/post/requestBody/content/application~1json/schema/properties/b/type
    """
    refused = api.send("POST", "/add", json=changed(post_add_body(), "/b", True))
    expect(refused).no_server_error().rejected()


def test_post_add__b_missing__is_rejected(api: Api) -> None:
    """b missing breaks `required`.

    See #/paths/~1add/post/requestBody/content/application~1json/schema/required
    """
    refused = api.send("POST", "/add", json=removed(post_add_body(), "/b"))
    expect(refused).no_server_error().rejected()


def test_post_add__b_too_large__is_rejected(api: Api) -> None:
    """b above the maximum of 10 breaks `maximum`.

    See #/paths/~1add/post/requestBody/content/application~1json/schema/properties/b/maximum
    """
    refused = api.send("POST", "/add", json=changed(post_add_body(), "/b", 10.01))
    expect(refused).no_server_error().rejected()


def test_post_add__b_wrong_type__is_rejected(api: Api) -> None:
    """b not of type number or null breaks `type`.

    See #/paths/~1add/post/requestBody/content/application~1json/schema/properties/b/type
    """
    refused = api.send("POST", "/add", json=changed(post_add_body(), "/b", "not-of-this-type"))
    expect(refused).no_server_error().rejected()


def test_post_add__body_null__is_rejected(api: Api) -> None:
    """body set to null breaks `type`.

    See #/paths/~1add/post/requestBody/content/application~1json/schema/type
    """
    refused = api.send("POST", "/add", json=None)
    expect(refused).no_server_error().rejected()


def test_post_add__body_unknown_property__is_rejected(api: Api) -> None:
    """body with an undeclared property breaks `additionalProperties`.

    See #/paths/~1add/post/requestBody/content/application~1json/schema/additionalProperties
    """
    refused = api.send("POST", "/add", json=changed(post_add_body(), "/specproof_unexpected", "x"))
    expect(refused).no_server_error().rejected()


def test_post_add__body_wrong_type__is_rejected(api: Api) -> None:
    """body not of type object breaks `type`.

    See #/paths/~1add/post/requestBody/content/application~1json/schema/type
    """
    refused = api.send("POST", "/add", json="not-of-this-type")
    expect(refused).no_server_error().rejected()
