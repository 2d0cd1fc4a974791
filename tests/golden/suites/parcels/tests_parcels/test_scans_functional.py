"""Scans: valid requests are accepted and answered as documented."""

from checks_parcels import Api, expect


def import_scans_body():
    """A valid body (application/x-ndjson)."""
    return [{"code": 7, "at": "2024-05-04T09:30:00Z"}]


def test_import_scans__valid_request__succeeds(api: Api) -> None:
    """A valid request is answered with a documented success: status, media type, body and headers.

    See #/paths/~1scans/post/responses
    """
    answer = api.send("POST", "/scans", lines=import_scans_body())
    expect(answer).no_server_error().status_expected(200).media_type().body_schema()
