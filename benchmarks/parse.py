"""``make bench-parse``: reading documents, beside other libraries. CPU time and peak memory, each in a process of its own, best of three.

The peers are installed into an environment of their own (``requirements/peers.txt``); ``--peers`` names its Python.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.compatibility import CORPUS, documents
from tools.synthetic import synthetic_document

from benchmarks.page import write_section

LEAST_BYTES = 70_000
"""Smaller documents tell of nothing but the cost of a start."""
SIZES = (500, 1_000, 2_000, 5_000)
LIMIT_SECONDS = 60
ROUNDS = 3

CHILD = """
import json, resource, sys, time, warnings
warnings.simplefilter("ignore")
{imports}
def read(path):
    return {work}
read(sys.argv[1])  # What is imported late is imported now.
try:
    begun = time.process_time()
    kept = read(sys.argv[2])
    print(json.dumps([time.process_time() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
except Exception as error:
    print(json.dumps(type(error).__name__))
"""
SMALL = {
    "openapi": "3.0.3",
    "info": {"title": "Small", "version": "1"},
    "paths": {"/pets": {"get": {"responses": {"200": {"description": "Pets"}}}}},
}


@dataclass(frozen=True, slots=True)
class Reader:
    """One way to read a document: what is imported before the clock starts, and what is measured."""

    name: str
    imports: str
    work: str
    is_peer: bool = True


_PARSER = "from pathlib import Path; from specproof.openapi.parser import parse_spec"
OURS = Reader(
    "specproof: parsed, indexed, everything normalised",
    _PARSER,
    "[(spec, [spec.definitions[name] for name in spec.definitions]) for spec in [parse_spec(Path(path).read_bytes())]]",
    is_peer=False,
)
READERS = (
    OURS,
    Reader("specproof: parse_spec", _PARSER, "parse_spec(Path(path).read_bytes())", is_peer=False),
    Reader(
        "openapi-spec-validator",
        "from openapi_spec_validator import validate; from openapi_spec_validator.readers import read_from_filename",
        "[validate(document, base_uri=base) for document, base in [read_from_filename(path)]]",
    ),
    Reader(
        "prance", "from prance import ResolvingParser", "ResolvingParser(path, backend='openapi-spec-validator', strict=False)"
    ),
    Reader("schemathesis: loader", "import schemathesis", "schemathesis.openapi.from_path(path)"),
    Reader(
        "schemathesis: loader, operations listed",
        "import schemathesis",
        "[(schema, list(schema.get_all_operations())) for schema in [schemathesis.openapi.from_path(path)]]",
    ),
)


@dataclass(frozen=True, slots=True)
class Measurement:
    """Seconds, and megabytes at the peak of the whole process; ``failure`` says what happened instead."""

    seconds: float = 0.0
    megabytes: float = 0.0
    failure: str = ""


def measured(reader: Reader, document: Path, small: Path, peers: str) -> Measurement:
    """The best of three; a reader that fails or takes too long is not asked again."""
    best = Measurement(failure="not measured")
    for _ in range(ROUNDS):
        found = _once(reader, document, small, peers)
        if found.failure:
            return found
        if best.failure or found.seconds < best.seconds:
            best = found
    return best


def _once(reader: Reader, document: Path, small: Path, peers: str) -> Measurement:
    code = CHILD.format(imports=reader.imports, work=reader.work)
    command = [peers if reader.is_peer else sys.executable, "-c", code, str(small), str(document)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return Measurement(failure=f"over {LIMIT_SECONDS} s")
    if done.returncode != 0:
        return Measurement(failure=f"ended with {done.returncode}")
    found = json.loads(done.stdout.splitlines()[-1])
    return Measurement(failure=f"fails: {found}") if isinstance(found, str) else Measurement(*found)


def cell(found: Measurement, ours: Measurement) -> str:
    """``1.20 s (x 5.1), 210 MB``."""
    if found.failure:
        return found.failure
    ratio = f" (x {found.seconds / ours.seconds:.1f})" if found is not ours and ours.seconds and not ours.failure else ""
    return f"{found.seconds:.2f} s{ratio}, {found.megabytes:.0f} MB"


def row(name: str, document: Path, small: Path, peers: str) -> tuple[str, Measurement]:
    """One line of the table, and our own figure in it."""
    ours = measured(OURS, document, small, peers)
    cells = [cell(ours if reader is OURS else measured(reader, document, small, peers), ours) for reader in READERS]
    return f"| {name} | {document.stat().st_size / 1e6:.2f} MB | {' | '.join(cells)} |", ours


def lines(peers: str, folder: Path) -> Iterator[str]:
    """The section, line by line as it is measured."""
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    yield f"{machine}; CPU seconds, each in a process of its own, best of {ROUNDS}, imports not counted."
    yield "In brackets: the time as a multiple of ours (parsed, indexed, everything normalised). A reader is stopped after"
    yield f"{LIMIT_SECONDS} s."
    yield ""
    yield f"| document | size | {' | '.join(reader.name for reader in READERS)} |"
    yield f"|---|---|{'---|' * len(READERS)}"
    small = folder / "small.json"
    small.write_text(json.dumps(SMALL), encoding="utf-8")
    for document in documents():
        if document.stat().st_size >= LEAST_BYTES:
            yield row(document.relative_to(CORPUS).as_posix(), document, small, peers)[0]
    growth = []
    for size in SIZES:
        document = folder / f"synthetic-{size}.json"
        document.write_text(json.dumps(synthetic_document(size)), encoding="utf-8")
        text, ours = row(f"synthetic, {size:,} operations", document, small, peers)
        growth.append(f"{1e6 * ours.seconds / size:.0f} us at {size:,}")
        yield text
    yield ""
    yield f"Growth: {', '.join(growth)} operations (ours, for each operation)."


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; with ``--write`` keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", required=True, help="Python of the environment that requirements/peers.txt is installed in")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    if not CORPUS.is_dir():
        raise SystemExit("the shared corpus is not here (set SPECPROOF_CORPUS)")
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for line in lines(options.peers, Path(folder)):
            print(line, flush=True)
            found.append(line)
    if options.write:
        write_section("parse", found)


if __name__ == "__main__":
    main()
