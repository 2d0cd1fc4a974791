"""The real proof as the pipeline has it made: a generated suite on the reference of its document."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.golden.write import DOCUMENTS

from specproof.bootstrap.generation import GenerationPolicy, generate_suite
from specproof.bootstrap.pipeline_proof import MEMORIES, suite_prover
from specproof.domain.ports import ProofLimits
from specproof.domain.source_documents import source_document
from specproof.domain.suites import SuiteFile
from specproof.errors import ProofError
from specproof.pipeline.suite_prover import ChildSuiteProver
from specproof.settings.loading import load_settings

DOCUMENT = next(path for path in DOCUMENTS if path.stem == "calculator").read_bytes()
LIMITS = ProofLimits(max_mutants=10, seconds=300)


@pytest.fixture
async def prover(tmp_path: Path) -> AsyncIterator[ChildSuiteProver]:
    prover = suite_prover(load_settings({"SPECPROOF_STORAGE__OUTPUT_DIR": str(tmp_path)}, env_file=None))
    yield prover
    prover.close()


@pytest.fixture(scope="module")
def files() -> tuple[SuiteFile, ...]:
    return generate_suite(GenerationPolicy(), DOCUMENT, "calculator", None).suite.files


async def test_a_generated_suite_is_proven_by_the_document_that_it_carries(
    prover: ChildSuiteProver, files: tuple[SuiteFile, ...], tmp_path: Path
) -> None:
    document = source_document(files)
    assert document == DOCUMENT
    report = await prover.prove(files, document, LIMITS, project="sums")
    assert report.is_healthy
    assert report.strength
    assert len(report.mutants) == 10
    assert report.variants
    assert report.traffic == ()
    assert (report.from_cache, [path.name for path in (tmp_path / MEMORIES).iterdir()]) == (0, ["sums.json"])
    again = await prover.prove(files, document, LIMITS, project="sums")
    assert again.from_cache == 10
    assert again.strength == report.strength


async def test_a_suite_without_its_checks_loses_strength(prover: ChildSuiteProver, files: tuple[SuiteFile, ...]) -> None:
    limits = ProofLimits(max_mutants=200, seconds=300)
    strong = await prover.prove(files, DOCUMENT, limits)
    kept = [file for file in files if not file.path.endswith(("_validation.py", "_error.py"))]
    weak = await prover.prove(kept, DOCUMENT, limits)
    assert strong.strength is not None
    assert weak.strength is not None
    assert weak.strength < strong.strength


async def test_a_suite_that_is_no_python_is_not_proven_and_the_reason_is_said(
    prover: ChildSuiteProver, files: tuple[SuiteFile, ...]
) -> None:
    broken = [SuiteFile(file.path, "def (:", is_code=True) if file.path.endswith("_error.py") else file for file in files]
    with pytest.raises(ProofError) as told:
        await prover.prove(broken, DOCUMENT, LIMITS)
    assert "defect of ours" not in str(told.value)
    with pytest.raises(ProofError):
        await prover.prove(files, b"no document", LIMITS)
