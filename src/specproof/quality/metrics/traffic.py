"""Recorded exchanges, read as the reference reads requests: bytes to typed values, credentials to the schemes that they are for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson

from specproof.domain.traffic import Exchange
from specproof.openapi.model import Operation
from specproof.openapi.schema import JsonValue
from specproof.quality.metrics.observation import Observation
from specproof.reference.credentials import carried
from specproof.reference.decoding import Decoded, Malformed
from specproof.reference.messages import Request
from specproof.reference.model import ReferenceModel


def observations(model: ReferenceModel, traffic: Iterable[Exchange]) -> Iterator[Observation]:
    """What the exchanges say. Those that lead to no operation are left out."""
    operations = {operation.key.label: operation for operation in model.spec.operations}
    for exchange in traffic:
        operation = operations.get(exchange.operation)
        if operation is not None:
            yield _observation(model, operation, exchange)


def _observation(model: ReferenceModel, operation: Operation, exchange: Exchange) -> Observation:
    request = Request(exchange.method, exchange.target, exchange.request_headers, exchange.request_body)
    matches = (match for match in model.router.matches(exchange.target) if match.path == operation.key.path)
    match = next(matches, None)
    read = model.decoder(operation.key).decode(request, match.values if match else {})
    # Of a body that cannot be read nothing is known but that it was sent; its answer is judged all the same.
    decoded = Decoded({}, None, has_body=True, media_type="") if isinstance(read, Malformed) else read
    answer_type = _media_type(exchange.response_headers)
    has_answer, answer = _json(answer_type, exchange.response_body)
    schemes = {scheme for requirement in operation.security for scheme in requirement.schemes}
    shown = frozenset(scheme.name.raw() for scheme in schemes if carried(request, scheme))
    return Observation(
        case_id=exchange.case_id,
        operation=operation,
        parameters=decoded.parameters,
        body=decoded.body,
        has_body=decoded.has_body,
        media_type=decoded.media_type,
        status=exchange.status,
        answer=answer,
        has_answer=has_answer,
        answer_type=answer_type,
        credentials=shown,
    )


def _media_type(headers: tuple[tuple[str, str], ...]) -> str:
    found = next((value for name, value in headers if name == "content-type"), "")
    return found.partition(";")[0].strip().lower()


def _json(media_type: str, body: bytes) -> tuple[bool, JsonValue]:
    """Whether an answer is JSON, and what it says."""
    if not body or not (media_type.endswith(("/json", "+json"))):
        return False, None
    try:
        return True, orjson.loads(body)
    except orjson.JSONDecodeError:
        return False, None
