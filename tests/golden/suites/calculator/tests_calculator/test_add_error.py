"""Add: wrong requests get the right kind of error."""

import pytest
from checks_calculator import Api, Change, Edit, edited, expect


def post_add_body():
    """A valid body (application/json)."""
    return {
        "a": 20.5,
        "b": 5,
    }


@pytest.mark.parametrize(
    "edit",
    [
        # [] for `a`
        pytest.param(Change("/a", []), id="a_empty_list"),
        # 0 for `a`
        pytest.param(Change("/a", 0), id="a_zero"),
        # 2^31 for `b`
        pytest.param(Change("/b", 2147483648), id="b_2_to_the_31"),
        # [] for `b`
        pytest.param(Change("/b", []), id="b_empty_list"),
        # a list for a body
        pytest.param(Change("", []), id="body_list"),
        # null for a body
        pytest.param(Change("", None), id="body_null"),
        # a text for a body
        pytest.param(Change("", "text"), id="body_text"),
    ],
)
def test_post_add__body_edited__does_not_crash(api: Api, edit: Edit) -> None:
    """POST /add: the body with each of these edits does not crash."""
    answer = api.send("POST", "/add", json=edited(post_add_body(), edit))
    expect(answer).no_server_error()


def test_post_add__body_empty__does_not_crash(api: Api) -> None:
    """Whatever nothing for a body is answered with, it is no server error (#/paths/~1add/post)."""
    answer = api.send("POST", "/add", content="", media_type="application/json")
    expect(answer).no_server_error()


def test_post_add__malformed_json__is_rejected(api: Api) -> None:
    """The body breaks off in the middle: no JSON, so it cannot be accepted.

    See #/paths/~1add/post/requestBody
    """
    refused = api.send("POST", "/add", content='{"unfinished": ', media_type="application/json")
    expect(refused).no_server_error().rejected()


def test_post_add__media_type_with_charset__is_accepted(api: Api) -> None:
    """JSON is JSON with `charset=utf-8` behind its media type, too.

    See #/paths/~1add/post/requestBody/content
    """
    answer = api.send("POST", "/add", json=post_add_body(), media_type="application/json; charset=utf-8")
    expect(answer).no_server_error().status_expected(200)


def test_post_add__patch_is_undeclared__is_refused(api: Api) -> None:
    """The document has no PATCH for this path, so it is not carried out: 405, or 404.

    See #/paths/~1add
    """
    answer = api.send("PATCH", "/add")
    expect(answer).method_refused()


def test_post_add__wrong_media_type__is_rejected(api: Api) -> None:
    """The operation takes no plain text (#/paths/~1add/post/requestBody/content)."""
    refused = api.send("POST", "/add", json=post_add_body(), media_type="text/plain")
    expect(refused).no_server_error().rejected()
