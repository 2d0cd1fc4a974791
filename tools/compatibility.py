"""How well real documents are understood: ``python -m tools.compatibility --write`` makes ``docs/compatibility.md``.

The documents are those of the shared corpus (``SPECPROOF_CORPUS``, default ``../shared``), which names their origin and licence.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.second_opinion import accepts

from specproof.domain.plans import Case, Family, Fresh, FromStep, ParameterValue, Plan, PlanValue, RequestPlan
from specproof.errors import SpecificationError
from specproof.fetching.folder_files import FolderFiles
from specproof.generators.base import GenerationConfig
from specproof.generators.planning.context import CONTROL_SLUG
from specproof.generators.planning.parameter_requests import parameter_request
from specproof.generators.planning.requests import chosen_media
from specproof.generators.registry import strategies
from specproof.generators.rendering.step_code import edited_value
from specproof.generators.test_data_factory.factory import ValueFactory
from specproof.generators.test_data_factory.model import ProvenValue, ValueRequest
from specproof.generators.test_generator import SuiteGenerator
from specproof.openapi.bundling import pack_specification
from specproof.openapi.documents.loader import SpecLimits
from specproof.openapi.findings import Finding, FindingCode, Severity
from specproof.openapi.model import ApiSpec, MediaType, Operation
from specproof.openapi.parser import parse_spec
from specproof.openapi.schema import JsonValue

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "compatibility.md"
CORPUS = Path(os.environ.get("SPECPROOF_CORPUS") or ROOT.parent / "shared") / "corpus" / "dev"
SEED = "specproof"
TARGET = 0.97
NO_SUCCESS_CASE = frozenset(
    {
        FindingCode.NO_VALID_VALUE,
        FindingCode.SCHEMA_UNSATISFIABLE,
        FindingCode.MEDIA_TYPE_UNSUPPORTED,
        FindingCode.METHOD_UNSUPPORTED,
        FindingCode.STRATEGY_FAILED,
    }
)
"""The closed list of reasons why an operation has no success case."""
_ENTRY = re.compile(r"^\| (?P<path>[^|]+\.(?:json|ya?ml)) \|", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one document. Operations are labels (``POST /pets``); ``refusal`` is empty where it was read."""

    name: str
    dialect: str = ""
    operations: tuple[str, ...] = ()
    planned: frozenset[str] = frozenset()
    """With a success case."""
    runnable: frozenset[str] = frozenset()
    """With one that waits for nothing: neither a record that no operation makes nor a credential that cannot be sent."""
    valid: frozenset[str] = frozenset()
    """With one whose parameters and body the second opinion accepts."""
    bodies: frozenset[str] = frozenset()
    """With a JSON body."""
    canonical: frozenset[str] = frozenset()
    """With one for which the engine has a value that the second opinion accepts."""
    severities: Counter[Severity] = field(default_factory=Counter)
    reasons: dict[str, FindingCode | None] = field(default_factory=dict)
    """Why an operation has no success case; None where no finding names it."""
    bodiless: dict[str, FindingCode | None] = field(default_factory=dict)
    """Why a JSON body has no canonical instance."""
    refusal: str = ""


def load(path: Path) -> ApiSpec:
    """The specification in a file and in those that it refers to. Raises a ``SpecificationError`` where it is refused."""
    limits = SpecLimits()
    # What other documents of the corpus say is beside the point: the root is the document's own folder, or that of its repository.
    root = CORPUS / path.relative_to(CORPUS).parts[0] if path.is_relative_to(CORPUS) else path.parent
    folder = root if root.is_dir() else path.parent
    files = FolderFiles(folder, limits.max_bytes)
    packed = pack_specification(path.read_bytes(), limits=limits, files=files, name=path.relative_to(folder).as_posix())
    return parse_spec(packed.content, limits=limits)


def documents(corpus: Path = CORPUS) -> tuple[Path, ...]:
    """The documents of the corpus: what its list of sources names, without the files that they refer to."""
    listed = _ENTRY.findall((corpus / "SOURCES.md").read_text(encoding="utf-8"))
    return tuple(corpus / name for name in listed)


def examined(path: Path, corpus: Path = CORPUS) -> Row:
    """What becomes of one document."""
    name = path.relative_to(corpus).as_posix()
    try:
        spec = load(path)
    except SpecificationError as error:
        return Row(name, refusal=f"{error.code}: {error}")
    values = ValueFactory(seed=SEED)
    plan = SuiteGenerator(strategies=strategies(third_parties=()), values=values).plan(
        spec, GenerationConfig(slug="corpus", seed=SEED)
    )
    return _row(name, spec, plan, values)


def _row(name: str, spec: ApiSpec, plan: Plan, values: ValueFactory) -> Row:
    findings = tuple(dict.fromkeys((*spec.findings, *plan.findings)))
    cases = {
        case.subject: case for case in plan.cases if case.family is Family.FUNCTIONAL and case.id.endswith(f":: {CONTROL_SLUG}")
    }
    by_label = {operation.key.label: operation for operation in spec.operations}
    planned = {label: cases[one.key] for label, one in by_label.items() if one.key in cases}
    bodies = {label: media for label, one in by_label.items() if (media := _json_body(one)) is not None}
    canonical = {label for label, media in bodies.items() if has_canonical_instance(by_label[label], media, values)}
    return Row(
        name=name,
        dialect=spec.dialect.value,
        operations=tuple(by_label),
        planned=frozenset(planned),
        runnable=frozenset(label for label, case in planned.items() if not case.skip_reason),
        valid=frozenset(label for label, case in planned.items() if is_valid(by_label[label], case, values)),
        bodies=frozenset(bodies),
        canonical=frozenset(canonical),
        severities=Counter(finding.severity for finding in findings),
        reasons={label: _reason(by_label[label], findings) for label in by_label if label not in planned},
        bodiless={label: _reason(by_label[label], findings) for label in bodies if label not in canonical},
    )


def _reason(operation: Operation, findings: Sequence[Finding]) -> FindingCode | None:
    """The code of the finding that names an operation, or something that belongs to it."""
    named = [finding for finding in findings if finding.at == operation.pointer or finding.at.startswith(operation.pointer + "/")]
    listed = [finding for finding in named if finding.code in NO_SUCCESS_CASE]
    return next((finding.code for finding in (*listed, *named)), None)


def _json_body(operation: Operation) -> MediaType | None:
    media_types = operation.request_body.media_types if operation.request_body is not None else ()
    media = chosen_media(media_types)
    return media if media is not None and media.is_json and media.schema is not None else None


def has_canonical_instance(operation: Operation, media: MediaType, values: ValueFactory) -> bool:
    """Whether the engine has a value for a JSON body, and the second opinion accepts it."""
    found = values.valid(_body_request(operation, media))
    return isinstance(found, ProvenValue) and media.schema is not None and accepts(media.schema, filled(found.value, None))


def is_valid(operation: Operation, case: Case, values: ValueFactory) -> bool:
    """Whether the second opinion accepts every parameter and the whole body of the success case's request.

    Fresh strings are filled with their samples. What only an earlier answer can bring (the id of a record that was made) is filled
    with a value of the engine's for the same place.
    """
    request = next(step.request for step in reversed(case.steps) if step.request.operation == operation.key)
    return _parameters_are_valid(operation, request, values) and _body_is_valid(operation, request, values)


def _parameters_are_valid(operation: Operation, request: RequestPlan, values: ValueFactory) -> bool:
    sent: dict[tuple[str, str], ParameterValue] = {}
    places = {"path": request.path_parameters, "query": request.query, "header": request.headers, "cookie": request.cookies}
    for location, given in places.items():
        sent.update({(location, value.name.raw()): value for value in given})
    for parameter in operation.parameters:
        value = sent.get((parameter.location.value, parameter.name.raw()))
        if value is None:
            continue
        own = values.valid(parameter_request(operation, parameter))
        if not accepts(parameter.schema, filled(value.value, own.value if isinstance(own, ProvenValue) else None)):
            return False
    return True


def _body_is_valid(operation: Operation, request: RequestPlan, values: ValueFactory) -> bool:
    if request.body is None or operation.request_body is None:
        return request.body is None and not (operation.request_body is not None and operation.request_body.required)
    media = chosen_media(operation.request_body.media_types)
    if media is None or media.schema is None:
        return True
    own = values.valid(_body_request(operation, media))
    return accepts(media.schema, filled(edited_value(request.body), own.value if isinstance(own, ProvenValue) else None))


def filled(value: PlanValue, own: PlanValue) -> JsonValue:
    """``value`` as JSON: samples for what is fresh; for what an earlier answer brings, what ``own``, a proven value, has there."""
    if isinstance(value, Fresh):
        return value.proven
    if isinstance(value, FromStep):
        return None if isinstance(own, FromStep) else filled(own, None)
    if isinstance(value, dict):
        return {name: filled(member, own.get(name) if isinstance(own, dict) else None) for name, member in value.items()}
    if isinstance(value, list):
        # A slot for one or several records: the proven value may be the one.
        counterparts = own if isinstance(own, list) else [own]
        return [filled(member, counterparts[index] if index < len(counterparts) else None) for index, member in enumerate(value)]
    return value


def _body_request(operation: Operation, media: MediaType) -> ValueRequest:
    if media.schema is None:
        raise ValueError("a body without a schema has no canonical instance")
    return ValueRequest(media.schema, key=f"{operation.key.label} body", examples=media.examples, media_type=media.name)


def page(rows: Sequence[Row]) -> str:
    """The whole page of the documentation."""
    return "\n".join([*_head(), *_table(rows), "", *_totals(rows), "", *_without_case(rows), "", *_codes()]) + "\n"


def _head() -> Iterator[str]:
    yield "# Compatibility"
    yield ""
    yield "Made by `make docs` (`python -m tools.compatibility --write`) from the shared corpus of real documents. A *success case* is the"
    yield "planned request that has to be answered as documented; it is *runnable* where it waits for nothing that the document cannot"
    yield "name. Its values are *valid* where `jsonschema`, which shares nothing with our own proof, accepts every parameter and the whole"
    yield "body under the document's own schema. Fresh strings are filled with a sample, ids of records with a proven stand-in."
    yield ""


def _table(rows: Sequence[Row]) -> Iterator[str]:
    yield "| document | dialect | operations | success case | runnable | valid | JSON bodies | with instance | major | minor | info |"
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    for row in rows:
        if row.refusal:
            yield f"| {row.name} | refused: {_cell(row.refusal)} | | | | | | | | | |"
            continue
        parts = (row.operations, row.planned, row.runnable, row.valid, row.bodies, row.canonical)
        counts = [*map(len, parts), *(row.severities[severity] for severity in Severity)]
        yield f"| {row.name} | {row.dialect} | {' | '.join(map(str, counts))} |"
    parts = [sum(len(getattr(row, name)) for row in rows) for name in _COUNTED]
    counts = [*parts, *(sum(row.severities[severity] for row in rows) for severity in Severity)]
    yield f"| all | | {' | '.join(map(str, counts))} |"


_COUNTED = ("operations", "planned", "runnable", "valid", "bodies", "canonical")


def share(rows: Sequence[Row], part: str, whole: str = "operations") -> float:
    """The share of ``whole`` that is in ``part``, over all rows; both are names of fields of :class:`Row`."""
    total = sum(len(getattr(row, whole)) for row in rows)
    return sum(len(getattr(row, part)) for row in rows) / total if total else 0.0


def _totals(rows: Sequence[Row]) -> Iterator[str]:
    read = [row for row in rows if not row.refusal]
    yield f"- {len(read)} of {len(rows)} documents are read."
    yield f"- {share(rows, 'planned'):.1%} of their operations have a success case, {share(rows, 'runnable'):.1%} one that is runnable as it is."
    yield f"- {share(rows, 'valid'):.1%} have one whose parameters and body are valid (target: {TARGET:.0%})."
    yield f"- {share(rows, 'canonical', 'bodies'):.1%} of the JSON bodies have an instance that both validators accept."


def _without_case(rows: Sequence[Row]) -> Iterator[str]:
    yield "## Operations without a success case"
    yield ""
    listed = [(row.name, label, code) for row in rows for label, code in row.reasons.items()]
    if not listed:
        yield "None."
        return
    yield "| document | operation | code |"
    yield "|---|---|---|"
    for name, label, code in listed:
        yield f"| {name} | `{_cell(label)}` | `{code.value if code else 'not named'}` |"


def _codes() -> Iterator[str]:
    yield "The codes come from a closed list: " + ", ".join(f"`{code.value}`" for code in sorted(NO_SUCCESS_CASE)) + "."


def _cell(text: str) -> str:
    printable = "".join(char if char.isprintable() else "?" for char in text)[:160]
    return printable.replace("|", "\\|").replace("`", "'")


def main() -> int:
    """Print the page, or write it. Without the corpus the page stays as it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    wants_writing = parser.parse_args().write
    if not CORPUS.is_dir():
        print("the shared corpus is not here (set SPECPROOF_CORPUS): docs/compatibility.md stays as it is", file=sys.stderr)
        return 0
    made = page([examined(path) for path in documents()])
    if wants_writing:
        PAGE.write_text(made, encoding="utf-8")
    else:
        print(made, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
