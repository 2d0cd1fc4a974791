"""Small documents and their whole expected suites, file by file; a missing or an extra file is a difference too."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from tests.golden.write import DOCUMENTS, SUITES, expected

from specproof.bootstrap.generation import GenerationPolicy, generate_suite

CHECKS = Path(__file__).parents[2] / "src" / "specproof" / "checks"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_a_suite_is_as_expected(document: Path) -> None:
    folder = SUITES / document.stem
    written = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()
    }
    made = expected(document)
    assert sorted(made) == sorted(written)
    different = [path for path in made if made[path] != written[path]]
    assert different == [], "run `make golden` and read the difference"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_the_carried_files_are_our_own_byte_for_byte_and_in_the_lock(document: Path) -> None:
    suite = generate_suite(GenerationPolicy(), document.read_bytes(), document.stem, None).suite
    ours = {hashlib.sha256(path.read_bytes()).hexdigest() for path in CHECKS.glob("*.py")}
    carried = [file for file in suite.files if file.is_carried]
    hashes = json.loads(suite.file("specproof.lock.json").content)["files"]
    assert len(carried) > 10
    for file in carried:
        digest = hashlib.sha256(file.content.encode()).hexdigest()
        assert digest in ours, file.path
        assert hashes[file.path] == digest
