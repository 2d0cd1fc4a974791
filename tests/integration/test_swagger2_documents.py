"""Wild Swagger 2.0 documents: all are read, and nearly every operation gets a success case."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from planned import plan_of_spec
from specproof.domain.plans import Family
from specproof.errors import SpecUnsupportedError
from specproof.openapi.model import ApiSpec
from specproof.openapi.parser import parse_spec
from specproof.openapi.vocabulary import SpecVersion

pytestmark = pytest.mark.needs_shared

SHARED = Path(os.environ.get("SPECPROOF_CORPUS") or Path(__file__).parents[2].parent / "shared")


@pytest.fixture(scope="module")
def wild() -> dict[str, ApiSpec]:
    folder = SHARED / "corpus" / "dev"
    if not folder.is_dir():
        pytest.skip(f"the shared corpus is not at {SHARED} (set SPECPROOF_CORPUS)")
    specs: dict[str, ApiSpec] = {}
    refused: list[str] = []
    for path in sorted(folder.iterdir()):
        if path.suffix in (".json", ".yaml", ".yml"):
            try:
                specs[path.name] = parse_spec(path.read_bytes())
            except SpecUnsupportedError as error:
                refused.append(str(error))
    assert not any("Swagger" in message for message in refused)
    return {name: spec for name, spec in specs.items() if spec.dialect is SpecVersion.SWAGGER_20}


def test_wild_swagger_documents_are_read(wild: dict[str, ApiSpec]) -> None:
    assert {name[:2]: len(spec.operations) for name, spec in wild.items()} == {
        "01": 174,
        "03": 32,
        "06": 20,
        "07": 24,
        "08": 8,
        "09": 0,
    }


UNADDRESSED = "no operation makes the record that its body names"


def test_nearly_every_operation_of_a_swagger_document_gets_a_success_case(
    wild: dict[str, ApiSpec], record_property: Callable[[str, object], None]
) -> None:
    """A case that waits for a record or a credential which the document cannot name counts as planned, not as runnable."""
    total = planned = runnable = 0
    unaddressed: list[str] = []
    unnamed: list[str] = []
    for spec in wild.values():
        plan = plan_of_spec(spec)
        cases = [case for case in plan.cases if case.family is Family.FUNCTIONAL]
        subjects = {case.subject for case in cases}
        named = {finding.at for finding in plan.findings}
        unnamed += [one.key.label for one in spec.operations if one.key not in subjects and one.pointer not in named]
        total += len(spec.operations)
        planned += len(subjects)
        runnable += len({case.subject for case in cases if not case.skip_reason})
        unaddressed += [case.subject.label for case in cases if case.skip_reason.startswith(UNADDRESSED)]
    figure = f"{total} operations, {planned} with a success case, {runnable} of them runnable as they are"
    record_property("swagger_20", figure)
    assert unnamed == []
    assert planned >= 0.97 * total, figure
    # The rest needs records that the document does not create, or would remove somebody else's: skipped on purpose.
    assert runnable + len(unaddressed) >= 0.84 * total, figure
    # Sent with a made-up id, as they once were, these change the record of somebody else, or none.
    assert unaddressed == ["PUT /pet"]
