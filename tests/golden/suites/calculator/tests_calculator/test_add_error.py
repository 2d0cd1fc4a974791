"""Add: wrong requests get the right kind of error."""

from checks_calculator import Api, changed, expect


def post_add_body():
    """A valid body (application/json)."""
    return {"a": 20.5, "b": 5}


def test_post_add__a_2_to_the_63__does_not_crash(api: Api) -> None:
    """Whatever 2^63 for `a` is answered with, it is no server error (#/paths/~1add/post)."""
    answer = api.send("POST", "/add", json=changed(post_add_body(), "/a", 9223372036854775808))
    expect(answer).no_server_error()


def test_post_add__a_empty_list__does_not_crash(api: Api) -> None:
    """Whatever [] for `a` is answered with, it is no server error (#/paths/~1add/post)."""
    answer = api.send("POST", "/add", json=changed(post_add_body(), "/a", []))
    expect(answer).no_server_error()


def test_post_add__b_10_to_the_30__does_not_crash(api: Api) -> None:
    """Whatever 10^30 for `b` is answered with, it is no server error (#/paths/~1add/post)."""
    answer = api.send("POST", "/add", json=changed(post_add_body(), "/b", 1e30))
    expect(answer).no_server_error()


def test_post_add__b_empty_list__does_not_crash(api: Api) -> None:
    """Whatever [] for `b` is answered with, it is no server error (#/paths/~1add/post)."""
    answer = api.send("POST", "/add", json=changed(post_add_body(), "/b", []))
    expect(answer).no_server_error()


def test_post_add__body_empty__does_not_crash(api: Api) -> None:
    """Whatever nothing for a body is answered with, it is no server error (#/paths/~1add/post)."""
    answer = api.send("POST", "/add", content="", media_type="application/json")
    expect(answer).no_server_error()


def test_post_add__body_list__does_not_crash(api: Api) -> None:
    """Whatever a list for a body is answered with, it is no server error (#/paths/~1add/post)."""
    answer = api.send("POST", "/add", json=[])
    expect(answer).no_server_error()


def test_post_add__body_null__does_not_crash(api: Api) -> None:
    """Whatever null for a body is answered with, it is no server error (#/paths/~1add/post)."""
    answer = api.send("POST", "/add", json=None)
    expect(answer).no_server_error()


def test_post_add__body_text__does_not_crash(api: Api) -> None:
    """Whatever a text for a body is answered with, it is no server error (#/paths/~1add/post)."""
    answer = api.send("POST", "/add", json="text")
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
