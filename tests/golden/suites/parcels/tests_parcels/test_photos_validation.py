"""Photos: requests that break one rule each must be rejected."""

from checks_parcels import ALNUM, LOWER, Api, Field, changed, expect, fresh, removed


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


def test_add_photo__body_only_required__is_accepted(api: Api) -> None:
    """body with nothing but what is required is within `required`.

    See #/paths/~1photos/post/requestBody/content/multipart~1form-data/schema/required
    """
    answer = api.send(
        "POST",
        "/photos",
        multipart=removed(removed(add_photo_body(), "/place"), "/tags"),
        fields=[Field("picture", "image/png", file_name="file.png", is_base64=True)],
    )
    expect(answer).no_server_error().status_expected(201).media_type().body_schema()


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


def test_add_photo__place_hall_at_minimum__is_accepted(api: Api) -> None:
    """place.hall of the smallest allowed value is within `minimum`.

    See #/paths/~1photos/post/requestBody/content/multipart~1form-data/schema/properties/place/...
    """
    answer = api.send(
        "POST",
        "/photos",
        multipart=changed(add_photo_body(), "/place/hall", 1),
        fields=[Field("picture", "image/png", file_name="file.png", is_base64=True)],
    )
    expect(answer).no_server_error().status_expected(201).media_type().body_schema()


def test_add_photo__tags_item_member_torn__is_accepted(api: Api) -> None:
    """tags.item of the allowed value 'torn' is within `enum`.

    See #/paths/~1photos/post/requestBody/content/multipart~1form-data/schema/properties/tags/i...
    """
    answer = api.send(
        "POST",
        "/photos",
        multipart=changed(add_photo_body(), "/tags/0", "torn"),
        fields=[Field("picture", "image/png", file_name="file.png", is_base64=True)],
    )
    expect(answer).no_server_error().status_expected(201).media_type().body_schema()


def test_add_photo__title_at_max_length__is_accepted(api: Api) -> None:
    """title of exactly 40 characters, the longest allowed is within `maxLength`.

    See #/paths/~1photos/post/requestBody/content/multipart~1form-data/schema/properties/title/...
    """
    answer = api.send(
        "POST",
        "/photos",
        multipart=changed(add_photo_body(), "/title", fresh("a" * 32, (LOWER, 8))),
        fields=[Field("picture", "image/png", file_name="file.png", is_base64=True)],
    )
    expect(answer).no_server_error().status_expected(201).media_type().body_schema()


def test_add_photo__title_at_min_length__is_accepted(api: Api) -> None:
    """title of exactly 1 characters, the shortest allowed is within `minLength`.

    See #/paths/~1photos/post/requestBody/content/multipart~1form-data/schema/properties/title/...
    """
    answer = api.send(
        "POST",
        "/photos",
        multipart=changed(add_photo_body(), "/title", fresh((LOWER, 1))),
        fields=[Field("picture", "image/png", file_name="file.png", is_base64=True)],
    )
    expect(answer).no_server_error().status_expected(201).media_type().body_schema()


def test_add_photo__title_beyond_ascii__is_accepted(api: Api) -> None:
    """title of 40 characters, many beyond ASCII is within `type`.

    See #/paths/~1photos/post/requestBody/content/multipart~1form-data/schema/properties/title/...
    """
    answer = api.send(
        "POST",
        "/photos",
        multipart=changed(
            add_photo_body(),
            "/title",
            fresh(
                ("Gr\xf6\xdfe \u6570\u636e \xf1and\xfa Gr\xf6\xdfe \u6570\u636e \xf1and\xfa Gr"), (ALNUM, 8)
            ),
        ),
        fields=[Field("picture", "image/png", file_name="file.png", is_base64=True)],
    )
    expect(answer).no_server_error().status_expected(201).media_type().body_schema()


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
