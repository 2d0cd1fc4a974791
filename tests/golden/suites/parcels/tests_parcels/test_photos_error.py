"""Photos: wrong requests get the right kind of error."""

from checks_parcels import ALNUM, Api, Field, changed, expect, fresh


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


def test_add_photo__patch_is_undeclared__is_refused(api: Api) -> None:
    """The document has no PATCH for this path, so it is not carried out: 405, or 404.

    See #/paths/~1photos
    """
    answer = api.send("PATCH", "/photos")
    expect(answer).method_refused()


def test_add_photo__title_5000_characters__does_not_crash(api: Api) -> None:
    """Whatever 5000 characters for `title` is answered with, it is no server error.

    See #/paths/~1photos/post
    """
    answer = api.send(
        "POST",
        "/photos",
        multipart=changed(add_photo_body(), "/title", "a" * 5000),
        fields=[Field("picture", "image/png", file_name="file.png", is_base64=True)],
    )
    expect(answer).no_server_error()
