"""Labels: requests that break one rule each must be rejected."""

import pytest
from checks_parcels import ALNUM, Api, Change, Edit, Remove, Xml, edited, expect, fresh


def print_label_body():
    """A valid body (application/xml)."""
    return {
        "code": 80,
        "receiver": fresh("Receiver-", (ALNUM, 8)),
        "marks": ["fragile", "fragile"],
    }


def test_print_label__body_missing__is_rejected(api: Api) -> None:
    """a request without its body breaks `required` (#/paths/~1labels/post/requestBody/required)."""
    refused = api.send("POST", "/labels")
    expect(refused).no_server_error().rejected()


@pytest.mark.parametrize(
    "edit",
    [
        # code missing: #/components/schemas/label/required
        pytest.param(Remove("/code"), id="code_missing"),
        # code below the minimum of 1: #/components/schemas/label/properties/code/minimum
        pytest.param(Change("/code", 0), id="code_too_small"),
        # code not of type integer: #/components/schemas/label/properties/code/type
        pytest.param(Change("/code", "not-of-this-type"), id="code_wrong_type"),
        # receiver missing: #/components/schemas/label/required
        pytest.param(Remove("/receiver"), id="receiver_missing"),
        # receiver longer than 60 characters: #/components/schemas/label/properties/receiver/maxLength
        pytest.param(Change("/receiver", ("Receiver-8uhts6px" + "a" * 44)), id="receiver_too_long"),
    ],
)
def test_print_label__body_edited__is_rejected(api: Api, edit: Edit) -> None:
    """POST /labels: the body with each of these edits is rejected."""
    refused = api.send(
        "POST",
        "/labels",
        xml=edited(print_label_body(), edit),
        layout=Xml(
            "label", members={"code": Xml(kind="attribute"), "marks": Xml(wrapped=True, item=Xml("mark"))}
        ),
    )
    expect(refused).no_server_error().rejected()
