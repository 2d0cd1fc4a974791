"""Hostile documents, all the way: generated, compiled, collected and run, watched from inside of the process.

The oracle is that of the corpus (``hostile/INDEX.md``): it ends in time and memory, shows no traceback, leaves no ``PWNED*`` file, writes
nothing outside of the output folder, dials nobody while it reads, and accounts for every operation.
"""

from __future__ import annotations

import json
import os
import re
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from specproof.openapi.pointers import pointer

pytestmark = pytest.mark.needs_shared

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("SPECPROOF_CORPUS") or ROOT.parent / "shared") / "corpus" / "hostile"
WATCHED = ROOT / "tests" / "watched.py"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
SECONDS = 10.0
SECONDS_OF_THE_LARGE = 30.0
"""INDEX.md gives 5,000 operations 30 seconds."""
LARGE = "sem_many_operations.json"
PEAK_BYTES = 1 << 30
ADDRESS_SPACE = 4 << 30
"""Threads and allocators reserve much more than they use; this only stops what would take the machine down."""
REFUSED = {
    "enc_array_root.json", "enc_binary.json", "enc_empty.json", "enc_gzip.json", "enc_html_login_page.json", "enc_latin1.yaml", "enc_null.json",
    "enc_string_root.yaml", "enc_truncated.json", "enc_whitespace.yaml", "json_deep_100k.json", "json_trailing_comma_comments.json",
    "other_formats.json", "yaml_billion_laughs.yaml", "yaml_deep_flow.yaml", "yaml_merge_bomb.yaml", "yaml_multi_document.yaml",
    "yaml_python_tags.yaml", "yaml_tabs.yaml",
}  # fmt: skip
SURROGATE = re.compile("[\ud800-\udfff]")
EITHER = {"enc_utf16le_bom.json", "json_deep_schema_400.json", "json_duplicate_keys.json"}
"""Refused or read: INDEX.md leaves both open."""


def documents() -> list[Path]:
    if not CORPUS.is_dir():
        return []
    return sorted(path for path in CORPUS.rglob("*") if path.suffix in {".json", ".yaml", ".yml"})


@dataclass
class Sandbox:
    """A folder with a home, a place to stand and one for temporary files of its own."""

    folder: Path
    report: dict[str, Any] = field(default_factory=dict)
    output: str = ""

    def __post_init__(self) -> None:
        for name in ("home", "cwd", "tmp", "suites"):
            (self.folder / name).mkdir(exist_ok=True)

    def suite(self, document: Path) -> Path:
        return self.folder / "suites" / document.name.replace(".", "_")

    def watched(self, paths: list[Path], tests: list[str] | None = None, port: int | None = None, limit: float = 600) -> None:
        """One child that generates the suites of ``paths``, or runs pytest with the arguments ``tests``."""
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        order = {
            "root": str(self.folder),
            "readable": [str(ROOT / "src"), str(ROOT / "tests"), *map(str, paths)],
            "programs": ["ruff"] if paths else [],
            "suites": {path.name: [str(path), str(self.suite(path)), f"s{index}"] for index, path in enumerate(paths)},
            "pytest": tests,
            "port": port,
            "report": str(report),
        }
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            # As the product runs suites: plug-ins of strangers do what they like (urllib3 binds ::1 to see whether it can).
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "LC_ALL": "C.UTF-8",
        }
        done = subprocess.run(
            [sys.executable, "-P", str(WATCHED)],
            input=json.dumps(order).encode(),
            cwd=self.folder / "cwd",
            env=environment,
            capture_output=True,
            timeout=limit,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE)),
        )
        self.output = (done.stdout + done.stderr).decode("utf-8", "replace")
        assert report.exists(), self.output[-3000:]
        self.report = json.loads(report.read_bytes())

    def assert_clean(self) -> None:
        """Nothing dialled, started or written that may not be; nothing left over; no canary; no traceback; not too much memory."""
        assert self.report["violations"] == []
        assert [path.name for path in self.folder.rglob("PWNED*")] == []
        assert [str(path) for name in ("home", "cwd", "tmp") for path in (self.folder / name).iterdir()] == []
        assert "Traceback (most recent call last)" not in self.output
        assert "INTERNALERROR" not in self.output
        assert self.report["peak_bytes"] < PEAK_BYTES

    def assert_generated(self, path: Path) -> None:
        """Exit code, time, messages and code of one document's suite."""
        made = self.report["suites"][path.name]
        allowed = {2} if path.name in REFUSED else {0, 2} if path.name in EITHER else {0}
        assert made["code"] in allowed, (path.name, made["code"], made["stderr"])
        assert made["seconds"] < (SECONDS_OF_THE_LARGE if path.name == LARGE else SECONDS), path.name
        assert made["uncompiled"] == [], path.name
        assert "Traceback" not in made["stdout"] + made["stderr"], path.name
        assert "unexpected" not in made["stderr"], (path.name, made["stderr"])
        if made["code"]:
            problem = json.loads(made["stderr"])
            assert problem["detail"], path.name
            assert problem["detail"].isprintable(), path.name
            assert not self.suite(path).exists(), path.name
        else:
            assert unaccounted(path, self.suite(path), json.loads(made["stdout"])) == [], path.name


def unaccounted(path: Path, suite: Path, result: dict[str, Any]) -> list[str]:
    """The operations of a document that neither a success case nor a finding speaks of."""
    covered = {
        entry["operation"]
        for cases in (suite / "cases").glob("*.json")
        for entry in json.loads(cases.read_bytes()).values()
        if entry["family"] == "functional"
    }
    places = {finding["at"] for finding in result["findings"]}
    is_capped = any("more findings of this kind are not listed" in finding["message"] for finding in result["findings"])
    missing = []
    for method, route in raw_operations(path):
        own = pointer(("paths", route, method))
        above = {pointer(("paths", route)), pointer(("paths",)), own}
        if (
            f"{method.upper()} {route}" not in covered
            and not above & places
            and not any(at.startswith(own + "/") for at in places)
        ):
            missing.append(f"{method.upper()} {route}")
    return [] if is_capped else missing


def raw_operations(path: Path) -> Iterator[tuple[str, str]]:
    """Method and path of every operation, read by another reader than ours."""
    text = path.read_text(encoding="utf-8-sig")
    document = json.loads(text, parse_int=str) if path.suffix == ".json" else opened(yaml.compose(text), depth=3)
    paths = document.get("paths")
    for route, item in paths.items() if isinstance(paths, dict) else ():
        if isinstance(item, dict) and not route.startswith("x-"):
            # Half a surrogate pair is no text; a reader may only replace it.
            yield from ((method, SURROGATE.sub("\ufffd", route)) for method in METHODS if method in item)


def opened(node: yaml.Node | None, depth: int) -> Any:
    """The mappings of a YAML document down to a depth; what lies deeper may lead back up."""
    if not isinstance(node, yaml.MappingNode) or depth == 0:
        return None
    return {key.value: opened(value, depth - 1) for key, value in node.value if isinstance(key, yaml.ScalarNode)}


@pytest.fixture
def dead_port() -> Iterator[int]:
    """A port of this machine that is taken, and where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """The suites of all documents, made by one warm child."""
    if not documents():
        pytest.skip(f"the shared corpus is not at {CORPUS} (set SPECPROOF_CORPUS)")
    sandbox = Sandbox(tmp_path_factory.mktemp("hostile"))
    sandbox.watched(documents())
    return sandbox


def test_every_document_is_known() -> None:
    names = {path.name for path in documents()}
    assert len(names) == 82
    assert names >= REFUSED | EITHER | {LARGE}


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_a_hostile_document_is_refused_in_words_or_accounted_for(generated: Sandbox, path: Path) -> None:
    generated.assert_generated(path)


def test_generating_from_hostile_documents_leaves_nothing_behind_and_dials_nobody(generated: Sandbox) -> None:
    generated.assert_clean()


def suites_of(sandbox: Sandbox, *, with_large: bool) -> list[str]:
    made = [sandbox.suite(path) for path in documents() if with_large or path.name != LARGE]
    return [str(suite) for suite in made if suite.is_dir()]


def arguments(suites: list[str], *more: str) -> list[str]:
    return ["-q", "-p", "no:cacheprovider", "-p", "no:asyncio", *more, *suites]


def test_hostile_suites_are_collected_whole(generated: Sandbox) -> None:
    suites = suites_of(generated, with_large=False)
    generated.watched([], arguments(suites, "--collect-only"))
    generated.assert_clean()
    wanted = sum(len(json.loads(path.read_bytes())) for suite in suites for path in (Path(suite) / "cases").glob("*.json"))
    assert generated.report["pytest"] == 0, generated.output[-3000:]
    assert f"{wanted} tests collected" in generated.output


def test_hostile_suites_run_against_a_dead_port_and_do_no_harm(generated: Sandbox, dead_port: int) -> None:
    suites = suites_of(generated, with_large=False)
    generated.watched([], arguments(suites, "--api-url", f"http://127.0.0.1:{dead_port}", "--tb=short"), port=dead_port)
    generated.assert_clean()
    assert generated.report["pytest"] == 1, generated.output[-3000:]
    assert " passed" not in generated.output.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_a_hostile_document_in_processes_of_its_own(tmp_path: Path, path: Path, dead_port: int) -> None:
    sandbox = Sandbox(tmp_path)
    sandbox.watched([path])
    sandbox.assert_generated(path)
    sandbox.assert_clean()
    if not sandbox.suite(path).is_dir():
        return
    suite = [str(sandbox.suite(path))]
    cases = sum(len(json.loads(found.read_bytes())) for found in (sandbox.suite(path) / "cases").glob("*.json"))
    sandbox.watched([], arguments(suite, "--collect-only"))
    sandbox.assert_clean()
    assert sandbox.report["pytest"] == (0 if cases else 5)
    sandbox.watched([], arguments(suite, "--api-url", f"http://127.0.0.1:{dead_port}"), port=dead_port)
    sandbox.assert_clean()
    assert sandbox.report["pytest"] in {0, 1} if cases else sandbox.report["pytest"] == 5
