"""Shelves shelf: requests that break one rule each must be rejected."""

from checks_parcels import Api, Parameter, expect


def test_find_shelf__filter_missing__is_rejected(api: Api) -> None:
    """a request without the query parameter `filter` breaks `required`.

    See #/paths/~1shelves{shelf}/get/parameters/1/required
    """
    refused = api.send("GET", "/shelves{shelf}", path=[Parameter("shelf", [3, 4], "matrix", explode=True)])
    expect(refused).no_server_error().rejected()
