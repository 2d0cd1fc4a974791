"""Labels: requests that break one rule each must be rejected."""

from checks_parcels import ALNUM, Api, Xml, changed, expect, fresh, removed


def print_label_body():
    """A valid body (application/xml)."""
    return {"code": 80, "receiver": fresh("Receiver-", (ALNUM, 8)), "marks": ["fragile", "fragile"]}


def test_print_label__body_missing__is_rejected(api: Api) -> None:
    """a request without its body breaks `required` (#/paths/~1labels/post/requestBody/required)."""
    refused = api.send("POST", "/labels")
    expect(refused).no_server_error().rejected()


def test_print_label__code_missing__is_rejected(api: Api) -> None:
    """code missing breaks `required` (#/components/schemas/label/required)."""
    refused = api.send(
        "POST",
        "/labels",
        xml=removed(print_label_body(), "/code"),
        layout=Xml(
            "label", members={"code": Xml(kind="attribute"), "marks": Xml(wrapped=True, item=Xml("mark"))}
        ),
    )
    expect(refused).no_server_error().rejected()


def test_print_label__code_too_small__is_rejected(api: Api) -> None:
    """code below the minimum of 1 breaks `minimum`.

    See #/components/schemas/label/properties/code/minimum
    """
    refused = api.send(
        "POST",
        "/labels",
        xml=changed(print_label_body(), "/code", 0),
        layout=Xml(
            "label", members={"code": Xml(kind="attribute"), "marks": Xml(wrapped=True, item=Xml("mark"))}
        ),
    )
    expect(refused).no_server_error().rejected()


def test_print_label__code_wrong_type__is_rejected(api: Api) -> None:
    """code not of type integer breaks `type` (#/components/schemas/label/properties/code/type)."""
    refused = api.send(
        "POST",
        "/labels",
        xml=changed(print_label_body(), "/code", "not-of-this-type"),
        layout=Xml(
            "label", members={"code": Xml(kind="attribute"), "marks": Xml(wrapped=True, item=Xml("mark"))}
        ),
    )
    expect(refused).no_server_error().rejected()


def test_print_label__receiver_missing__is_rejected(api: Api) -> None:
    """receiver missing breaks `required` (#/components/schemas/label/required)."""
    refused = api.send(
        "POST",
        "/labels",
        xml=removed(print_label_body(), "/receiver"),
        layout=Xml(
            "label", members={"code": Xml(kind="attribute"), "marks": Xml(wrapped=True, item=Xml("mark"))}
        ),
    )
    expect(refused).no_server_error().rejected()


def test_print_label__receiver_too_long__is_rejected(api: Api) -> None:
    """receiver longer than 60 characters breaks `maxLength`.

    See #/components/schemas/label/properties/receiver/maxLength
    """
    refused = api.send(
        "POST",
        "/labels",
        xml=changed(print_label_body(), "/receiver", ("Receiver-8uhts6px" + "a" * 44)),
        layout=Xml(
            "label", members={"code": Xml(kind="attribute"), "marks": Xml(wrapped=True, item=Xml("mark"))}
        ),
    )
    expect(refused).no_server_error().rejected()
