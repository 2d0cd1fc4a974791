"""The suite on disk while it runs: its cases, and the controls that were found accepted or refused."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from .baseline import Ours
from .client import Api, Connection
from .contracts import Contracts
from .credentials import Credentials
from .harvest import Harvest
from .judgement import USUAL, Judgement
from .outcome import CaseNotes, CheckFailure, skip

FUNCTIONAL = "functional"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands: its module, its function (``test_a``) or row (``test_a[too_long]``), and what ``cases/*.json`` says of it."""

    module: str
    function: str
    entry: Mapping[str, object]


class Cases:
    """All cases of a suite, by place and by id."""

    def __init__(self, places: list[Place], folder: Path = Path()) -> None:
        self._by_place = {(place.module, place.function): place for place in places}
        self._by_id = {str(place.entry.get("id")): place for place in places}
        self._folder = folder

    @classmethod
    def load(cls, folder: Path) -> Cases:
        """Every file in ``cases/`` of the suite at ``folder``."""
        places = [
            Place(path.stem, function, entry)
            for path in sorted((folder / "cases").glob("*.json"))
            for function, entry in json.loads(path.read_text(encoding="utf-8")).items()
        ]
        return cls(places, folder.resolve())

    def harvest(self) -> Harvest:
        """Gathers ids for the operations that are skipped."""
        skipped = [str(place.entry.get("operation")) for place in self._by_place.values() if place.entry.get("skip_reason")]
        return Harvest(operation.partition(" ")[2] for operation in skipped)

    @property
    def belongings(self) -> Ours:
        """What a baseline has to know of the suite."""
        operations = {str(place.entry.get("operation")) for place in self._by_place.values()}
        return Ours(self._folder, self._by_id.keys(), operations)

    @property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """What each name stands for: a case for its id and its node, all rows of a table for the node of their function."""
        found: dict[str, tuple[str, ...]] = {}
        for case, place in self._by_id.items():
            node = f"{place.module}::{place.function}"
            for name in dict.fromkeys((case, node, node.partition("[")[0])):
                found[name] = (*found.get(name, ()), case)
        return found

    def notes(self, module: str, names: Iterable[str], properties: list[tuple[str, object]]) -> CaseNotes:
        """The notes of the case under the first of ``names`` that is known; empty ones for a test that somebody added by hand."""
        place = next((self._by_place[module, name] for name in names if (module, name) in self._by_place), None)
        return CaseNotes.from_json(place.entry, properties) if place else CaseNotes(properties=properties)

    def place(self, case_id: str) -> Place | None:
        """Where the case of that id stands, if it is still there."""
        return self._by_id.get(case_id)


class Suite:
    """One suite during one run."""

    def __init__(self, folder: Path, connection: Connection, judgement: Judgement = USUAL) -> None:
        self._folder = folder
        self.connection = connection
        self._judgement = judgement
        self._cases = Cases.load(folder)
        self._contracts = Contracts.load(folder / "schemas")
        self._credentials = Credentials.load(folder / "schemas")
        self._refusals: dict[str, str] = {}

    def api_for(self, case: CaseNotes) -> Api:
        """The API for one case."""
        return Api(
            self.connection,
            self._contracts,
            self._credentials,
            replace(case, judgement=self._judgement.of_case(case.id, case.operation)),
        )

    def note_control(self, api: Api, *, is_retry: bool = False) -> None:
        """Remember how a functional case went, so that it need not be sent again as a control; of two runs the second counts."""
        if api.case.family == FUNCTIONAL and (is_retry or api.case.id not in self._refusals):
            verdict = self._verdict(api)
            if verdict is not None:
                self._refusals[api.case.id] = verdict

    def require_control(self, case: CaseNotes) -> None:
        """Skip the case unless its control is accepted: then a refusal of the case itself would prove nothing."""
        __tracebackhide__ = True
        if not case.control:
            return
        if case.control not in self._refusals:
            self._refusals[case.control] = self._tried(case.control)
        if self._refusals[case.control]:
            skip(self._refusals[case.control])

    def _tried(self, case_id: str) -> str:
        """Carry out the control's own case, once, and say why it was refused ("" if it was accepted)."""
        place = self._cases.place(case_id)
        function = self._function(place) if place else None
        if place is None or function is None:
            return ""  # its test was deleted or rewritten by hand: the case stands for itself
        api = self.api_for(CaseNotes.from_json(place.entry, []))
        reason = "the control request could not be sent"
        try:
            function(api)
        except CheckFailure as failure:
            reason = f"the control failed {failure.check}: {failure.operation}: {failure.actual}"
        except pytest.skip.Exception as skipped:
            reason = str(skipped.msg)
        finally:
            answers = list(api.answers)
            api.clean_up()
            api.answers[:] = answers
        verdict = self._verdict(api)
        return reason if verdict is None else verdict

    def _function(self, place: Place) -> Callable[[Api], Any] | None:
        package = next(self._folder.glob("tests_*"), None)
        if package is None or not (package / f"{place.module}.py").is_file():
            return None
        function = getattr(import_module(f"{package.name}.{place.module}"), place.function, None)
        return function if function and list(inspect.signature(function).parameters) == ["api"] else None

    @staticmethod
    def _verdict(api: Api) -> str | None:
        """ "" if the case's own operation accepted the last request, the reason if it refused, None if it was never reached."""
        judged = [answer for answer in api.answers if answer.operation == api.case.operation]
        if not judged:
            return None
        last = judged[-1]
        return "" if last.is_accepted else f"the control request was refused: {last.operation} answered {last.described()}"
