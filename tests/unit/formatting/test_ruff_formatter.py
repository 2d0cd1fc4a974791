from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from planbuilders import library_plan
from specproof.domain.ports import CodeFormatter
from specproof.domain.suites import SuiteFile
from specproof.errors import GenerationError
from specproof.formatting.ruff_formatter import LINE_LENGTH, RuffFormatter, format_files
from specproof.generators.rendering.lock_file import file_hashes
from specproof.generators.rendering.suite import TemplateSet, render_suite
from suiteruns import written

UGLY = SuiteFile("tests_a/test_a.py", "x = {  'a':1 }\n", is_code=True)
SCRIPT = "#!/bin/sh\n"


def script(folder: Path, body: str) -> str:
    path = folder / "slow-ruff"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


async def test_both_forms_format_code_alone_and_bring_the_lock_up_to_date() -> None:
    suite = render_suite(library_plan(), templates=TemplateSet())
    formatter: CodeFormatter = RuffFormatter()
    formatted = await formatter.format(suite.files)
    assert formatted == format_files(suite.files)
    assert [file.path for file in formatted] == [file.path for file in suite.files]
    lock = json.loads(next(file.content for file in formatted if file.path == "specproof.lock.json"))
    assert lock["files"] == file_hashes(formatted)
    for before, after in zip(suite.files, formatted, strict=True):
        if not before.is_code and before.path != "specproof.lock.json":
            assert before == after
    assert format_files(formatted) == formatted


def test_formatted_code_is_clean_for_linters(tmp_path: Path) -> None:
    folder = written(tmp_path, format_files(render_suite(library_plan(), templates=TemplateSet()).files))
    options = ["--isolated", "--no-cache", "--line-length", str(LINE_LENGTH), "--select", "E,F,I,W,UP,B,PT"]
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ruff")), "check", *options, str(folder / "tests_library")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
    for path in (folder / "tests_library").glob("test_*.py"):
        functions = path.read_text(encoding="utf-8").split("\ndef test_")[1:]
        assert max((len(text.strip().splitlines()) for text in functions), default=0) <= 30, path.name


async def test_code_that_does_not_parse_is_named_without_our_folder() -> None:
    broken = SuiteFile("tests_a/test_b.py", "def (\n", is_code=True)
    for attempt in (lambda: format_files([UGLY, broken]), None):
        with pytest.raises(GenerationError, match=r"could not be formatted: .*tests_a/test_b\.py") as refused:
            await RuffFormatter().format([UGLY, broken]) if attempt is None else attempt()
        assert "specproof-format-" not in str(refused.value)


async def test_files_without_code_need_no_ruff() -> None:
    texts = (SuiteFile("README.md", "# a"), SuiteFile("checks_a/a.py", "x  =  1", is_carried=True))
    assert await RuffFormatter(executable="/no/such/ruff").format(texts) == texts
    assert format_files(texts, executable="/no/such/ruff") == texts


async def test_a_missing_ruff_is_an_error_that_says_what_to_install() -> None:
    with pytest.raises(GenerationError, match="not installed"):
        await RuffFormatter(executable="/no/such/ruff").format([UGLY])
    with pytest.raises(GenerationError, match="not installed"):
        format_files([UGLY], executable="/no/such/ruff")


async def test_a_ruff_that_hangs_is_ended(tmp_path: Path) -> None:
    slow = script(tmp_path, "exec sleep 60")
    with pytest.raises(GenerationError, match=r"longer than 0\.2 seconds"):
        await RuffFormatter(executable=slow, timeout_seconds=0.2).format([UGLY])
    with pytest.raises(GenerationError, match=r"longer than 0\.2 seconds"):
        format_files([UGLY], executable=slow, timeout_seconds=0.2)


def test_a_failure_without_words_tells_the_exit_code(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="exit code 3"):
        format_files([UGLY], executable=script(tmp_path, "exit 3"))


def test_a_path_out_of_the_suite_is_refused() -> None:
    with pytest.raises(GenerationError, match="leads out"):
        format_files([SuiteFile("../evil.py", "x = 1", is_code=True)])
