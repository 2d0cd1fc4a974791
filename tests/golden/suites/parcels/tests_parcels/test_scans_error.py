"""Scans: wrong requests get the right kind of error."""

from checks_parcels import Api, expect


def test_import_scans__patch_is_undeclared__is_refused(api: Api) -> None:
    """The document has no PATCH for this path, so it is not carried out: 405, or 404.

    See #/paths/~1scans
    """
    answer = api.send("PATCH", "/scans")
    expect(answer).method_refused()
