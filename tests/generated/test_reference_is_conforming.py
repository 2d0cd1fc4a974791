"""Generated suites find nothing wrong with the reference of their own document, whether it begins empty or with records of a stranger.

The reference and the planner read a document independently: where they disagree, one of them is wrong.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from conforming_transport import DOCUMENT, LEFT, RECORDS
from planned import plan_of_spec
from specproof.generators.rendering.credential_names import SECOND_PREFIX, VALID_PREFIX, credential_slugs
from specproof.openapi.model import ApiSpec
from specproof.openapi.parser import parse_spec
from specproof.reference.credentials import issued
from suiteruns import SuiteRun, run_suites, suite_on_disk

TESTS = Path(__file__).parents[1]
BOOKSHOP = TESTS.parent / "examples" / "bookshop" / "openapi.json"


def secrets_for(spec: ApiSpec) -> dict[str, str]:
    """The environment variables of both users' secrets."""
    slugs = credential_slugs(spec.security_schemes)
    found: dict[str, str] = {}
    for name, (first, second) in issued(spec).items():
        if name in slugs:
            found |= {VALID_PREFIX + slugs[name]: first, SECOND_PREFIX + slugs[name]: second}
    return found


def run_on_reference(document: Path, folder: Path, records: int = 0) -> SuiteRun:
    spec = parse_spec(document.read_bytes())
    suite = suite_on_disk(folder / "suite", plan_of_spec(spec))
    environment = {**secrets_for(spec), "PYTHONPATH": str(TESTS), DOCUMENT: str(document), RECORDS: str(records)}
    options = ("-p", "conforming_transport")
    return run_suites(suite, api_url="http://reference.invalid", environment=environment, options=options)


@pytest.mark.parametrize("records", [0, 7])
def test_the_suite_of_the_sample_api_is_green_and_leaves_nothing(tmp_path: Path, records: int) -> None:
    run = run_on_reference(BOOKSHOP, tmp_path, records)
    assert run.returncode == 0, run.output
    assert len(run.outcomes) > 300
    # Whether a record that is named has to exist stands in prose alone: the reference takes such a create, which then judges nothing.
    unjudged = {name for name in run.outcomes if "of_an_unknown_record" in name}
    assert len(unjudged) == 2
    assert run.names("skipped") == unjudged
    assert run.names("passed") == run.outcomes.keys() - unjudged
    assert f"{LEFT}: 0" in run.output


@pytest.mark.needs_shared
@pytest.mark.parametrize("number", ["03", "20", "30", "37"])
def test_the_suite_of_a_document_of_the_corpus_is_green(shared: Path, tmp_path: Path, number: str) -> None:
    (document,) = (shared / "corpus" / "dev").glob(f"{number}-*")
    run = run_on_reference(document, tmp_path)
    assert run.returncode == 0, run.output
    assert run.names("passed")
