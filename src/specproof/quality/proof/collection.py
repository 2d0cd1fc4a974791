"""A suite as pytest collects it, in this process: set apart from the process before and put away afterwards."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import pytest

from specproof.errors import SuiteUnprovableError
from specproof.quality.proof.clock import SuiteClock
from specproof.quality.proof.endings import Endings
from specproof.quality.proof.transport import API_URL

T = TypeVar("T")

# No plug-in of a stranger, none that prints, and none that costs time at each case for what nobody looks at.
UNUSED_PLUGINS = (
    "cacheprovider",
    "terminal",
    "terminalreporter",
    "junitxml",
    "pastebin",
    "doctest",
    "stepwise",
    "faulthandler",
    "unraisableexception",
    "threadexception",
)
_SHOWN_OUTPUT = 4_000
# Variables that a suite reads, by the names that its own package gives them.
AS_DOCUMENTED = "SPECPROOF_AS_DOCUMENTED"
RISKY = "SPECPROOF_RISKY"
_ITEMS_SHOWN = 3


def with_collected(
    folder: Path, work: Callable[[pytest.Session, Endings, SuiteClock], T], *, environment: Mapping[str, str]
) -> T:
    """Collect the suite in ``folder`` and give what ``work`` makes of the session, with our plug-in in it.

    ``environment`` holds the credentials. Raises :class:`~specproof.errors.SuiteUnprovableError` if the suite cannot be collected. Neither
    modules of the suite nor changes of our environment stay behind.
    """
    results: list[T] = []
    clock = SuiteClock()

    def begun(session: pytest.Session, endings: Endings) -> None:
        if plugin.troubles:
            raise SuiteUnprovableError(f"the suite does not collect: {'; '.join(plugin.troubles[:_ITEMS_SHOWN])}", at=folder.name)
        if not session.items:
            raise SuiteUnprovableError("the suite holds no test", at=folder.name)
        results.append(work(session, endings, clock))

    plugin = _Plugin(begun)
    output = _Tail()
    with _set_apart(folder, environment), clock.in_place_of_real_time(), contextlib.redirect_stderr(output):
        pytest.main(_arguments(folder), plugins=[plugin])
    if plugin.error is not None:
        raise plugin.error
    if not plugin.has_begun:
        raise SuiteUnprovableError(f"the suite does not collect: {_last_line(output.text)}", at=folder.name)
    return results[0]


class _Plugin(Endings):
    """Our side of the pytest session."""

    def __init__(self, work: Callable[[pytest.Session, Endings], None]) -> None:
        super().__init__()
        self._work = work
        self.troubles: list[str] = []
        self.error: BaseException | None = None
        self.has_begun = False

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.troubles.append(f"{report.nodeid or 'the suite'}: {_last_line(report.longreprtext)}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.has_begun = True
        self._work(session, self)
        return True

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """What the work has raised is raised again outside of pytest, which would only print it."""
        self.error = excinfo.value
        return True


def _arguments(folder: Path) -> list[str]:
    unused = [argument for name in UNUSED_PLUGINS for argument in ("-p", f"no:{name}")]
    # Plain assertions: rewriting them takes longer than everything else of a collection, and the messages are shown to nobody.
    fixed = ["--disable-plugin-autoload", "--assert=plain", "--capture=no", "--continue-on-collection-errors"]
    return [*fixed, *unused, "-c", os.devnull, f"--rootdir={folder}", f"--confcutdir={folder}", "--api-url", API_URL, str(folder)]


@contextlib.contextmanager
def _set_apart(folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Environment, import path, modules and byte code as a suite finds them in a process of its own, and as they were afterwards."""
    kept, path, writes, prefix = dict(os.environ), list(sys.path), sys.dont_write_bytecode, sys.pycache_prefix
    strange = {name for name in kept if name.startswith(("SPECPROOF_", "PYTEST"))}
    try:
        for name in strange:
            del os.environ[name]
        os.environ.update(environment)
        # What a team accepts of its API says nothing of its suite.
        os.environ[AS_DOCUMENTED] = "1"
        sys.dont_write_bytecode = True
        # Byte code that lies in the suite may be older than what it claims: it is not read either.
        sys.pycache_prefix = os.devnull
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)
        sys.path[:] = path
        sys.dont_write_bytecode, sys.pycache_prefix = writes, prefix
        # A copy is made at once; while a list is, what the garbage collection ends may import something.
        for name, module in sys.modules.copy().items():
            file = getattr(module, "__file__", None)
            if isinstance(file, str) and Path(file).is_relative_to(folder):
                del sys.modules[name]


class _Tail(io.TextIOBase):
    """The end of what was written to it."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str, /) -> int:
        self.text = (self.text + text)[-_SHOWN_OUTPUT:]
        return len(text)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line.removeprefix("E").strip() for line in lines if line.startswith("E ")]
    return (errors or lines or ["pytest did not begin"])[-1]
