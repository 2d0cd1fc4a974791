"""``specproof calibrate`` on a live target: two runs, one file, nothing else changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from library_api import TOKEN, library
from planbuilders import library_plan
from suiteruns import suite_on_disk

CREDENTIALS = {"SPECPROOF_CREDENTIAL_LIBRARYTOKEN": TOKEN, "SPECPROOF_CREDENTIAL_X_KEY": "the-x-key"}


def calibrated(suite: Path, url: str, *options: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPECPROOF_")}
    command = [sys.executable, "-m", "specproof", "calibrate", str(suite), "--url", url, *options]
    return subprocess.run(
        command, cwd=suite.parent, env={**kept, **CREDENTIALS}, capture_output=True, text=True, timeout=120, check=False
    )


def test_two_runs_tell_where_the_target_differs_and_which_ids_it_knows(tmp_path: Path) -> None:
    suite = suite_on_disk(tmp_path / "library", library_plan())
    # What is accepted is no reason not to tell it here.
    (suite / "specproof.toml").write_text(
        '[operations."POST /readers"]\nseverity.rejected = "remark"\nreason = "later"\n', encoding="utf-8"
    )
    before = {path: path.read_bytes() for path in suite.rglob("*") if path.is_file()}
    with library("forget_update", "long_names") as server:
        server.readers["kept-1"] = {"id": "kept-1", "name": "Ada", "age": 36}
        done = calibrated(suite, server.url)
        assert server.seen.count("POST /loans") == 2
    assert done.returncode == 0, done.stderr
    found = json.loads((suite / "calibration.json").read_text(encoding="utf-8"))
    differences = {one["case"]: one for one in found["differences"]}
    assert differences["POST /readers :: name_too_long"]["check"] == "rejected"
    assert differences["POST /readers :: life_of_a_record"]["check"] == "read_back"
    assert differences["POST /readers :: name_too_long"]["curl"].startswith("curl ")
    assert found["known_ids"]["/readers/{readerId}"]["readerId"] == ["kept-1"]
    for words in ("DIFFERENT", "curl", "differ from the document in both runs", "next: ", "--write-baseline", "kept-1"):
        assert words in done.stdout
    assert TOKEN not in done.stdout + (suite / "calibration.json").read_text(encoding="utf-8")
    after = {path: path.read_bytes() for path in suite.rglob("*") if path.is_file() and path.name != "calibration.json"}
    assert after == before


def test_a_target_that_does_not_answer_is_an_error_and_nothing_is_written(tmp_path: Path) -> None:
    suite = suite_on_disk(tmp_path / "library", library_plan())
    done = calibrated(suite, "http://127.0.0.1:1", "--json")
    assert done.returncode == 3
    assert "the API did not answer" in json.loads(done.stderr)["detail"]
    assert not (suite / "calibration.json").exists()
