"""``python -m benchmarks.generate``: what a large document costs, from bytes to a judged suite, each in a process of its own."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tools.compatibility import CORPUS
from tools.synthetic import synthetic_document

from benchmarks.page import write_section

LARGEST_REAL = CORPUS / "10-elastic_elasticsearch-specification-elasticsearch-serverless-openapi.json"
SIZES = (500, 1_000, 5_000)


def stages(document: Path) -> Iterator[str]:
    """CPU seconds of each stage, then the number of cases and the peak in megabytes."""
    from specproof.formatting.ruff_formatter import format_files
    from specproof.generators.base import GenerationConfig
    from specproof.generators.registry import strategies
    from specproof.generators.rendering.suite import TemplateSet, render_suite
    from specproof.generators.test_data_factory.factory import ValueFactory
    from specproof.generators.test_generator import SuiteGenerator
    from specproof.openapi.parser import parse_spec
    from specproof.quality.quality_checker import check_suite

    times = [_cpu_seconds()]
    spec = parse_spec(document.read_bytes())
    times.append(_cpu_seconds())
    generator = SuiteGenerator(strategies=strategies(third_parties=()), values=ValueFactory(seed="specproof"))
    plan = generator.plan(spec, GenerationConfig(slug="measured"))
    times.append(_cpu_seconds())
    rendered = render_suite(plan, templates=TemplateSet())
    times.append(_cpu_seconds())
    files = format_files(rendered.files)
    times.append(_cpu_seconds())
    check_suite(files, operations_total=len(spec.operations), operations_covered=rendered.operation_count)
    times.append(_cpu_seconds())
    yield from (f"{after - before:.1f} s" for before, after in itertools.pairwise(times))
    yield f"**{times[-1] - times[0]:.1f} s**"
    yield f"{len(plan.cases):,}"
    yield f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"


def _cpu_seconds() -> float:
    """Of this process and of the formatter's, which has ended."""
    below = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + below.ru_utime + below.ru_stime


def lines(folder: Path) -> Iterator[str]:
    """The section, line by line as it is measured."""
    yield f"CPU seconds, {os.cpu_count()} cores, Python {platform.python_version()}. Target: 1,000 operations in < 30 s and < 600 MB."
    yield ""
    yield "| document | reading | planning | rendering | formatting | judging | all | cases | peak |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for name, document in _documents(folder):
        done = subprocess.run(
            [sys.executable, "-m", __spec__.name, "--document", str(document)], capture_output=True, text=True, check=True
        )
        yield f"| {name} | {' | '.join(json.loads(done.stdout))} |"


def _documents(folder: Path) -> Iterator[tuple[str, Path]]:
    if LARGEST_REAL.is_file():
        yield LARGEST_REAL.name, LARGEST_REAL
    for size in SIZES:
        document = folder / f"synthetic-{size}.json"
        document.write_text(json.dumps(synthetic_document(size)), encoding="utf-8")
        yield f"synthetic, {size:,} operations", document


def main() -> None:
    """Measure and print; with ``--write`` keep the table; with ``--document`` measure that one alone, in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--document", type=Path)
    options = parser.parse_args()
    if options.document is not None:
        print(json.dumps(list(stages(options.document))))
        return
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for line in lines(Path(folder)):
            print(line, flush=True)
            found.append(line)
    if options.write:
        write_section("generate", found)


if __name__ == "__main__":
    main()
