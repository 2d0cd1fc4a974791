"""Scans: requests that break one rule each must be rejected."""

import pytest
from checks_parcels import Api, Change, Edit, Remove, edited, expect


def import_scans_body():
    """A valid body (application/x-ndjson)."""
    return [{"code": 7, "at": "2024-05-04T09:30:00Z"}]


@pytest.mark.parametrize(
    "edit",
    [
        # item.at missing (required)
        pytest.param(Remove("/0/at"), id="item_at_missing"),
        # item.at not of the format date-time (format)
        pytest.param(Change("/0/at", "2023-02-30T25:61:00Z"), id="item_at_not_date_time"),
        # item.at set to null (type)
        pytest.param(Change("/0/at", None), id="item_at_null"),
        # item.at not of type string (type)
        pytest.param(Change("/0/at", {"unexpected": "object"}), id="item_at_wrong_type"),
        # item.code missing (required)
        pytest.param(Remove("/0/code"), id="item_code_missing"),
        # item.code set to null (type)
        pytest.param(Change("/0/code", None), id="item_code_null"),
        # item.code below the minimum of 1 (minimum)
        pytest.param(Change("/0/code", 0), id="item_code_too_small"),
        # item.code not of type integer (type)
        pytest.param(Change("/0/code", "not-of-this-type"), id="item_code_wrong_type"),
    ],
)
def test_import_scans__body_edited__is_rejected(api: Api, edit: Edit) -> None:
    """POST /scans: the body with each of these edits is rejected."""
    refused = api.send("POST", "/scans", lines=edited(import_scans_body(), edit))
    expect(refused).no_server_error().rejected()
