"""``specproof prove``: what it prints and writes, and what it exits with, given a scorecard."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

import proofs
from specproof.bootstrap.proving import ProvingPolicy, suite_facts
from specproof.cli.exit_codes import ExitCode, exit_code_of
from specproof.cli.output import Output
from specproof.cli.prove_command import ProveOptions, prove
from specproof.errors import ProofGateError, RequestError
from specproof.quality.report.scorecard import QualityScorecard
from specproof.storage.suite_files import changed_since_locked, read_files

GOLDEN = Path(__file__).parents[2] / "golden" / "suites" / "petshop"
DOCUMENT = Path(__file__).parents[2] / "golden" / "documents" / "petshop.yaml"


@dataclass
class Prover:
    """Gives a scorecard without proving anything, and remembers what it was asked."""

    card: QualityScorecard = field(default_factory=proofs.scorecard)
    asked: list[tuple[ProvingPolicy, Path, bytes | None]] = field(default_factory=list)

    def __call__(self, policy: ProvingPolicy, folder: Path, document: bytes | None) -> QualityScorecard:
        self.asked.append((policy, folder, document))
        return replace(self.card, accepted_equivalent=policy.accepted_equivalent)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A suite; the command is given its relative path."""
    shutil.copytree(GOLDEN, tmp_path / "suite")
    (tmp_path / "suite" / "conftest.py").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("SPECPROOF_SERVER__PORT", "SPECPROOF_PROOF__MIN_STRENGTH"):
        monkeypatch.delenv(name, raising=False)
    return Path("suite")


def explained(folder: Path, **more: Any) -> ProveOptions:
    return ProveOptions(folder, accept_equivalent="nothing can show this limit", **more)


async def proven(options: ProveOptions, prover: Prover | None = None, *, as_json: bool = False) -> str:
    out = io.StringIO()
    assert await prove(options, Output(as_json=as_json, out=out), prover or Prover()) == ExitCode.DONE
    return out.getvalue()


async def test_it_prints_the_report_and_keeps_it_beside_the_suite(folder: Path) -> None:
    text = await proven(explained(folder))
    assert text.startswith("Suite quality  ")
    assert "This suite would miss 2 bugs:" in text
    kept = json.loads((folder / ".specproof" / "report.json").read_text(encoding="utf-8"))
    assert kept["accepted_equivalent"] == "nothing can show this limit"
    assert "Proof: grade" in (folder / "README.md").read_text(encoding="utf-8")


async def test_neither_report_nor_readme_line_counts_as_an_edit(folder: Path) -> None:
    before = changed_since_locked(folder)
    await proven(explained(folder))
    assert changed_since_locked(folder) == before


def test_what_is_kept_beside_a_suite_changes_nothing_that_the_report_says_of_it(folder: Path) -> None:
    before = suite_facts(folder, read_files(folder), "Petshop", "digest")
    for name in ("baseline.json", "calibration.json", "specproof.toml"):
        (folder / name).write_text("{}", encoding="utf-8")
    assert suite_facts(folder, read_files(folder), "Petshop", "digest") == before


async def test_the_readme_is_left_alone_where_that_was_asked_for(folder: Path) -> None:
    before = (folder / "README.md").read_bytes()
    await proven(explained(folder, no_readme=True))
    assert (folder / "README.md").read_bytes() == before


async def test_json_and_html_go_to_files_and_the_text_still_to_the_terminal(folder: Path) -> None:
    text = await proven(explained(folder, json_file="out/proof.json", html_file="out/proof.html"))
    assert text.startswith("Suite quality  ")
    assert json.loads((folder.parent / "out" / "proof.json").read_text(encoding="utf-8"))["schema"] == "specproof/proof"
    assert (folder.parent / "out" / "proof.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


async def test_a_dash_gives_the_json_on_stdout_alone(folder: Path) -> None:
    text = await proven(explained(folder, json_file="-"), as_json=True)
    assert json.loads(text)["version"] == 1
    assert not (folder.parent / "-").exists()


async def test_options_reach_the_proof(folder: Path) -> None:
    prover = Prover()
    await proven(explained(folder, workers=3, cap=7, no_cache=True, document=str(DOCUMENT)), prover)
    ((policy, given, document),) = prover.asked
    assert (policy.workers, policy.cap, policy.uses_cache, given) == (3, 7, False, folder)
    assert document is not None
    assert b"Pet shop" in document


async def test_without_a_document_the_suites_own_is_taken(folder: Path) -> None:
    prover = Prover()
    await proven(explained(folder), prover)
    assert prover.asked[0][2] is None


def unhealthy() -> QualityScorecard:
    return proofs.scorecard(proofs.proof(healthy=(replace(proofs.HEALTHY[0], alarms=(proofs.ALARM,)),)))


def untrusted() -> QualityScorecard:
    return proofs.scorecard(proofs.proof(variants=(replace(proofs.proof().variants[0], alarms=(proofs.ALARM,)),)))


@pytest.mark.parametrize(
    ("options", "card", "says"),
    [
        ({"min_strength": 85.0}, proofs.scorecard, "is below 85.0"),
        ({"require_trust": True}, untrusted, "trust is 0/1"),
        ({}, unhealthy, "not green on the conforming reference"),
        ({"accept_equivalent": ""}, proofs.scorecard, "--accept-equivalent"),
        ({"accept_equivalent": "   "}, proofs.scorecard, "--accept-equivalent"),
    ],
)
async def test_below_the_gate_it_exits_with_4_after_the_report(
    folder: Path, options: dict[str, Any], card: Callable[[], QualityScorecard], says: str
) -> None:
    out = io.StringIO()
    with pytest.raises(ProofGateError, match=says) as raised:
        await prove(replace(explained(folder), **options), Output(as_json=False, out=out), Prover(card()))
    assert exit_code_of(raised.value) == 4
    assert out.getvalue().startswith("Suite quality  ")
    assert (folder / ".specproof" / "report.json").is_file()


async def test_a_false_alarm_passes_where_trust_is_not_required(folder: Path) -> None:
    assert "false alarm on a legal variant" in await proven(explained(folder), Prover(untrusted()))


async def test_a_folder_that_is_no_suite_exits_with_2(folder: Path) -> None:
    with pytest.raises(RequestError) as raised:
        await prove(ProveOptions(folder / "cases"), Output(as_json=False))
    assert exit_code_of(raised.value) == 2


def test_errors_are_json_only_where_the_report_is_on_stdout(tmp_path: Path) -> None:
    def stderr_of(*arguments: str) -> str:
        finished = subprocess.run(
            [sys.executable, "-m", "specproof", "prove", "nowhere", *arguments],
            cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert finished.returncode == 2
        return finished.stderr

    assert stderr_of("--json", "report.json").startswith("error: ")
    assert json.loads(stderr_of("--json", "-"))["code"] == "request.invalid"
