"""The suite runner against small hand-written suites, harmless ones and hostile ones. Each starts a real process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

from specproof.domain.runs import Outcome, OutcomeKind, RunRequest, RunStatus
from specproof.errors import ExecutionError, LeaseLostError
from specproof.execution.suite_runner import TIER, ExecutionPolicy, ProcessSuiteRunner

SECRET = "s3cr3t&token/0123456789"

CONFTEST = """
import pytest

def pytest_addoption(parser):
    parser.addoption("--api-url", default=None)

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    report.user_properties += [("specproof_case", "case:" + item.name), ("specproof_operation", "GET /books")]
    if report.failed:
        report.user_properties += [("specproof_check", "rejected"), ("specproof_expected", "4xx"), ("specproof_actual", "201")]
    report.user_properties.append(("specproof_remark", "a remark"))
    return report
"""

DAEMON = """
import os, time

def daemonise(pid_file):
    '''The classic double fork: a process of another session, whose parent is gone.'''
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            with open(pid_file, "w") as file:
                file.write(str(os.getpid()))
            while True:
                time.sleep(60)
        os._exit(0)
    os.wait()
    while not (os.path.exists(pid_file) and open(pid_file).read()):
        time.sleep(0.01)
"""


def is_alive(pid: int) -> bool:
    """Whether a process runs; a dead one that nobody has collected counts as dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z"
    except OSError:
        return False


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


class Suite:
    """A folder with one test module."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True)
        (root / "conftest.py").write_text(CONFTEST)

    def write(self, code: str, name: str = "test_it.py") -> Suite:
        (self.root / name).write_text(textwrap.dedent(code))
        return self

    def pid(self, name: str = "pid") -> int:
        return int((self.root / name).read_text())

    def request(self, **changes: object) -> RunRequest:
        return RunRequest(**{"suite_dir": str(self.root), "api_url": "http://127.0.0.1:9", "timeout_seconds": 60.0, **changes})  # type: ignore[arg-type]


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    return Suite(tmp_path / "shop" / "r0001")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run folders go where the test can see that they are gone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def runner(temporary: Path) -> ProcessSuiteRunner:
    return ProcessSuiteRunner(ExecutionPolicy())


async def test_every_kind_of_outcome_is_told_live_with_its_properties(suite: Suite, runner: ProcessSuiteRunner) -> None:
    suite.write("""
        import pytest
        def test_passes(): pass
        def test_fails(): assert 1 == 2
        @pytest.mark.skip(reason="set SPECPROOF_CREDENTIAL_BEARER")
        def test_is_skipped(): pass
        @pytest.fixture
        def broken(): raise KeyError("x")
        def test_errs(broken): pass
        @pytest.fixture
        def leaves_badly():
            yield
            raise OSError("y")
        def test_errs_late(leaves_badly): pass
        @pytest.mark.xfail(reason="known")
        def test_known(): assert 0
    """)
    told: list[Outcome] = []

    async def tell(outcome: Outcome) -> None:
        told.append(outcome)

    result = await runner.run(suite.request(), on_outcome=tell)

    assert result.status is RunStatus.FAILED
    assert result.tier == TIER
    assert result.outcomes == tuple(told)
    kinds = {outcome.case_id: (outcome.kind, outcome.message) for outcome in told}
    assert kinds == {
        "case:test_passes": (OutcomeKind.PASSED, ""),
        "case:test_fails": (OutcomeKind.FAILED, "assert 1 == 2"),
        "case:test_is_skipped": (OutcomeKind.SKIPPED, "set SPECPROOF_CREDENTIAL_BEARER"),
        "case:test_errs": (OutcomeKind.ERRORED, "KeyError: 'x'"),
        "case:test_errs_late": (OutcomeKind.ERRORED, "OSError: y"),
        "case:test_known": (OutcomeKind.SKIPPED, "known"),
    }
    failed = told[1]
    assert (failed.operation, failed.check, failed.expected, failed.actual) == ("GET /books", "rejected", "4xx", "201")
    assert failed.remarks == ("a remark",)
    assert failed.node_id == "test_it.py::test_fails"


async def test_a_green_suite_passes(suite: Suite, runner: ProcessSuiteRunner) -> None:
    result = await runner.run(suite.write("def test_a(): pass").request())

    assert (result.status, result.message, len(result.outcomes)) == (RunStatus.PASSED, "", 1)


async def test_the_child_sees_the_allowed_variables_and_no_other(
    suite: Suite, runner: ProcessSuiteRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPECPROOF_DATABASE__URL", "postgresql://user:password@db/x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "aws")
    suite.write(f"""
        import json, os, stat, sys
        def test_environment():
            file = os.environ["SPECPROOF_CREDENTIALS_FILE"]
            seen = dict(names=sorted(os.environ), credentials=json.load(open(file)), mode=stat.S_IMODE(os.stat(file).st_mode),
                        argv=open("/proc/self/cmdline").read(), path=sys.path, stdin=os.readlink("/proc/self/fd/0"),
                        parent=open(f"/proc/{{os.getppid()}}/environ").read())
            json.dump(seen, open({str(suite.root / "seen.json")!r}, "w"))
    """)
    request = suite.request(credentials={"SPECPROOF_CREDENTIAL_BEARER": SECRET}, api_url="http://user:pass@127.0.0.1:9")

    result = await runner.run(request)

    seen = json.loads((suite.root / "seen.json").read_text())
    assert result.status is RunStatus.PASSED, result.log_tail
    pytest_own = {"PYTEST_CURRENT_TEST", "PYTEST_VERSION"}
    assert set(seen["names"]) - pytest_own - {"LD_LIBRARY_PATH"} == {
        *("PATH", "LANG", "LC_ALL", "HOME", "TMPDIR", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONUTF8"),
        *("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "MALLOC_ARENA_MAX", "SPECPROOF_API_URL", "SPECPROOF_CREDENTIALS_FILE"),
    }
    assert seen["credentials"] == {"SPECPROOF_CREDENTIAL_BEARER": SECRET}
    assert seen["mode"] == 0o600
    assert seen["stdin"] == "/dev/null"
    assert SECRET not in seen["argv"]
    assert "user:pass" not in seen["argv"]
    assert "aws" not in seen["parent"]
    assert "" not in seen["path"]


async def test_nothing_of_a_run_is_left_on_disk(suite: Suite, runner: ProcessSuiteRunner, temporary: Path) -> None:
    suite.write("""
        import os, pathlib
        def test_makes_a_mess():
            locked = pathlib.Path(os.environ["TMPDIR"], "locked")
            locked.mkdir()
            (locked / "file").write_text("x")
            (pathlib.Path(os.environ["HOME"]) / "link").symlink_to("/etc")
            locked.chmod(0)
    """)

    result = await runner.run(suite.request(credentials={"SPECPROOF_CREDENTIAL_A": SECRET}))

    assert result.status is RunStatus.PASSED
    assert names(temporary) == []
    assert names(suite.root) == ["conftest.py", "test_it.py"]


async def test_a_credentials_file_that_became_a_link_is_not_written_through(
    suite: Suite, runner: ProcessSuiteRunner, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("keep me")
    suite.write(f"""
        import os
        def test_swaps():
            file = os.environ["SPECPROOF_CREDENTIALS_FILE"]
            os.unlink(file)
            os.symlink({str(precious)!r}, file)
            os.link({str(precious)!r}, os.environ["HOME"] + "/second")
    """)

    await runner.run(suite.request(credentials={"SPECPROOF_CREDENTIAL_A": SECRET}))

    assert precious.read_text() == "keep me"


async def test_secrets_are_taken_out_of_everything_that_comes_back(
    suite: Suite, runner: ProcessSuiteRunner, tmp_path: Path
) -> None:
    suite.write(f"""
        import base64, pytest
        SECRET = {SECRET!r}
        def test_tells():
            raise AssertionError("sent " + SECRET + " and " + base64.b64encode(b"user:hunter22").decode() + " and hunter22")
        @pytest.mark.skip(reason="skipped " + SECRET)
        def test_skips(): pass
    """)
    report = tmp_path / "report.xml"
    credentials = {"SPECPROOF_CREDENTIAL_BEARER": SECRET, "SPECPROOF_CREDENTIAL_BASIC": "user:hunter22"}

    result = await runner.run(suite.request(credentials=credentials, junit_path=str(report)))

    everything = repr(result) + report.read_text()
    assert result.junit_path == str(report)
    assert "AssertionError: sent *** and *** and ***" in result.outcomes[0].message
    for secret in (SECRET, "s3cr3t&amp;token", "hunter22", "dXNlcjpodW50ZXIyMg=="):
        assert secret not in everything


async def test_reports_are_kept_by_suite_where_the_policy_says(suite: Suite, tmp_path: Path) -> None:
    runner = ProcessSuiteRunner(ExecutionPolicy(reports_dir=tmp_path / "reports"))

    result = await runner.run(suite.write("def test_a(): pass").request())

    assert result.junit_path == str(tmp_path / "reports" / "shop-r0001.xml")
    assert 'tests="1"' in (tmp_path / "reports" / "shop-r0001.xml").read_text()


async def test_a_hanging_test_ends_the_run_with_the_outcomes_so_far(suite: Suite, runner: ProcessSuiteRunner) -> None:
    suite.write(f"""
        import os, signal, time
        def test_first(): pass
        def test_hangs():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            open({str(suite.root / "pid")!r}, "w").write(str(os.getpid()))
            time.sleep(600)
    """)

    result = await runner.run(suite.request(timeout_seconds=2.0))

    assert result.status is RunStatus.TIMED_OUT
    assert result.message == "the time limit of 2 s was reached, during test_it.py::test_hangs"
    assert [outcome.case_id for outcome in result.outcomes] == ["case:test_first"]
    assert not is_alive(suite.pid())


@pytest.mark.parametrize("ending", ["pass", "time.sleep(600)", "os._exit(7)"])
async def test_a_daemon_that_a_test_leaves_behind_dies_with_the_run(
    suite: Suite, runner: ProcessSuiteRunner, ending: str
) -> None:
    suite.write(DAEMON, "daemon.py").write(f"""
        import os, time
        from daemon import daemonise
        def test_leaves_a_daemon():
            daemonise({str(suite.root / "pid")!r})
            {ending}
    """)

    result = await runner.run(suite.request(timeout_seconds=3.0))

    expected = {"pass": RunStatus.PASSED, "os._exit(7)": RunStatus.BROKEN}.get(ending, RunStatus.TIMED_OUT)
    assert result.status is expected, result.log_tail
    assert not is_alive(suite.pid())


async def test_a_suite_that_kills_its_supervisor_gains_nothing(suite: Suite, runner: ProcessSuiteRunner) -> None:
    suite.write(DAEMON, "daemon.py").write(f"""
        import os, signal, time
        from daemon import daemonise
        def test_kills_its_parent():
            daemonise({str(suite.root / "pid")!r})
            open({str(suite.root / "own")!r}, "w").write(str(os.getpid()))
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(600)
    """)

    result = await runner.run(suite.request())

    assert result.status is RunStatus.BROKEN
    assert result.message == "the supervising process was killed, during test_it.py::test_kills_its_parent"
    assert not is_alive(suite.pid())
    assert not is_alive(suite.pid("own"))


@pytest.mark.parametrize(
    ("death", "message"),
    [
        ("os._exit(0)", "the process ended (code 0) before pytest was done, during test_it.py::test_dies"),
        ("os._exit(1)", "the process ended (code 1) before pytest was done, during test_it.py::test_dies"),
        ("os.kill(os.getpid(), 9)", "it was killed (signal 9): out of memory?, during test_it.py::test_dies"),
        ("os.abort()", "it was killed by signal 6, during test_it.py::test_dies"),
    ],
)
async def test_a_process_that_dies_is_broken_not_passed(
    suite: Suite, runner: ProcessSuiteRunner, death: str, message: str
) -> None:
    suite.write(f"import os\ndef test_first(): pass\ndef test_dies(): {death}\n")

    result = await runner.run(suite.request())

    assert (result.status, result.message) == (RunStatus.BROKEN, message)
    assert [outcome.case_id for outcome in result.outcomes] == ["case:test_first"]


async def test_a_memory_hog_fails_alone(suite: Suite, runner: ProcessSuiteRunner) -> None:
    suite.write("""
        def test_hog(): len(bytearray(1 << 30))
        def test_next(): pass
    """)

    result = await runner.run(suite.request(memory_bytes=256 << 20))

    assert {outcome.case_id: outcome.kind.value for outcome in result.outcomes} == {
        "case:test_hog": "failed",
        "case:test_next": "passed",
    }
    assert result.outcomes[0].message.startswith("MemoryError")


async def test_suites_need_no_more_than_the_least_memory_that_can_be_set(suite: Suite, runner: ProcessSuiteRunner) -> None:
    suite.write("""
        import threading
        import httpx2, jsonschema_rs
        def test_validates():
            options = jsonschema_rs.RegexOptions()
            validator = jsonschema_rs.validator_for({"type": "string", "pattern": "^a+$"}, pattern_options=options)
            threads = [threading.Thread(target=validator.is_valid, args=("aaa",)) for _ in range(16)]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
            assert validator.is_valid("aa")
            assert httpx2.Client(trust_env=False)
    """)

    result = await runner.run(suite.request(memory_bytes=128 << 20))

    assert result.status is RunStatus.PASSED, result.log_tail


async def test_a_flood_of_output_ends_the_run(suite: Suite) -> None:
    runner = ProcessSuiteRunner(ExecutionPolicy(output_bytes=1 << 20, log_tail_bytes=1000))
    suite.write("""
        import os
        def test_floods(capfd):
            with capfd.disabled():
                while True:
                    os.write(1, b"x" * 4095 + b"\\n")
    """)

    result = await runner.run(suite.request())

    assert (result.status, result.message) == (
        RunStatus.BROKEN,
        "it printed more than 1048576 bytes, during test_it.py::test_floods",
    )
    assert len(result.log_tail) <= 1010


async def test_a_folder_without_tests_is_broken(suite: Suite, runner: ProcessSuiteRunner) -> None:
    result = await runner.run(suite.request())

    assert (result.status, result.message) == (RunStatus.BROKEN, "no tests were found")


async def test_a_module_that_cannot_be_imported_is_named(suite: Suite, runner: ProcessSuiteRunner) -> None:
    suite.write("def test_a(): pass").write("import does_not_exist", "test_other.py")

    result = await runner.run(suite.request())

    assert result.status is RunStatus.BROKEN
    assert result.message == (
        "1 modules could not be collected; test_other.py: E   ModuleNotFoundError: No module named 'does_not_exist'"
    )


async def test_a_broken_conftest_is_broken_with_its_log(suite: Suite, runner: ProcessSuiteRunner) -> None:
    suite.write("raise RuntimeError('conftest is broken')", "conftest.py").write("def test_a(): pass")

    result = await runner.run(suite.request())

    assert result.status is RunStatus.BROKEN
    assert "conftest is broken" in result.log_tail


async def test_configuration_and_plugins_around_the_suite_are_not_picked_up(
    suite: Suite, runner: ProcessSuiteRunner, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "--no-such-option"\n')
    (tmp_path / "conftest.py").write_text("raise RuntimeError('the host project was loaded')")
    suite.write("def test_a(pytestconfig): assert not pytestconfig.pluginmanager.has_plugin('xdist')")

    result = await runner.run(suite.request())

    assert result.status is RunStatus.PASSED, result.log_tail


async def test_only_what_is_selected_runs(suite: Suite, runner: ProcessSuiteRunner) -> None:
    suite.write("def test_a(): pass\ndef test_b(): pass").write("def test_c(): pass", "test_more.py")

    result = await runner.run(suite.request(select=("test_it.py::test_b", "test_more.py")))

    assert [outcome.node_id for outcome in result.outcomes] == ["test_it.py::test_b", "test_more.py::test_c"]


@pytest.mark.parametrize("selected", ["../../outside.py", "/etc/passwd", "test_missing.py", "-x"])
async def test_a_selection_outside_of_the_suite_is_refused(
    suite: Suite, runner: ProcessSuiteRunner, selected: str, tmp_path: Path
) -> None:
    (tmp_path / "outside.py").write_text("def test_x(): pass")

    with pytest.raises(ExecutionError) as caught:
        await runner.run(suite.request(select=(selected,)))

    assert caught.value.at == selected


async def test_a_folder_that_is_gone_is_an_execution_error(runner: ProcessSuiteRunner, tmp_path: Path) -> None:
    with pytest.raises(ExecutionError, match="no such folder"):
        await runner.run(RunRequest(str(tmp_path / "gone"), "http://127.0.0.1:9"))


async def test_a_python_that_is_not_there_is_an_execution_error(suite: Suite, temporary: Path) -> None:
    runner = ProcessSuiteRunner(ExecutionPolicy(python="/no/such/python"))

    with pytest.raises(ExecutionError, match="cannot be started: No such file"):
        await runner.run(suite.write("def test_a(): pass").request())

    assert names(temporary) == []


async def test_what_the_listener_raises_ends_the_run(suite: Suite, runner: ProcessSuiteRunner, temporary: Path) -> None:
    suite.write(f"""
        import os, time
        def test_a(): open({str(suite.root / "pid")!r}, "w").write(str(os.getpid()))
        def test_b(): time.sleep(600)
    """)

    async def lose(outcome: Outcome) -> None:
        raise LeaseLostError("another worker has it")

    with pytest.raises(LeaseLostError):
        await runner.run(suite.request(), on_outcome=lose)

    assert not is_alive(suite.pid())
    assert names(temporary) == []


async def test_cancelling_ends_every_process_before_it_returns(suite: Suite, runner: ProcessSuiteRunner, temporary: Path) -> None:
    suite.write(DAEMON, "daemon.py").write(f"""
        import os, time
        from daemon import daemonise
        def test_a():
            daemonise({str(suite.root / "pid")!r})
            open({str(suite.root / "own")!r}, "w").write(str(os.getpid()))
        def test_b(): time.sleep(600)
    """)
    first = asyncio.Event()

    async def tell(outcome: Outcome) -> None:
        first.set()

    task = asyncio.create_task(runner.run(suite.request(), on_outcome=tell))
    await first.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert not is_alive(suite.pid())
    assert not is_alive(suite.pid("own"))
    assert names(temporary) == []


async def test_lines_that_a_suite_forges_are_bounded_and_counted(suite: Suite, runner: ProcessSuiteRunner) -> None:
    suite.write("""
        import json, os
        def test_forges(pytestconfig):
            fd = pytestconfig.getoption("--specproof-results-fd")
            for line in (b"not json", b"[]", b'{"type": "outcome", "node_id": "x", "kind": "great"}', b"x" * 3_000_000,
                         b'{"type": "outcome", "kind": "passed"}', b'{"type": "nonsense"}',
                         json.dumps({"type": "outcome", "node_id": "f::g", "kind": "passed", "duration": 1e400,
                                     "message": "\\x00\\x1b[31m" + "y" * 100_000, "remarks": [1] * 1000}).encode()):
                os.write(fd, line + b"\\n")
        def test_real(): pass
    """)

    result = await runner.run(suite.request())

    # 1e400 is Infinity in Python's JSON, which is no JSON: that line is not taken either.
    assert result.message == "(7 result lines could not be read)"
    assert [outcome.node_id for outcome in result.outcomes] == ["test_it.py::test_forges", "test_it.py::test_real"]
    assert result.status is RunStatus.PASSED


async def test_a_suite_that_closes_the_result_pipe_is_not_waited_for(suite: Suite, runner: ProcessSuiteRunner) -> None:
    suite.write("""
        import os
        def test_closes(): os.closerange(3, 50)
        def test_next(): pass
    """)

    result = await runner.run(suite.request())

    assert result.status is RunStatus.BROKEN
    assert result.message.startswith("the process ended (code ")


async def test_several_suites_run_at_once(tmp_path: Path, runner: ProcessSuiteRunner) -> None:
    suites = [Suite(tmp_path / name / "r0001").write(f"def test_{name}(): pass") for name in ("a", "b")]

    results = await asyncio.gather(*(runner.run(suite.request()) for suite in suites))

    assert [result.outcomes[0].case_id for result in results] == ["case:test_a", "case:test_b"]


async def test_the_death_of_the_service_ends_its_runs(suite: Suite, tmp_path: Path) -> None:
    suite.write(f"""
        import os, time
        def test_waits():
            open({str(suite.root / "pid")!r}, "w").write(str(os.getpid()))
            open({str(suite.root / "ready")!r}, "w").close()
            time.sleep(600)
    """)
    service = tmp_path / "service.py"
    service.write_text(
        "import asyncio\n"
        "from specproof.domain.runs import RunRequest\n"
        "from specproof.execution.suite_runner import ProcessSuiteRunner\n"
        f"asyncio.run(ProcessSuiteRunner().run(RunRequest({str(suite.root)!r}, 'http://127.0.0.1:9')))\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(service), env={**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    )
    while not (suite.root / "ready").exists():  # noqa: ASYNC110 - another process makes it
        await asyncio.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    for _ in range(250):
        if not is_alive(suite.pid()):
            break
        await asyncio.sleep(0.02)

    assert not is_alive(suite.pid())
