"""The value engine on real documents: almost every operation gets valid parameters and a valid body."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from specproof.generators.test_data_factory.factory import ValueFactory
from specproof.generators.test_data_factory.model import ProvenValue, ValueRequest
from specproof.openapi.model import Operation
from specproof.openapi.parser import parse_spec
from specproof.openapi.schema import Schema
from unit.values.valuekit import edited, is_valid

pytestmark = pytest.mark.needs_shared
SHARED = Path(os.environ.get("SPECPROOF_CORPUS") or Path(__file__).parents[2].parent / "shared")
EXPORTS = SHARED / "apifox" / "exports"


def operations() -> list[Operation]:
    if not EXPORTS.is_dir():
        pytest.skip(f"the shared exports are not at {EXPORTS} (set SPECPROOF_CORPUS)")
    return [operation for path in sorted(EXPORTS.glob("*.json")) for operation in parse_spec(path.read_bytes()).operations]


def requests_of(operation: Operation) -> list[ValueRequest]:
    label = operation.key.label
    found = [
        ValueRequest(p.schema, f"{label} {p.name.raw()}", p.name.raw(), p.location, p.style.value, p.explode, p.examples)
        for p in operation.parameters
    ]
    body = operation.request_body
    media_type = body.media_types[0] if body else None
    if media_type is not None and media_type.schema is not None:
        found.append(ValueRequest(media_type.schema, label, examples=media_type.examples, media_type=media_type.name))
    return found


def bundled(schema: Schema) -> Any:
    return schema.bundle()


def test_97_percent_of_the_operations_get_valid_values() -> None:
    factory = ValueFactory(seed="s")
    known = operations()
    good = [op for op in known if all(isinstance(factory.valid(request), ProvenValue) for request in requests_of(op))]
    assert len(known) > 100
    assert len(good) / len(known) >= 0.97


def test_bodies_are_valid_and_their_violations_are_not_in_a_second_opinion() -> None:
    factory = ValueFactory(seed="s")
    bodies = [request for operation in operations() for request in requests_of(operation) if request.location is None]
    checked = 0
    for request in bodies[:40]:
        found = factory.valid(request)
        if isinstance(found, ProvenValue):
            # The document's own schema, not the request's view of it: none of these bodies has a required readOnly property.
            schema = bundled(request.schema)
            assert is_valid(schema, factory.sample(found.value), schema.get("$defs"))  # type: ignore[arg-type]
            violations = [v for v in factory.violations(request, found.value, limit=10) if v.keyword != "format"]
            assert all(not is_valid(schema, edited(found.value, violation), schema.get("$defs")) for violation in violations)
            checked += len(violations)
    assert checked > 50
