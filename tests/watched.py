"""Run as a script: generates suites, or runs pytest, and tells what was dialled, written and started on the way.

The first thing that it does is to install an audit hook, which nothing can take out again; only then anything of ours is imported. The
order (JSON) comes by stdin, the report (JSON) goes into the file that the order names.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import sys
import sysconfig
import time
import warnings
from pathlib import Path
from typing import Any

ORDER = json.load(sys.stdin)
ROOT = str(Path(ORDER["root"]).resolve())
ENDED = "<the end>"
"""What of the system a Python process reads of its own accord."""
SYSTEM = (
    *("/dev/null", "/dev/urandom", "/dev/tty", "/etc/localtime", "/etc/mime.types", "/etc/ld.so.cache"),
    *("/proc/self", "/proc/stat", "/usr", "/lib"),
)
READABLE = tuple(
    dict.fromkeys(
        [
            ROOT,
            *SYSTEM,
            *(str(Path(place).resolve()) for place in (*sysconfig.get_paths().values(), *ORDER["readable"])),
            sys.prefix,
            sys.base_prefix,
        ]
    )
)
NETWORK = frozenset(
    {"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "socket.getnameinfo"}
)
CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "shutil.rmtree"})
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
violations: list[str] = []


def is_inside(path: str, roots: tuple[str, ...]) -> bool:
    # Links inside of a virtual environment lead out of it: both forms count.
    return any(
        form == root or form.startswith(root.rstrip("/") + "/")
        for form in (os.path.abspath(path), os.path.realpath(path))  # noqa: PTH100 - resolve() follows links
        for root in roots
    )


def text_of(path: Any) -> str | None:
    """A path as text; None for descriptors, which somebody opened before."""
    return os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else None


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in NETWORK:
        if not is_allowed(event, arguments):
            violations.append(f"{event} {arguments[1:]!r}")
    elif event == "open":
        path, mode, flags = text_of(arguments[0]), arguments[1], arguments[2] or 0
        writes = bool(set(mode or "") & set("wax+")) or bool(flags & WRITING)
        if path is not None and path != os.devnull and not is_inside(path, (ROOT,) if writes else READABLE):
            violations.append(f"open for {'writing' if writes else 'reading'}: {path}")
    elif event in CHANGES:
        # The directory descriptors that shutil uses make names relative; their folders were judged when they were opened.
        path = text_of(arguments[0])
        if path is not None and Path(path).is_absolute() and not is_inside(path, (ROOT,)):
            violations.append(f"{event}: {path}")
    elif (
        event in {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"}
        and Path(str(arguments[0])).name not in ORDER["programs"]
    ):
        violations.append(f"{event} {arguments[0]!r}")


def is_allowed(event: str, arguments: tuple[Any, ...]) -> bool:
    """The dead port of this run, and the address that leads to it."""
    allowed = ORDER["port"]
    if allowed is None:
        return False
    if event == "socket.connect":
        return tuple(arguments[1][:2]) == ("127.0.0.1", allowed)
    return event == "socket.getaddrinfo" and tuple(arguments[:2]) == ("127.0.0.1", allowed)


def generate(document: str, folder: str, slug: str) -> dict[str, Any]:
    """``specproof generate``, and each file of the suite compiled."""
    from specproof.cli.app import run

    out, err = io.StringIO(), io.StringIO()
    before = time.process_time()
    code: Any = ENDED
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            run(["generate", document, "-o", folder, "--slug", slug, "--json"])
        except SystemExit as stop:
            code = stop.code
    uncompiled = []
    for path in sorted(Path(folder).rglob("*.py")):
        try:
            compile(path.read_bytes(), path.name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError) as error:
            uncompiled.append(f"{path.name}: {error}")
    seconds = time.process_time() - before
    return {"code": code, "stdout": out.getvalue(), "stderr": err.getvalue(), "seconds": seconds, "uncompiled": uncompiled}


def main() -> None:
    warnings.simplefilter("error")
    sys.addaudithook(watch)
    report: dict[str, Any] = {"suites": {}, "pytest": None}
    for name, (document, folder, slug) in ORDER["suites"].items():
        report["suites"][name] = generate(document, folder, slug)
    if ORDER["pytest"] is not None:
        import pytest

        warnings.resetwarnings()
        report["pytest"] = int(pytest.main(ORDER["pytest"]))
    report["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    report["violations"] = violations
    Path(ORDER["report"]).write_text(json.dumps(report), encoding="utf-8")


main()
