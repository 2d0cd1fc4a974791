"""The process that starts a suite's pytest and ends all of it, driven by its leash."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from specproof.execution.supervisor import descendants, main

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

LIMITS = {"memory_bytes": 1 << 30, "file_bytes": 1 << 20, "open_files": 64, "grace_seconds": 0.2}


def supervise(leash: int, held: int, command: list[str]) -> None:
    # The measuring of coverage warns when it starts in a fork; here a warning would be an error.
    warnings.simplefilter("ignore")
    os.close(held)
    os.dup2(leash, 0)
    sys.exit(main([json.dumps(LIMITS), *command]))


class Supervised:
    """A supervisor in a forked process, its leash in our hand."""

    def __init__(self, *command: str) -> None:
        leash, self.held = os.pipe()
        self.process = multiprocessing.get_context("fork").Process(target=supervise, args=(leash, self.held, list(command)))
        self.process.start()
        os.close(leash)

    def let_go(self) -> None:
        if self.held >= 0:
            os.close(self.held)
            self.held = -1

    def exit_code(self) -> int | None:
        self.process.join(20)
        return self.process.exitcode


@pytest.fixture
def python() -> Iterator[object]:
    started: list[Supervised] = []

    def start(code: str) -> Supervised:
        started.append(Supervised(sys.executable, "-I", "-S", "-c", code))
        return started[-1]

    yield start
    for each in started:
        each.let_go()
        each.process.join(20)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z"
    except OSError:
        return False


def written(file: Path) -> int:
    """The number that a child writes into ``file``, waited for."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if file.exists() and file.read_text().endswith("\n"):
            return int(file.read_text())
        time.sleep(0.01)
    raise AssertionError(f"{file} was never written")


@pytest.mark.parametrize(
    ("code", "exit_code"), [("pass", 0), ("raise SystemExit(5)", 5), ("import os; os.kill(os.getpid(), 9)", 137)]
)
def test_it_ends_as_its_command_did(python: object, code: str, exit_code: int) -> None:
    assert python(code).exit_code() == exit_code  # type: ignore[operator]


def test_a_command_that_is_not_there_is_told_by_the_exit_code(capfd: pytest.CaptureFixture[str]) -> None:
    supervised = Supervised("/no/such/command")

    assert supervised.exit_code() == 255
    assert "cannot start /no/such/command: No such file" in capfd.readouterr().err
    supervised.let_go()


def test_letting_go_of_the_leash_ends_the_command(python: object, tmp_path: Path) -> None:
    supervised = python(
        f"import os, time; print(os.getpid(), file=open({str(tmp_path / 'pid')!r}, 'w'), flush=True); time.sleep(600)"
    )  # type: ignore[operator]
    pid = written(tmp_path / "pid")

    supervised.let_go()

    assert supervised.exit_code() == 128 + 15
    assert not is_alive(pid)


def test_who_ignores_the_polite_signal_gets_the_other_one(python: object, tmp_path: Path) -> None:
    supervised = python(  # type: ignore[operator]
        "import os, signal, time; signal.signal(15, signal.SIG_IGN);"
        f"print(os.getpid(), file=open({str(tmp_path / 'pid')!r}, 'w'), flush=True); time.sleep(600)"
    )
    pid = written(tmp_path / "pid")

    supervised.let_go()

    assert supervised.exit_code() == 128 + 9
    assert not is_alive(pid)


def test_what_the_command_leaves_behind_is_adopted_and_ended(python: object, tmp_path: Path) -> None:
    code = f"""
import os, time
for number in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            print(os.getpid(), file=open({str(tmp_path)!r} + "/" + str(number), "w"), flush=True)
            time.sleep(600)
        os._exit(0)
    os.wait()
while not all(os.path.exists({str(tmp_path)!r} + "/" + str(number)) for number in range(3)):
    time.sleep(0.01)
"""
    supervised = python(code)  # type: ignore[operator]

    assert supervised.exit_code() == 0
    assert [is_alive(written(tmp_path / str(number))) for number in range(3)] == [False, False, False]


def test_the_limits_hold_in_the_command(python: object, tmp_path: Path) -> None:
    code = f"""
import json, resource as r
names = ("RLIMIT_CORE", "RLIMIT_NOFILE", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_AS")
json.dump([r.getrlimit(getattr(r, name)) for name in names], open({str(tmp_path / "limits")!r}, "w"))
"""
    assert python(code).exit_code() == 0  # type: ignore[operator]

    wanted = (0, 64, 1 << 20, 1 << 30, 2 << 30)
    assert json.loads((tmp_path / "limits").read_text()) == [[value, value] for value in wanted]


def test_descendants_are_found_through_generations() -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        grandchild = os.fork()
        if grandchild == 0:
            os.read(reader, 1)
            os._exit(0)
        os.close(writer)
        os.waitpid(grandchild, 0)
        os._exit(0)
    deadline = time.monotonic() + 20
    while len(descendants(child)) < 1 and time.monotonic() < deadline:
        time.sleep(0.01)

    found = descendants(child)
    own = descendants(os.getpid())
    # The grandchild holds the pipe's other end too: it is written to, not closed.
    os.write(writer, b"x")
    os.waitpid(child, 0)
    os.close(reader)
    os.close(writer)

    assert len(found) == 1
    assert {child, *found} <= set(own)
