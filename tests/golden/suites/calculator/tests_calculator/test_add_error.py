"""Add: wrong requests get the right kind of error."""

from checks_calculator import Api, expect


def test_post_add__malformed_json__is_rejected(api: Api) -> None:
    """The body breaks off in the middle: no JSON, so it cannot be accepted.

    See #/paths/~1add/post/requestBody
    """
    refused = api.send("POST", "/add", content='{"unfinished": ', media_type="application/json")
    expect(refused).no_server_error().rejected()
