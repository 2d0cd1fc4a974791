"""Real documents: the convention is recognised where it is, and in no ordinary API."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from specproof.domain.business_codes import BusinessCode
from specproof.errors import SpecificationError
from specproof.generators.reading.business_codes import business_codes
from specproof.openapi.parser import parse_spec

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("SPECPROOF_CORPUS") or ROOT.parent / "shared")
EXPORTS = {
    "02-napcat-oas31.json": (144, "/retcode"),
    "06-campushub-multipart.json": (4, "/code"),
    "09-eat-meal-oas31.json": (16, "/code"),
}
OURS = [
    ROOT / "examples" / "bookshop" / "openapi.json",
    *sorted((ROOT / "tests" / "golden" / "documents").iterdir()),
    *sorted((ROOT / "tests" / "fixtures" / "planning").iterdir()),
]


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_our_own_documents_have_no_business_code(path: Path) -> None:
    found = business_codes(parse_spec(path.read_bytes()).operations, "auto")
    assert (dict(found.by_operation), found.finding) == ({}, None)


@pytest.mark.needs_shared
def test_no_document_of_the_corpus_is_mistaken_for_one() -> None:
    folder = SHARED / "corpus" / "dev"
    if not folder.exists():
        pytest.skip(f"the shared corpus is not at {folder} (set SPECPROOF_CORPUS)")
    read, mistaken = 0, []
    for path in sorted(folder.rglob("*")):
        if path.suffix not in {".json", ".yaml", ".yml"}:
            continue
        try:
            spec = parse_spec(path.read_bytes())
        except SpecificationError:
            continue  # a part of a document, or a dialect that is not read
        read += 1
        mistaken += [path.name] if business_codes(spec.operations, "auto").finding else []
    assert read >= 30
    assert mistaken == []


@pytest.mark.needs_shared
@pytest.mark.parametrize("name", EXPORTS)
def test_the_exports_of_apifox_are_recognised(name: str) -> None:
    path = SHARED / "apifox" / "exports" / name
    if not path.exists():
        pytest.skip(f"the shared exports are not at {path.parent} (set SPECPROOF_CORPUS)")
    found = business_codes(parse_spec(path.read_bytes()).operations, "auto")
    count, pointer = EXPORTS[name]
    assert len(found.by_operation) == count
    assert set(found.by_operation.values()) == {BusinessCode(pointer, (0,))}
