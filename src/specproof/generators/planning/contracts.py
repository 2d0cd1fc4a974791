"""What the document says about answers, as the checks of a suite need it."""

from __future__ import annotations

from specproof.domain.body_kinds import BodyKind, body_kind
from specproof.domain.business_codes import BusinessCode
from specproof.domain.check_ids import CheckId
from specproof.domain.plans import Check, ResponseContract, ResponseExpectation
from specproof.generators.planning.body_layouts import items_schema
from specproof.openapi.model import MediaType, Operation, Response
from specproof.openapi.schema import Schema
from specproof.openapi.vocabulary import Method

ANY_SUCCESS = (200, 201, 202, 203, 204, 205, 206)
"""What is expected where the document names no exact success."""
_BODILESS = frozenset({204, 205, 304})


def response_contract(operation: Operation, code: BusinessCode | None = None) -> ResponseContract:
    """The contract of one operation's answers; ``code`` is the business code that they carry."""
    return ResponseContract(operation.key, {response.status: _expectation(response) for response in operation.responses}, code)


def expected_statuses(operation: Operation) -> tuple[int, ...]:
    """The statuses of a success: the documented 2xx, else the documented redirects, else any 2xx."""
    exact = [int(response.status) for response in operation.success_responses() if response.status.isdecimal()]
    if any(not response.status.isdecimal() for response in operation.success_responses()):
        return tuple(sorted({*exact, *ANY_SUCCESS}))
    redirects = [int(one.status) for one in operation.responses if one.status.isdecimal() and one.status.startswith("3")]
    return tuple(sorted(exact)) or tuple(sorted(redirects)) or ANY_SUCCESS


def names_success(operation: Operation) -> bool:
    """Whether the document says what a success looks like: a 2xx, a redirect or ``default``."""
    return any(response.status[:1] in {"2", "3"} or response.status == "default" for response in operation.responses)


def success_checks(operation: Operation, code: BusinessCode | None = None) -> tuple[Check, ...]:
    """What a successful answer is held against; ``code`` is the business code that it carries."""
    statuses = expected_statuses(operation)
    checks = [Check(CheckId.NO_SERVER_ERROR), Check(CheckId.STATUS_EXPECTED, {"statuses": list(statuses)})]
    if operation.key.method is Method.HEAD or set(statuses) <= _BODILESS:
        checks.append(Check(CheckId.BODY_EMPTY))
        return (*checks, *_header_check(operation))
    if code is not None:
        checks.append(Check(CheckId.BUSINESS_CODE))
    documented = [one for one in operation.responses if one.status[:1] == "2" or one.status == "default"]
    if any(response.media_types for response in documented):
        checks.append(Check(CheckId.MEDIA_TYPE))
    if any(_is_looked_into(media) for response in documented for media in response.media_types):
        checks.append(Check(CheckId.BODY_SCHEMA))
    return (*checks, *_header_check(operation))


def refusal_checks(operation: Operation) -> tuple[Check, ...]:
    """What the body of a refusal is held against, where the document describes one.

    Only one case for each kind of refusal asks for it: a wrong error body would turn every negative case red.
    """
    refusals = [one for one in operation.responses if one.status[:1] == "4" or one.status == "default"]
    is_described = any(media.is_json and media.schema is not None for one in refusals for media in one.media_types)
    return (Check(CheckId.BODY_SCHEMA),) if is_described else ()


def _header_check(operation: Operation) -> tuple[Check, ...]:
    documented = any(response.headers for response in operation.responses if response.status[:1] in {"2", "3", "d"})
    return (Check(CheckId.RESPONSE_HEADERS),) if documented else ()


def _is_looked_into(media: MediaType) -> bool:
    """Whether the body says more than its media type: JSON with a schema, rows of JSON, XML (which must be well-formed)."""
    return (media.is_json and media.schema is not None) or body_kind(media.name) in {BodyKind.LINES, BodyKind.XML}


def _answer_schema(media: MediaType) -> Schema | None:
    """What the checks hold a body against; of a row of JSON values, the schema of each of them."""
    return items_schema(media) if body_kind(media.name) is BodyKind.LINES else media.schema


def _expectation(response: Response) -> ResponseExpectation:
    return ResponseExpectation(
        media_types={media.name: _answer_schema(media) for media in response.media_types},
        headers={header.name: header.schema for header in response.headers},
        required_headers=tuple(sorted(header.name for header in response.headers if header.required)),
    )
