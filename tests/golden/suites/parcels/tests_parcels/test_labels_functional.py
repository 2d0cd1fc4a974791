"""Labels: valid requests are accepted and answered as documented."""

from checks_parcels import ALNUM, Api, Xml, expect, fresh


def print_label_body():
    """A valid body (application/xml)."""
    return {
        "code": 80,
        "receiver": fresh("Receiver-", (ALNUM, 8)),
        "marks": ["fragile", "fragile"],
    }


def test_print_label__valid_request__succeeds(api: Api) -> None:
    """A valid request is answered with a documented success: status, media type, body and headers.

    See #/paths/~1labels/post/responses
    """
    answer = api.send(
        "POST",
        "/labels",
        xml=print_label_body(),
        layout=Xml(
            "label", members={"code": Xml(kind="attribute"), "marks": Xml(wrapped=True, item=Xml("mark"))}
        ),
    )
    expect(answer).no_server_error().status_expected(201).media_type().body_schema()
