"""Shelves shelf: valid requests are accepted and answered as documented."""

from checks_parcels import Api, Parameter, expect


def test_find_shelf__valid_request__succeeds(api: Api) -> None:
    """A valid request is answered with a documented success: status, media type, body and headers.

    See #/paths/~1shelves{shelf}/get/responses
    """
    answer = api.send(
        "GET",
        "/shelves{shelf}",
        path=[Parameter("shelf", [3, 4], "matrix", explode=True)],
        query=[Parameter("filter", {"state": "open", "least": 53}, "deepObject", explode=True)],
    )
    expect(answer).no_server_error().status_expected(200, unmade=True).media_type().body_schema()
