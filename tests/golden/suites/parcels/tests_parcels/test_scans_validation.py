"""Scans: requests that break one rule each must be rejected."""

from checks_parcels import Api, changed, expect, removed


def import_scans_body():
    """A valid body (application/x-ndjson)."""
    return [{"code": 7, "at": "2024-05-04T09:30:00Z"}]


def test_import_scans__item_at_missing__is_rejected(api: Api) -> None:
    """item.at missing breaks `required`.

    See #/paths/~1scans/post/requestBody/content/application~1x-ndjson/schema/items/required
    """
    refused = api.send("POST", "/scans", lines=removed(import_scans_body(), "/0/at"))
    expect(refused).no_server_error().rejected()


def test_import_scans__item_at_not_date_time__is_rejected(api: Api) -> None:
    """item.at not of the format date-time breaks `format`.

    See #/paths/~1scans/post/requestBody/content/application~1x-ndjson/schema/items/properties/...
    """
    refused = api.send("POST", "/scans", lines=changed(import_scans_body(), "/0/at", "2023-02-30T25:61:00Z"))
    expect(refused).no_server_error().rejected()


def test_import_scans__item_at_null__is_rejected(api: Api) -> None:
    """item.at set to null breaks `type`.

    See #/paths/~1scans/post/requestBody/content/application~1x-ndjson/schema/items/properties/...
    """
    refused = api.send("POST", "/scans", lines=changed(import_scans_body(), "/0/at", None))
    expect(refused).no_server_error().rejected()


def test_import_scans__item_at_wrong_type__is_rejected(api: Api) -> None:
    """item.at not of type string breaks `type`.

    See #/paths/~1scans/post/requestBody/content/application~1x-ndjson/schema/items/properties/...
    """
    refused = api.send(
        "POST", "/scans", lines=changed(import_scans_body(), "/0/at", {"unexpected": "object"})
    )
    expect(refused).no_server_error().rejected()


def test_import_scans__item_code_missing__is_rejected(api: Api) -> None:
    """item.code missing breaks `required`.

    See #/paths/~1scans/post/requestBody/content/application~1x-ndjson/schema/items/required
    """
    refused = api.send("POST", "/scans", lines=removed(import_scans_body(), "/0/code"))
    expect(refused).no_server_error().rejected()


def test_import_scans__item_code_null__is_rejected(api: Api) -> None:
    """item.code set to null breaks `type`.

    See #/paths/~1scans/post/requestBody/content/application~1x-ndjson/schema/items/properties/...
    """
    refused = api.send("POST", "/scans", lines=changed(import_scans_body(), "/0/code", None))
    expect(refused).no_server_error().rejected()


def test_import_scans__item_code_too_small__is_rejected(api: Api) -> None:
    """item.code below the minimum of 1 breaks `minimum`.

    See #/paths/~1scans/post/requestBody/content/application~1x-ndjson/schema/items/properties/...
    """
    refused = api.send("POST", "/scans", lines=changed(import_scans_body(), "/0/code", 0))
    expect(refused).no_server_error().rejected()


def test_import_scans__item_code_wrong_type__is_rejected(api: Api) -> None:
    """item.code not of type integer breaks `type`.

    See #/paths/~1scans/post/requestBody/content/application~1x-ndjson/schema/items/properties/...
    """
    refused = api.send("POST", "/scans", lines=changed(import_scans_body(), "/0/code", "not-of-this-type"))
    expect(refused).no_server_error().rejected()
