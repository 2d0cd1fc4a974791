"""Started as a process of its own, one per run: starts pytest, adopts whatever it leaves behind, and ends all of it.

It imports nothing of specproof and runs with ``python -I -S``. As a *child subreaper* it becomes the parent of every descendant that
is orphaned, so that a test which double-forks a daemon in a session of its own cannot get out of the tree. Its standard input is the
leash: when that closes - because the runner says so, or because the service died - everything is ended.

Usage: ``supervisor.py LIMITS COMMAND...`` with LIMITS a JSON object: ``memory_bytes``, ``file_bytes``, ``open_files``,
``grace_seconds``, and if wanted ``owner`` and ``workspace`` (the runner's pid and the run's folder, removed here if that pid is not
our parent any more). Exit code: the command's own, or 128 + the signal that killed it.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

PR_SET_CHILD_SUBREAPER = 36
ADDRESS_SPACE_SLACK = 1 << 30
"""Allocators and thread stacks reserve address space that they never touch: RLIMIT_AS needs room above RLIMIT_DATA."""
GIVE_UP_SECONDS = 5.0
LOST_EXIT = 255


def main(arguments: list[str]) -> int:
    """Run the command until it ends or the leash closes; then end every descendant."""
    limits = json.loads(arguments[0])
    _become_subreaper()
    wakeup = _wake_on_child_end()
    child = _start(arguments[1:], limits)
    status, is_abandoned = _watch(child, wakeup)
    if status is None:
        status = _terminate(child, wakeup, float(limits["grace_seconds"]))
    _signal_group(child, signal.SIGKILL)
    _end_descendants(GIVE_UP_SECONDS)
    if "workspace" in limits and (is_abandoned or os.getppid() != limits["owner"]):
        # The service was killed: nobody else is left to take the credentials from the disk.
        shutil.rmtree(limits["workspace"], ignore_errors=True)
    return _exit_code(status)


def _become_subreaper() -> None:
    try:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (OSError, AttributeError):
        # Not Linux: orphans escape to init, and only the process group can be ended.
        return


def _wake_on_child_end() -> int:
    """A descriptor that becomes readable when a child ends or we are told to stop."""
    reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC) if hasattr(os, "pipe2") else os.pipe()
    os.set_blocking(writer, False)
    os.set_blocking(reader, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    # Any handler will do: only then does the wakeup descriptor get its byte.
    signal.signal(signal.SIGCHLD, _ignore)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # A stray signal must not end the one process that cleans up: the leash alone does.
        signal.signal(number, signal.SIG_IGN)
    return reader


def _ignore(number: int, frame: object) -> None:  # noqa: ARG001 - the signature is signal's
    return


def _start(command: list[str], limits: dict[str, Any]) -> int:
    # One thread, nothing imported that minds: fork is safe here, and the service needs no preexec_fn.
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_NOFILE, int(limits["open_files"]))
        _limit(resource.RLIMIT_FSIZE, int(limits["file_bytes"]))
        _limit(resource.RLIMIT_DATA, int(limits["memory_bytes"]))
        _limit(resource.RLIMIT_AS, int(limits["memory_bytes"]) + ADDRESS_SPACE_SLACK)
        os.execve(command[0], command, os.environ)  # noqa: S606 - no shell is wanted
    except OSError as error:
        os.write(2, f"cannot start {command[0]}: {error.strerror}\n".encode())
    finally:
        os._exit(LOST_EXIT)


def _limit(kind: int, wanted: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(kind, (value, value))


def _watch(child: int, wakeup: int) -> tuple[int | None, bool]:
    """The child's wait status once it ended, None if the leash closed first; and whether it closed without a farewell.

    A service that lets go says a byte before. One that was killed says nothing, and may still be listed as our parent for a moment.
    """
    is_farewell = False
    while True:
        status = _reap(child)
        if status is not None:
            return status, False
        readable, _, _ = select.select([0, wakeup], [], [])
        if wakeup in readable:
            _drain(wakeup)
        if 0 in readable:
            if not os.read(0, 4096):
                return _reap(child), not is_farewell
            is_farewell = True


def _terminate(child: int, wakeup: int, grace_seconds: float) -> int:
    """SIGTERM to the child's group, SIGKILL after the grace. Its wait status."""
    _signal_group(child, signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    status = _reap(child)
    while status is None and time.monotonic() < deadline:
        select.select([wakeup], [], [], max(0.0, deadline - time.monotonic()))
        _drain(wakeup)
        status = _reap(child)
    _signal_group(child, signal.SIGKILL)
    if status is None:
        _, status = os.waitpid(child, 0)
    return status


def _signal_group(child: int, number: signal.Signals) -> None:
    try:
        os.killpg(child, number)
    except (ProcessLookupError, PermissionError):
        return


def _reap(child: int) -> int | None:
    """Collect everything that has ended; the child's wait status if it is among it."""
    found: int | None = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if pid == 0:
            return found
        if pid == child:
            found = status


def _end_descendants(give_up_seconds: float) -> None:
    """SIGKILL all that is left, again and again until nothing is: a killed parent's children become ours."""
    deadline = time.monotonic() + give_up_seconds
    while time.monotonic() < deadline:
        for pid in descendants(os.getpid()):
            try:
                os.kill(pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            time.sleep(0.002)


def descendants(root: int) -> list[int]:
    """The living descendants of ``root``, by /proc; empty where there is none."""
    parents: dict[int, list[int]] = {}
    try:
        names = os.listdir("/proc")  # noqa: PTH208 - a list of names is what is wanted, some thousand times a second
    except OSError:
        return []
    for name in names:
        if not name.isdigit():
            continue
        try:
            # "PID (NAME) STATE PPID ...": the name may hold spaces and parentheses.
            fields = Path("/proc", name, "stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        if len(fields) > 1 and fields[0] != b"Z":
            parents.setdefault(int(fields[1]), []).append(int(name))
    found: list[int] = []
    waiting = [root]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def _drain(descriptor: int) -> None:
    try:
        while os.read(descriptor, 4096):
            pass
    except BlockingIOError:
        return


def _exit_code(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
