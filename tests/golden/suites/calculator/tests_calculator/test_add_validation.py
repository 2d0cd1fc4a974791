"""Add: requests that break one rule each must be rejected."""

import pytest
from checks_calculator import Api, Change, Edit, Remove, edited, expect


def post_add_body():
    """A valid body (application/json)."""
    return {
        "a": 20.5,
        "b": 5,
    }


@pytest.mark.parametrize(
    "edit",
    [
        # a set to true, which is no number (type)
        pytest.param(Change("/a", True), id="a_boolean"),
        # a missing: #/paths/~1add/post/requestBody/content/application~1json/schema/required
        pytest.param(Remove("/a"), id="a_missing"),
        # a set to null: #/paths/~1add/post/requestBody/content/application~1json/schema/properties/a/type
        pytest.param(Change("/a", None), id="a_null"),
        # a not of type number (type)
        pytest.param(Change("/a", "not-of-this-type"), id="a_wrong_type"),
        # b set to true, which is no number (type)
        pytest.param(Change("/b", True), id="b_boolean"),
        # b missing: #/paths/~1add/post/requestBody/content/application~1json/schema/required
        pytest.param(Remove("/b"), id="b_missing"),
        # b above the maximum of 10 (maximum)
        pytest.param(Change("/b", 10.01), id="b_too_large"),
        # b not of type number or null (type)
        pytest.param(Change("/b", "not-of-this-type"), id="b_wrong_type"),
        # body set to null: #/paths/~1add/post/requestBody/content/application~1json/schema/type
        pytest.param(Change("", None), id="body_null"),
        # body with an undeclared property (additionalProperties)
        pytest.param(Change("/specproof_unexpected", "x"), id="body_unknown_property"),
        # body not of type object: #/paths/~1add/post/requestBody/content/application~1json/schema/type
        pytest.param(Change("", "not-of-this-type"), id="body_wrong_type"),
    ],
)
def test_post_add__body_edited__is_rejected(api: Api, edit: Edit) -> None:
    """POST /add: the body with each of these edits is rejected."""
    refused = api.send("POST", "/add", json=edited(post_add_body(), edit))
    expect(refused).no_server_error().rejected()


@pytest.mark.parametrize(
    "edit",
    [
        # b set to null, which is allowed (type)
        pytest.param(Change("/b", None), id="b_allowed_null"),
        # b of the largest allowed value (maximum)
        pytest.param(Change("/b", 10), id="b_at_maximum"),
    ],
)
def test_post_add__body_edited__is_accepted(api: Api, edit: Edit) -> None:
    """POST /add: the body with each of these edits is accepted."""
    answer = api.send("POST", "/add", json=edited(post_add_body(), edit))
    expect(answer).no_server_error().status_expected(200).media_type().body_schema()
