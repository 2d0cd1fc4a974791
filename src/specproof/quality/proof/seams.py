"""Where a proof takes hold of a suite: its transport, its new strings, its checks, and what it reads again and again."""

from __future__ import annotations

import functools
import hashlib
import itertools
import random
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

import specproof
from specproof.errors import SuiteUnprovableError
from specproof.quality.proof.consulting import watched
from specproof.quality.proof.recording import CheckMade
from specproof.quality.proof.remembering import Forms, RememberingClient
from specproof.quality.proof.transport import ReferenceTransport


class Seams:
    """The carried package of one collected suite, with the proof's own parts in the places that the suite leaves for them.

    Of these places ``make_transport`` has to be there. A suite whose other carried files were changed by hand is proven all the same:
    without ``fresh`` its strings differ from run to run, without ``expectation`` nothing is known about the checks of a case.
    """

    def __init__(self, folder: Path, transport: ReferenceTransport) -> None:
        package = next(iter(sorted(path.name for path in folder.glob("checks_*") if path.is_dir())), "")
        self._package = package
        client = self._module("client")
        if client is None or not callable(getattr(client, "make_transport", None)):
            raise SuiteUnprovableError(
                "the suite has no make_transport() that could be replaced",
                at=f"{package or 'checks_*'}/client.py",
                hint="A suite can be proven if it carries its checks package as it was generated.",
            )
        client.make_transport = lambda: transport  # type: ignore[attr-defined]
        self._fresh = self._module("fresh")
        self.checks: list[CheckMade] = []
        self._remember_messages(folder, transport)
        self._watch_checks()
        self._read_once()
        self.are_controls_apart = False
        """Whether a control is tried apart from the cases that depend on it. Then one trial can speak for all of them."""

    def begin(self, seed: str) -> None:
        """From here on, new strings and random numbers follow from ``seed`` alone."""
        start = int.from_bytes(hashlib.sha256(seed.encode("utf-8", "replace")).digest()[:16])
        random.seed(start)
        self.checks.clear()
        if self._fresh is not None:
            self._fresh._START = start  # type: ignore[attr-defined]
            self._fresh._TURN = itertools.count()  # type: ignore[attr-defined]

    def try_controls_apart(self, trial: Callable[[str], AbstractContextManager[None]]) -> None:
        """Whenever the suite makes sure of a case's control, do so inside of ``trial``, which is given the control's case id."""
        suite = getattr(self._module("suite"), "Suite", None)
        original = getattr(suite, "require_control", None)
        if suite is None or not callable(original):
            return

        def require_control(this: Any, case: Any) -> None:
            with trial(str(getattr(case, "control", ""))):
                original(this, case)

        suite.require_control = require_control
        self.are_controls_apart = True

    def watch_cleaning(self, watch: Callable[[], AbstractContextManager[None]]) -> None:
        """Whenever the suite deletes what a case has made, do so inside of ``watch``."""
        api = getattr(self._module("client"), "Api", None)
        original = getattr(api, "clean_up", None)
        if api is None or not callable(original):
            return

        def clean_up(this: Any) -> None:
            with watch():
                original(this)

        api.clean_up = clean_up

    def _module(self, name: str) -> ModuleType | None:
        return sys.modules.get(f"{self._package}.{name}")

    def _remember_messages(self, folder: Path, transport: ReferenceTransport) -> None:
        """Only for the client as we ship it: of another we do not know what it reads of a response."""
        client = self._module("client")
        if client is None or not self._are_as_shipped(folder, "client.py", "records.py"):
            return
        client.Answer = watched(client.Answer, transport.notes_of_latest)  # type: ignore[attr-defined]
        connection = client.Connection
        original = connection.__init__
        forms = Forms()

        def begin(this: Any, api_url: str, **named: Any) -> None:
            original(this, api_url, **named)
            this._client = RememberingClient(this._client, transport, api_url, forms)

        connection.__init__ = begin

    def _are_as_shipped(self, folder: Path, *names: str) -> bool:
        shipped = Path(specproof.__file__).parent / "checks"
        return all((folder / self._package / name).read_bytes() == (shipped / name).read_bytes() for name in names)

    def _watch_checks(self) -> None:
        expectation = self._module("expectation")
        checks = getattr(expectation, "CHECKS", None)
        if expectation is not None and isinstance(checks, Mapping):
            watched = {name: self._watched(name, check) for name, check in checks.items()}
            expectation.CHECKS = MappingProxyType(watched)  # type: ignore[attr-defined]

    def _watched(self, name: str, check: Callable[..., None]) -> Callable[..., None]:
        def made(answer: Any, *arguments: Any, **named: Any) -> None:
            self.checks.append(CheckMade(name, str(getattr(answer, "operation", ""))))
            check(answer, *arguments, **named)

        return made

    def _read_once(self) -> None:
        """What a suite reads from its own files does not change, and each case of a proof is a session of its own."""
        suite = self._module("suite")
        for name in ("Cases", "Contracts", "Credentials"):
            loaded = getattr(getattr(suite, name, None), "load", None)
            if callable(loaded):
                getattr(suite, name).load = functools.cache(loaded)
