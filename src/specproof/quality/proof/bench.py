"""The suite, collected once by pytest in this process; its cases can then be run again and again, against any server.

pytest calls us back when it would begin to run the tests; everything that a proof does with the suite happens inside of that call. A case
can be run by itself (:meth:`Bench.run_alone`), on a reset server; what is of session scope is torn down before another server is used, so
that nothing - above all no control that was accepted - is carried from one to the next. Or all cases are run as pytest would
(:meth:`Bench.run_together`).
"""

from __future__ import annotations

import contextlib
import inspect
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar, cast

import pytest
from _pytest.runner import runtestprotocol

from specproof.quality.proof.clock import SuiteClock
from specproof.quality.proof.collection import with_collected
from specproof.quality.proof.endings import Endings
from specproof.quality.proof.recording import CaseRun, Server
from specproof.quality.proof.seams import Seams
from specproof.quality.proof.transport import ReferenceTransport

T = TypeVar("T")

OWN_FIXTURE = "specproof_suite"


class Bench:
    """A collected suite. Only valid inside of the call that :func:`with_bench` makes."""

    def __init__(self, folder: Path, session: pytest.Session, endings: Endings, clock: SuiteClock) -> None:
        self._folder = folder
        self._session = session
        self._endings = endings
        self._transport = ReferenceTransport(clock)
        self._seams = Seams(folder, self._transport)
        self._seams.try_controls_apart(self._control_trial)
        self._seams.watch_cleaning(self._cleaning)
        self._is_alone = False
        self._seed = ""
        self._control, self._is_control_refused = "", False
        self._cleaned: list[tuple[int, int]] = []
        self._items = _by_case_id(session.items)
        is_kept = self._seams.are_controls_apart and not _has_lasting_fixtures(session, folder)
        self._kept = {case_id: cast("pytest.Item", _Anything(item)) if is_kept else None for case_id, item in self._items.items()}
        _leave_out_logging(session)
        self._lengths = {case_id: len(item.user_properties) for case_id, item in self._items.items()}

    @property
    def items(self) -> Mapping[str, pytest.Item]:
        """The collected items by case id, in the order in which pytest would run them."""
        return self._items

    def module_of(self, case_id: str) -> str:
        """The path of the case's module, within the suite."""
        return self._items[case_id].path.relative_to(self._folder).as_posix()

    def run_alone(self, case_id: str, server: Server, *, seed: str = "alone") -> CaseRun:
        """Reset ``server`` and run one case on it. The same seed and the same replies give the same requests, whatever ran before.

        Cases of one seed begin alike: the new strings that they use are the same, for none of them meets another one's records.

        Its control, where it has one, is tried apart, on the reset server too, and once for each server.
        """
        if server is not self._transport.server or not self._is_alone:
            self._end_session()
        self._transport.server, self._is_alone, self._seed = server, True, seed
        server.reset()
        self._seams.begin(seed)
        return self._run(case_id, self._kept[case_id])

    def run_together(self, case_ids: Sequence[str], server: Server, *, seed: str) -> list[CaseRun]:
        """Run cases one after the other in one session, without a reset in between."""
        self._end_session()
        self._transport.server, self._is_alone = server, False
        self._seams.begin(seed)
        following = [*(self._items[case_id] for case_id in case_ids[1:]), None]
        return [self._run(case_id, after) for case_id, after in zip(case_ids, following, strict=False)]

    def _end_session(self) -> None:
        """Tear down what is of session scope: nothing that one server said may be carried to the next."""
        self._session._setupstate.teardown_exact(None)

    @contextlib.contextmanager
    def _control_trial(self, control: str) -> Iterator[None]:
        """A control is tried on a server and with new strings of its own: it sends what its own case sends when it runs alone."""
        self._control = control
        if not self._is_alone or not control:
            yield
            return
        before = len(self._transport.exchanges)
        self._seams.begin(self._seed)
        try:
            yield
        except pytest.skip.Exception:
            self._is_control_refused = True
            raise
        finally:
            # What the control has cleaned up after itself is no part of the case, or the case would seem to end before it does.
            self._cleaned.clear()
            if len(self._transport.exchanges) > before and self._transport.server is not None:
                self._transport.forget_from(before)
                self._transport.server.reset()
            self._seams.begin(self._seed)

    @contextlib.contextmanager
    def _cleaning(self) -> Iterator[None]:
        before = len(self._transport.exchanges)
        yield
        self._cleaned.append((before, len(self._transport.exchanges)))

    def _judged(self, total: int) -> int:
        """How many exchanges there were before the suite began to clean up, if nothing but that came after."""
        for before, after in reversed(self._cleaned):
            if after == total:
                total = before
        return total

    def _run(self, case_id: str, following: pytest.Item | None) -> CaseRun:
        item = self._items[case_id]
        self._control, self._is_control_refused = "", False
        self._cleaned = []
        self._transport.begin()
        looks = self._transport.clock.looks
        self._seams.checks.clear()
        self._endings.begin()
        started = _cpu_seconds()
        try:
            # Whatever a case wants of the session as a whole (pytest.exit, -x) is nothing to us.
            self._session.shouldstop = self._session.shouldfail = False
            self._endings.settle(runtestprotocol(item, log=False, nextitem=following))
        except (pytest.exit.Exception, KeyboardInterrupt) as ended:
            self._endings.note_failure(ended)
            self._end_session()
        del item.user_properties[self._lengths[case_id] :]
        return CaseRun(
            case_id,
            self._endings.ending,
            self._endings.failure,
            tuple(self._transport.exchanges),
            frozenset(self._seams.checks),
            self._control,
            self._is_control_refused,
            self._judged(len(self._transport.exchanges)),
            tuple(notes.reading() if notes else None for notes in self._transport.notes),
            self._transport.clock.looks > looks,
            _cpu_seconds() - started,
        )


def with_bench(folder: Path, work: Callable[[Bench], T], *, environment: Mapping[str, str] | None = None) -> T:
    """Collect the suite in ``folder`` and give what ``work`` makes of it; see :func:`~specproof.quality.proof.collection.with_collected`."""
    folder = folder.resolve()
    return with_collected(
        folder,
        lambda session, endings, clock: work(Bench(folder, session, endings, clock)),
        environment=environment or {},
    )


class _Anything:
    """Stands for the next item where that may be any: the session and the packages around ``item`` stay, everything else is torn down."""

    def __init__(self, item: pytest.Item) -> None:
        self._collectors = [node for node in item.listchain() if isinstance(node, (pytest.Session, pytest.Directory))]

    def listchain(self) -> Sequence[pytest.Collector]:
        """What must stay."""
        return self._collectors


def _has_lasting_fixtures(session: pytest.Session, folder: Path) -> bool:
    """Whether somebody gave the suite fixtures of a wider scope than a module's: they may have made something on the server."""
    used = {
        fixture
        for item in session.items
        if isinstance(item, pytest.Function)
        for name, several in item._fixtureinfo.name2fixturedefs.items()
        for fixture in several
        if name != OWN_FIXTURE and fixture.scope in {"session", "package"}
    }
    return any(_is_in(fixture.func, folder) for fixture in used)


def _leave_out_logging(session: pytest.Session) -> None:
    """Nobody reads what is logged; catching it takes a twelfth of a case's time."""
    manager = session.config.pluginmanager
    plugin = manager.get_plugin("logging-plugin")
    if plugin is not None and not any("caplog" in getattr(item, "fixturenames", ()) for item in session.items):
        manager.unregister(plugin)
        # It closes its file when pytest ends, but of that it is not told any more.
        file = getattr(plugin, "log_file_handler", None)
        if isinstance(file, logging.Handler):
            file.close()


def _is_in(function: object, folder: Path) -> bool:
    code = getattr(inspect.unwrap(function) if callable(function) else function, "__code__", None)
    return code is None or Path(code.co_filename).is_relative_to(folder)


def _by_case_id(items: Sequence[pytest.Item]) -> dict[str, pytest.Item]:
    """The items by the id of their case; a test that somebody added goes by its node id. Rows that are of one case go by both."""
    ids = [next((str(value) for name, value in item.user_properties if name == "specproof_case" and value), "") for item in items]
    shared = Counter(ids)
    named: dict[str, pytest.Item] = {}
    for item, said in zip(items, ids, strict=True):
        row = item.name.partition("[")[2].rstrip("]")
        name = f"{said} [{row}]" if said and row and shared[said] > 1 else said or item.nodeid
        named[name if name not in named else item.nodeid] = item
    return named


_cpu_seconds = time.process_time
