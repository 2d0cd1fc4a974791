"""Photos: requests that break one rule each must be rejected."""

import pytest
from checks_parcels import (
    ALNUM,
    LOWER,
    Api,
    Change,
    Edit,
    Field,
    Fresh,
    Remove,
    edited,
    expect,
    fresh,
    removed,
)


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
        multipart=removed(add_photo_body(), "/place", "/tags"),
        fields=[Field("picture", "image/png", file_name="file.png", is_base64=True)],
    )
    expect(answer).no_server_error().status_expected(201).media_type().body_schema()


@pytest.mark.parametrize(
    "edit",
    [
        # picture missing: #/paths/~1photos/post/requestBody/content/multipart~1form-data/schema/required
        pytest.param(Remove("/picture"), id="picture_missing"),
        # title missing: #/paths/~1photos/post/requestBody/content/multipart~1form-data/schema/required
        pytest.param(Remove("/title"), id="title_missing"),
        # title longer than 40 characters (maxLength)
        pytest.param(Change("/title", ("Title-ros1pyvb" + "a" * 27)), id="title_too_long"),
    ],
)
def test_add_photo__body_edited__is_rejected(api: Api, edit: Edit) -> None:
    """POST /photos: the body with each of these edits is rejected."""
    refused = api.send(
        "POST",
        "/photos",
        multipart=edited(add_photo_body(), edit),
        fields=[Field("picture", "image/png", file_name="file.png", is_base64=True)],
    )
    expect(refused).no_server_error().rejected()


@pytest.mark.parametrize(
    "edit",
    [
        # place.hall of the smallest allowed value (minimum)
        pytest.param(Change("/place/hall", 1), id="place_hall_at_minimum"),
        # tags.item of the allowed value 'torn' (enum)
        pytest.param(Change("/tags/0", "torn"), id="tags_item_member_torn"),
        # title of exactly 40 characters, the longest allowed (maxLength)
        pytest.param(Change("/title", Fresh("a" * 32, (LOWER, 8))), id="title_at_max_length"),
        # title of exactly 1 character, the shortest allowed (minLength)
        pytest.param(Change("/title", Fresh((LOWER, 1))), id="title_at_min_length"),
        # title of 40 characters, many beyond ASCII (type)
        pytest.param(
            Change(
                "/title",
                Fresh(
                    ("Gr\xf6\xdfe \u6570\u636e \xf1and\xfa Gr\xf6\xdfe \u6570\u636e \xf1and\xfa Gr"),
                    (ALNUM, 8),
                ),
            ),
            id="title_beyond_ascii",
        ),
    ],
)
def test_add_photo__body_edited__is_accepted(api: Api, edit: Edit) -> None:
    """POST /photos: the body with each of these edits is accepted."""
    answer = api.send(
        "POST",
        "/photos",
        multipart=edited(add_photo_body(), edit),
        fields=[Field("picture", "image/png", file_name="file.png", is_base64=True)],
    )
    expect(answer).no_server_error().status_expected(201).media_type().body_schema()
