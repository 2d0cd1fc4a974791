"""Firmware: wrong requests get the right kind of error."""

from checks_parcels import Api, expect


def test_load_firmware__patch_is_undeclared__is_refused(api: Api) -> None:
    """The document has no PATCH for this path, so it is not carried out: 405, or 404.

    See #/paths/~1firmware
    """
    answer = api.send("PATCH", "/firmware")
    expect(answer).method_refused()
