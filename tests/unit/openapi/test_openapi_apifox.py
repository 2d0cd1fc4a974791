"""Apifox's oddities that the real exports at hand do not hold (a document of our own that has them all)."""

from __future__ import annotations

from pathlib import Path

import pytest

from specproof.openapi.findings import FindingCode
from specproof.openapi.model import ApiSpec, OperationKey
from specproof.openapi.parser import parse_spec
from specproof.openapi.vocabulary import Method

DOCUMENT = Path(__file__).parents[2] / "fixtures" / "openapi" / "apifox_oddities.json"


@pytest.fixture(scope="module")
def spec() -> ApiSpec:
    return parse_spec(DOCUMENT.read_bytes())


def test_every_operation_is_there(spec: ApiSpec) -> None:
    assert [operation.key.label for operation in spec.operations] == [
        "GET /orders",
        "POST /orders",
        "GET /orders/{orderId}",
        "QUERY /orders/{orderId}",
        "TRACE /orders/{orderId}",
    ]
    assert [operation.apifox_id for operation in spec.operations] == ["2000001", "2000002", "2000003", "", ""]


def test_every_oddity_is_a_finding(spec: ApiSpec) -> None:
    assert {finding.code for finding in spec.findings} == {
        FindingCode.RESPONSE_ALTERNATIVE,
        FindingCode.EXAMPLE_PLACEHOLDER,
        FindingCode.SCHEMA_TYPE_UNKNOWN,
        FindingCode.METHOD_UNSUPPORTED,
        FindingCode.PATH_PARAMETER_MISSING,
        FindingCode.PATH_PARAMETER_UNUSED,
        FindingCode.PARAMETER_INVALID,
    }


def test_second_response_of_a_status_is_skipped(spec: ApiSpec) -> None:
    (response,) = spec.operations[0].responses
    assert response.status == "200"


def test_placeholder_is_never_a_value(spec: ApiSpec) -> None:
    create = spec.operation(OperationKey(Method.POST, "/orders"))
    assert create is not None
    assert create.request_body is not None
    assert create.request_body.media_types[0].examples == ()
    assert "{{" not in str(spec.definitions["NewOrder"])


def test_chinese_scheme_name_and_lower_case_type_are_read(spec: ApiSpec) -> None:
    create = spec.operations[1]
    scheme = create.security[0].schemes[0]
    assert (scheme.name.raw(), scheme.parameter.raw()) == ("双TOKEN鉴权", "X-Token")


def test_encoded_schema_names_are_found_and_vendor_keys_are_left_out(spec: ApiSpec) -> None:
    media_type = spec.operations[0].responses[0].media_types[0]
    assert media_type.schema is not None
    bundle = media_type.schema.bundle()
    assert "x-apifox" not in str(bundle)
    assert bundle["$defs"]["Order"]["properties"]["nothing"] == {"type": "null"}  # type: ignore[index,call-overload]
    assert bundle["$defs"]["Order"]["properties"]["unknown"] == {}  # type: ignore[index,call-overload]
    assert not any(finding.code is FindingCode.REF_NOT_FOUND for finding in spec.findings)
