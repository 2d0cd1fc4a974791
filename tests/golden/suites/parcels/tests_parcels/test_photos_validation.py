"""Photos: requests that break one rule each must be rejected."""

from checks_parcels import ALNUM, Api, Field, changed, expect, fresh, removed


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


def test_add_photo__body_missing__is_rejected(api: Api) -> None:
    """a request without its body breaks `required` (#/paths/~1photos/post/requestBody/required)."""
    refused = api.send("POST", "/photos")
    expect(refused).no_server_error().rejected()


def test_add_photo__picture_missing__is_rejected(api: Api) -> None:
    """picture missing breaks `required`.

    See #/paths/~1photos/post/requestBody/content/multipart~1form-data/schema/required
    """
    refused = api.send(
        "POST",
        "/photos",
        multipart=removed(add_photo_body(), "/picture"),
        fields=[Field("picture", "image/png", file_name="file.png", is_base64=True)],
    )
    expect(refused).no_server_error().rejected()


def test_add_photo__title_missing__is_rejected(api: Api) -> None:
    """title missing breaks `required`.

    See #/paths/~1photos/post/requestBody/content/multipart~1form-data/schema/required
    """
    refused = api.send(
        "POST",
        "/photos",
        multipart=removed(add_photo_body(), "/title"),
        fields=[Field("picture", "image/png", file_name="file.png", is_base64=True)],
    )
    expect(refused).no_server_error().rejected()


def test_add_photo__title_too_long__is_rejected(api: Api) -> None:
    """title longer than 40 characters breaks `maxLength`.

    See #/paths/~1photos/post/requestBody/content/multipart~1form-data/schema/properties/title/...
    """
    refused = api.send(
        "POST",
        "/photos",
        multipart=changed(add_photo_body(), "/title", ("Title-ros1pyvb" + "a" * 27)),
        fields=[Field("picture", "image/png", file_name="file.png", is_base64=True)],
    )
    expect(refused).no_server_error().rejected()
