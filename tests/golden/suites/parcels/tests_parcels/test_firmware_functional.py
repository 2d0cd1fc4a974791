"""Firmware: valid requests are accepted and answered as documented."""

from checks_parcels import Api, expect


def load_firmware_body():
    """A valid body (application/octet-stream)."""
    return "A small file of a test."


def test_load_firmware__valid_request__succeeds(api: Api) -> None:
    """A valid request is answered with a documented success: status, media type, body and headers.

    See #/paths/~1firmware/put/responses
    """
    answer = api.send("PUT", "/firmware", content=load_firmware_body(), media_type="application/octet-stream")
    expect(answer).no_server_error().status_expected(204).body_empty()
