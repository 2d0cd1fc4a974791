"""Photos: valid requests are accepted and answered as documented."""

from checks_parcels import ALNUM, Api, Field, expect, fresh


def add_photo_body():
    """A valid body (multipart/form-data)."""
    return {
        "title": fresh("Title-", (ALNUM, 8)),
        "picture": (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        ),
        "tags": ["wet", "wet"],
        "place": {"hall": 15},
    }


def test_add_photo__valid_request__succeeds(api: Api) -> None:
    """A valid request is answered with a documented success: status, media type, body and headers.

    See #/paths/~1photos/post/responses
    """
    answer = api.send(
        "POST",
        "/photos",
        multipart=add_photo_body(),
        fields=[Field("picture", "image/png", file_name="file.png", is_base64=True)],
    )
    expect(answer).no_server_error().status_expected(201).media_type().body_schema()
