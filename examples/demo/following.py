"""Following one delivery through its stages until its event and its run have ended."""

from __future__ import annotations

import time
from dataclasses import dataclass

from examples.demo.children import DemoError, eventually
from examples.demo.screen import Movement, Screen
from examples.demo.service import Json, Service

_STAGES = ("fetching", "parsing", "generating", "formatting", "quality", "storing", "proving", "running", "notifying")
_STEPS = (("document exported", "parsing"), ("suite generated", "quality"), ("quality checked", "storing"))
"""What we show, and the first stage that means that it is done."""
_DOING = {
    "fetching": "exporting the document",
    "parsing": "reading the document",
    "generating": "generating the suite",
    "formatting": "formatting the suite",
    "quality": "checking the suite's quality",
    "storing": "storing the suite",
    "proving": "proving the suite on a reference of the API, its faults and its legal variants",
    "running": "running the suite against the sample API",
    "notifying": "telling",
}
_EVENT_SECONDS = 300
"""A proof takes a minute of a busy machine."""
_RUN_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a delivery: the ended event, the stored suite, and the finished run with its outcomes."""

    event: Json
    suite: Json
    run: Json


class Follower:
    """Asks the service how far a delivery has come, and shows each step once it is reached."""

    def __init__(self, service: Service, screen: Screen, movement: Movement) -> None:
        self._service = service
        self._screen = screen
        self._movement = movement
        self._began = time.monotonic()
        self._shown = 0

    def follow(self, event_id: str) -> Result:
        """The result; :class:`DemoError` if the event does not succeed or the run cannot be carried out."""
        event = eventually(lambda: self._ended_event(event_id), _EVENT_SECONDS, f"the end of event {event_id}")
        if event["status"] != "succeeded":
            failure = event.get("failure") or {}
            why = f"{failure.get('code', '')}: {failure.get('message', '')} {failure.get('hint', '')} (stage {failure.get('stage', '')})"
            raise DemoError(f"event {event_id} ended as {event['status']}, not as succeeded\n{why}")
        self._reach("notifying")
        if not event.get("suite_id") or not event.get("run_id"):
            raise DemoError(f"event {event_id} succeeded without a suite or a run: {event.get('summary')}")
        suite = self._service.get(f"/api/v1/suites/{event['suite_id']}")
        self._show_proof(suite.get("proof") or {})
        run = eventually(lambda: self._finished_run(event["run_id"]), _RUN_SECONDS, f"the end of run {event['run_id']}")
        if run["status"] not in ("passed", "failed"):
            raise DemoError(f"run {event['run_id']} ended as {run['status']}: {run['message']}")
        return Result(event, suite, run)

    def _ended_event(self, event_id: str) -> Json | None:
        event = self._service.get(f"/api/v1/events/{event_id}")
        if event["status"] in ("succeeded", "dead", "superseded", "recorded"):
            return event
        stage = event["stage"]
        self._reach(stage)
        completed, total = self._run_progress(event_id) if stage == "running" else (0, None)
        self._movement.show(_DOING.get(stage, "waiting for a worker"), completed, total)
        return None

    def _reach(self, stage: str) -> None:
        """Show the steps that ``stage`` means are done."""
        if stage not in _STAGES:
            return
        for step, first in _STEPS[self._shown :]:
            if _STAGES.index(stage) >= _STAGES.index(first):
                self._screen.done(step, f"{time.monotonic() - self._began:.1f} s after the delivery")
                self._shown += 1

    def _show_proof(self, proof: Json) -> None:
        """What the suite is worth; nothing where it was not proven."""
        if proof.get("strength") is not None:
            self._screen.done("suite proven", f"strength {proof['strength']:.1f}, trust {proof['trust']}, grade {proof['grade']}")

    def _run_progress(self, event_id: str) -> tuple[int, int | None]:
        runs = self._service.get("/api/v1/runs", limit=5)["items"]
        run = next((run for run in runs if run["event_id"] == event_id), None)
        return (sum(run["counts"].values()), run["total"] or None) if run else (0, None)

    def _finished_run(self, run_id: str) -> Json | None:
        run = self._service.get(f"/api/v1/runs/{run_id}")
        if run["is_finished"]:
            return run
        self._movement.show(_DOING["running"], sum(run["counts"].values()), run["total"] or None)
        return None
