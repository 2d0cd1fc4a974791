"""Findings as SARIF 2.1.0, the format that code hosts and editors show beside the lines of a document."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

from specproof import __version__
from specproof.openapi.documents.positions import Position, split_pointer
from specproof.openapi.findings import FIX_HINTS, Finding, FindingCode, Severity

VERSION = "2.1.0"
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.MAJOR: "error", Severity.MINOR: "warning", Severity.INFO: "note"}
STDIN = "stdin"


def sarif_log(spec: str, findings: Sequence[Finding], positions: Mapping[str, Position]) -> dict[str, object]:
    """One SARIF log with one run.

    ``spec`` is what the user named (path, address, ``-``); ``positions`` those of the places that are known. Fingerprints depend on
    code, place and message, not on lines, so that a finding stays the same when the document grows above it.
    """
    codes = sorted({finding.code for finding in findings})
    index = {code: number for number, code in enumerate(codes)}
    driver = {"name": "specproof", "version": __version__, "rules": [_rule(code) for code in codes]}
    results = [_result(finding, index[finding.code], spec, positions.get(finding.at)) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def _rule(code: FindingCode) -> dict[str, object]:
    title = code.value.replace(".", ": ").replace("_", " ")
    hint = FIX_HINTS[code]
    return {"id": code.value, "shortDescription": {"text": title}, "help": {"text": hint, "markdown": hint}}


def _result(finding: Finding, rule_index: int, spec: str, position: Position | None) -> dict[str, object]:
    file, place = split_pointer(finding.at)
    region = position or Position(1, 1)
    fingerprint = hashlib.sha256("\0".join((finding.code.value, finding.at, finding.message)).encode(errors="replace"))
    return {
        "ruleId": finding.code.value,
        "ruleIndex": rule_index,
        "level": LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": artifact_uri(spec, file)},
                    "region": {"startLine": region.line, "startColumn": region.column},
                },
                "logicalLocations": [{"fullyQualifiedName": place}],
            }
        ],
        "partialFingerprints": {"specproof/v1": fingerprint.hexdigest()[:32]},
    }


def artifact_uri(spec: str, file: str = "") -> str:
    """A URI relative to the working folder; for a document of the network its address, without credentials, query and fragment.

    ``file`` is another file of the same document, relative to it.
    """
    if spec == "-":
        return quote(file) or STDIN
    if spec.startswith(("http://", "https://")):
        parts = urlsplit(spec)
        place = f"{parts.path.rpartition('/')[0]}/{quote(file)}" if file else parts.path
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{place}"
    folder = Path(spec) if Path(spec).is_dir() else Path(spec).parent
    path = folder / file if file else Path(spec)
    return quote(Path(os.path.relpath(path)).as_posix(), errors="replace")
