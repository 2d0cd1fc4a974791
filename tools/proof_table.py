"""What proofs say of generated suites: ``python -m tools.proof_table --write`` makes the tables of ``docs/proof.md``.

The first takes some minutes: every document's suite is generated and proven. The second, the sample API's hand-written bugs, takes
more and is made with ``--with-bugs`` alone; without it what stands on the page stays.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.page import write_section
from tools.compatibility import CORPUS
from tools.outside_bugs import DOCUMENT, BugOutcome, generated_suite, outcomes_of, table
from tools.proof_cost import WORKERS, MeasuredProof, measured_proof

from specproof.domain.proofs import FamilyScore, FaultFamily, MutantOutcome, ProofReport, Verdict

PAGE = Path(__file__).parents[1] / "docs" / "proof.md"
PROOFS, OUTSIDE = "proofs", "outside"
SHOWN_SURVIVORS = 5
DECIDED = {
    "S9": "403 for an id that does not exist can hide who else has one; a remark.",
    "S11": "405 without `Allow` breaks RFC 9110 and no client; a remark.",
    "S12": "401 without `WWW-Authenticate` breaks RFC 9110 and no client; a remark.",
    "S13": "a refusal of another media type is sure only where the document has a 415; else a remark.",
    "V4": "a broken `format` alone is a remark where the document does not make it a rule (other keywords are killed).",
    "V9": "null for an optional member is often read as absent; a remark. Faults deeper than the example goes are missed, too.",
    "D5": "what a PUT leaves out may stay where the document has no PATCH for less.",
    "L3": "the size of a page that was not asked for is not looked at.",
}
"""Why most faults of these operators that are missed are not looked for as failures. No sentence tells those from the rest."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document and what is peculiar about it."""

    name: str
    path: Path
    kind: str


SOURCES = (
    Source("bookshop", DOCUMENT, "OpenAPI 3.1, the sample API: credentials, paging, sorting, many bounds"),
    Source(
        "petstore-fake",
        CORPUS / "03-swagger-api_swagger-codegen-petstorefake.yaml",
        "Swagger 2.0: XML, forms, files, three ways to log in",
    ),
    Source(
        "petstore-styles",
        CORPUS / "16-swagger-api_swagger-parser-petstore.yaml",
        "OpenAPI 3.0: XML, forms, files, OAuth 2 and API keys",
    ),
    Source(
        "stateful-users",
        CORPUS / "20-schemathesis_schemathesis-stateful_users.yaml",
        "OpenAPI 3.0: related records, links, no credentials",
    ),
    Source(
        "burgershop",
        CORPUS / "30-pb33f_libopenapi-burgershop.openapi-modified.yaml",
        "OpenAPI 3.1: links, XML, several credentials",
    ),
    Source(
        "cafe",
        CORPUS / "37-Redocly_redocly-cli-cafe-api-with-errors.yaml",
        "OpenAPI 3.2: cursors, filters, composed schemas, OAuth 2, files",
    ),
    Source(
        "redocly", CORPUS / "39-Redocly_redocly-cli-openapi.yaml", "OpenAPI 3.2: the QUERY method, streams; little is promised"
    ),
)


def proof_lines(proofs: Sequence[MeasuredProof], absent: Sequence[str] = ()) -> list[str]:
    """The section of the proofs. ``absent`` names documents that are not on this machine."""
    return [
        f"{os.cpu_count()} cores, Python {platform.python_version()}.",
        "",
        *_worth_table(proofs),
        "",
        "What neither figure is bought with. Cases with a verdict on the reference passed or failed there; the others were skipped: what they",
        "need cannot be made from the document, or the answer need not be about their question. Cases of minor weight only remark.",
        "",
        *_verdict_table(proofs),
        "",
        "Mutants by family, killed of those that count:",
        "",
        *_family_table(proofs),
        "",
        "What they cost. Requests are those of one run of the suite:",
        "",
        *_cost_table(proofs),
        *_peculiarities(proofs),
        *(("", f"Not here, and so not measured: {', '.join(absent)}.") if absent else ()),
        *_weak_places(proofs),
        *_decided(proofs),
    ]


def _worth_table(proofs: Sequence[MeasuredProof]) -> Iterator[str]:
    yield "| document | operations | cases | grade | strength | killed | accidental | survived | equivalent | silent variants | healthy runs |"
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    for proof in proofs:
        report = proof.report
        cells = [
            proof.name,
            proof.operations,
            report.case_count,
            report.grade,
            _percent(report.strength),
            *(_count(report, verdict) for verdict in (Verdict.KILLED, Verdict.ACCIDENTAL, Verdict.SURVIVED, Verdict.EQUIVALENT)),
            f"{report.silent_variants}/{len(report.variants)}",
            f"{sum(run.is_green for run in report.healthy)}/{len(report.healthy)} green",
        ]
        yield _row(cells)


def _verdict_table(proofs: Sequence[MeasuredProof]) -> Iterator[str]:
    yield "| document | cases | with a verdict | skipped or inconclusive | of minor weight |"
    yield "|---|---|---|---|---|"
    for proof in proofs:
        first, cases = proof.report.healthy[0], proof.report.case_count
        judged = first.passed + len(first.alarms)
        others = [f"{count} ({_share(count, cases)})" for count in (first.skipped, proof.minor)]
        yield _row([proof.name, cases, _share(judged, cases), *others])


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "n/a"


def _family_table(proofs: Sequence[MeasuredProof]) -> Iterator[str]:
    yield _row(["document", *(family.words for family in FaultFamily)])
    yield "|---" * (len(FaultFamily) + 1) + "|"
    for proof in proofs:
        scores = {score.family: score for score in proof.report.families}
        yield _row([proof.name, *(_killed_of(scores.get(family)) for family in FaultFamily)])


def _killed_of(score: FamilyScore | None) -> str:
    return f"{score.killed}/{score.counted}" if score is not None and score.counted else "-"


def _cost_table(proofs: Sequence[MeasuredProof]) -> Iterator[str]:
    yield "| document | requests | kills/100 requests | mutants | of so many | wall | CPU | peak memory |"
    yield "|---|---|---|---|---|---|---|---|"
    for proof in proofs:
        report, cost = proof.report, proof.cost
        cells = [
            proof.name,
            report.requests,
            "n/a" if report.economy is None else f"{report.economy:g}",
            len(report.mutants),
            sum(sample.applicable for sample in report.samples.values()),
            f"{cost.wall_seconds:.1f} s",
            f"{cost.cpu_seconds:.1f} s",
            f"{cost.peak_bytes / 1e6:.0f} MB" if cost.peak_bytes else "n/a",
        ]
        yield _row(cells)


def _peculiarities(proofs: Sequence[MeasuredProof]) -> Iterator[str]:
    known = {source.name: source for source in SOURCES}
    listed = [known[proof.name] for proof in proofs if proof.name in known]
    if listed:
        yield ""
    for source in listed:
        yield f"- {source.name}: {source.kind} (`{source.path.name}`)."


def _weak_places(proofs: Sequence[MeasuredProof]) -> Iterator[str]:
    """What is not as it should be, in words: false alarms first, then some faults that are missed."""
    for proof in proofs:
        alarms = [
            *(f"red on the reference ({run.name} run)" for run in proof.report.healthy if not run.is_green),
            *(f"false alarm where {_printable(variant.sentence)}" for variant in proof.report.variants if variant.alarms),
        ]
        survivors = [mutant for mutant in proof.report.mutants if mutant.verdict is Verdict.SURVIVED]
        if alarms or survivors:
            yield from ("", f"Missed by the suite of {proof.name}, of {len(survivors)}:" if survivors else f"{proof.name}:", "")
        yield from (f"- **{alarm}**" for alarm in alarms)
        yield from (f"- {mutant.operator}: {_printable(mutant.sentence)}" for mutant in _typical(survivors))


def _decided(proofs: Sequence[MeasuredProof]) -> Iterator[str]:
    """Of which operators most are missed because a failure would be a false alarm somewhere: they are remarks, or nothing."""
    survived = Counter(one.operator for proof in proofs for one in proof.report.mutants if one.verdict is Verdict.SURVIVED)
    listed = [operator for operator in DECIDED if survived[operator]]
    if listed:
        yield from (
            "",
            "Missed mostly by decision (each count is of the whole operator): a server may have a reason, or the document is not clear:",
            "",
        )
    yield from (f"- {operator} ({survived[operator]} are missed): {DECIDED[operator]}" for operator in listed)
    if listed:
        without = [f"{proof.name} {_percent(_strength_without(proof.report, listed))}" for proof in proofs]
        yield from ("", f"Strength without these operators, what they find as well as what they miss: {', '.join(without)}.")


def _strength_without(report: ProofReport, operators: Sequence[str]) -> float | None:
    return replace(report, mutants=tuple(one for one in report.mutants if one.operator not in operators)).strength


def _typical(survivors: Sequence[MutantOutcome]) -> list[MutantOutcome]:
    """Some of them, of different operators."""
    first_of = {mutant.operator: mutant for mutant in reversed(survivors)}
    return [mutant for mutant in survivors if first_of[mutant.operator] is mutant][:SHOWN_SURVIVORS]


def _printable(text: str) -> str:
    """A sentence with names of a document in it, as a page shows it."""
    shown = "".join(char if char.isprintable() else "?" for char in text)
    return shown.replace("|", "\\|").replace("<", "&lt;")


def _count(report: ProofReport, verdict: Verdict) -> int:
    return sum(1 for mutant in report.mutants if mutant.verdict is verdict)


def _percent(strength: float | None) -> str:
    return "n/a" if strength is None else f"{strength:.1f} %"


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def outside_lines(outcomes: Sequence[BugOutcome]) -> list[str]:
    """The section of the hand-written bugs: by kind, then one by one."""
    lines = ["| kind of bug | found |", "|---|---|"]
    for kind in dict.fromkeys(outcome.bug.kind for outcome in outcomes):
        of_kind = [outcome for outcome in outcomes if outcome.bug.kind is kind]
        lines.append(f"| {kind.value} | {sum(outcome.is_found for outcome in of_kind)}/{len(of_kind)} |")
    return [*lines, "", *table(outcomes)]


def _proven(sources: Sequence[Source]) -> Iterator[MeasuredProof]:
    for source in sources:
        proof = measured_proof(source.name, source.path.read_bytes())
        report, cost = proof.report, proof.cost
        print(f"{proof.name}: {_percent(report.strength)}, {cost.wall_seconds:.1f} s", file=sys.stderr, flush=True)
        yield proof


def _bugs() -> list[str]:
    from examples.bookshop.outside_bugs import OUTSIDE_BUGS

    with tempfile.TemporaryDirectory() as folder:
        return outside_lines(outcomes_of(OUTSIDE_BUGS, generated_suite(Path(folder) / "bookshop"), workers=WORKERS))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables, or write them into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", action="append", default=[], choices=[source.name for source in SOURCES])
    parser.add_argument(
        "--with-bugs", action="store_true", help="the hand-written bugs of the sample API too: this takes minutes"
    )
    options = parser.parse_args(arguments)
    if options.write and options.only:
        parser.error("the page shows every document: --write and --only do not go together")
    wanted = [source for source in SOURCES if not options.only or source.name in options.only]
    here = [source for source in wanted if source.path.is_file()]
    sections = {PROOFS: proof_lines(list(_proven(here)), [source.name for source in wanted if source not in here])}
    if options.with_bugs:
        sections[OUTSIDE] = _bugs()
    for name, lines in sections.items():
        print("\n".join(lines))
        if options.write:
            write_section(name, lines, PAGE)


if __name__ == "__main__":
    main()
