"""Add: valid requests are accepted and answered as documented."""

from checks_calculator import Api, expect


def post_add_body():
    """A valid body (application/json)."""
    return {
        "a": 20.5,
        "b": 5,
    }


def test_post_add__valid_request__succeeds(api: Api) -> None:
    """A valid request is answered with a documented success: status, media type, body and headers.

    See #/paths/~1add/post/responses
    """
    answer = api.send("POST", "/add", json=post_add_body())
    expect(answer).no_server_error().status_expected(200).media_type().body_schema()
