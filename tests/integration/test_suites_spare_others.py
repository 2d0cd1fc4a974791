"""Real exports and documents: no step of any case ends or changes a record that the suite has not made."""

from __future__ import annotations

import os
from pathlib import Path

import orjson
import pytest
import yaml

from strangers import strangers

pytestmark = pytest.mark.needs_shared

SHARED = Path(os.environ.get("SPECPROOF_CORPUS") or Path(__file__).parents[2].parent / "shared")
DOCUMENTS = (
    "apifox/exports/02-napcat-oas31.json",
    "apifox/exports/06-campushub-multipart.json",
    "apifox/exports/09-eat-meal-oas31.json",
    "corpus/dev/03-swagger-api_swagger-codegen-petstorefake.yaml",
    "corpus/dev/20-schemathesis_schemathesis-stateful_users.yaml",
    "corpus/dev/37-Redocly_redocly-cli-cafe-api-with-errors.yaml",
)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_step_touches_a_record_of_somebody_else(name: str) -> None:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not at {SHARED} (set SPECPROOF_CORPUS)")
    content = path.read_bytes()
    assert strangers(orjson.loads(content) if name.endswith("json") else yaml.safe_load(content)) == []
