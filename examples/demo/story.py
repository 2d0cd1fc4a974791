"""The story that the demo tells, from two deliveries to three bugs found and a change explained."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from examples.apifox_standin.app import PROJECT as APIFOX_PROJECT
from examples.apifox_standin.app import TOKEN as APIFOX_TOKEN
from examples.bookshop.app import SECOND_TOKEN, TOKEN
from examples.bookshop.bugs import DEMO_BUGS, bug_named
from examples.bookshop.documents import document
from examples.demo.children import ROOT, DemoError, child, command, environment
from examples.demo.following import Follower, Result
from examples.demo.screen import Screen
from examples.demo.service import Service
from examples.demo.verdict import judge

PROJECT = "bookshop"
MARKER = ".specproof-demo"
SECRET = "demo-signature-secret"
ADDED_OPERATION = "GET /authors/{author_id}/books"
_FIRST_CONTENT = "接口名称：新建图书\n接口路径：POST /books\n修改者：demo-user\n修改时间：2025-03-08 10:11:12"
_SECOND_CONTENT = (
    "接口名称：作者的图书\n接口路径：GET /authors/{author_id}/books\n修改者：demo-user\n修改时间：2025-03-08 10:26:40"
)


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands on the stage: the service, and the folder that holds everything."""

    service: Service
    folder: Path
    api_url: str

    @property
    def suites(self) -> Path:
        """Where the service writes suites."""
        return self.folder / "suites"

    @property
    def document(self) -> Path:
        """The file that the stand-in exports."""
        return self.folder / "document.json"


def tell(screen: Screen, folder: Path, *, stays: bool = False) -> None:
    """The whole story in ``folder``, which is emptied first. ``stays``: serve on until interrupted. Raises :class:`DemoError`."""
    logs = prepare(folder)
    write_document(folder / "document.json", release=1)
    with contextlib.ExitStack() as first_release:
        api_url = first_release.enter_context(_sample_api(logs, release=1))
        with _service(screen, folder, api_url) as stage:
            first = _delivery(screen, stage, 1, "API_UPDATED", _FIRST_CONTENT)
            _show_suite(screen, stage, first)
            screen.title("The API changes: a new release, and its document in Apifox")
            first_release.close()
            with _sample_api(logs, release=2, port=urlsplit(api_url).port or 0):
                write_document(stage.document, release=2)
                second = _delivery(screen, stage, 2, "API_CREATED", _SECOND_CONTENT)
                _show_change(screen, second)
                _show_suite(screen, stage, second)
                _say_goodbye(screen, stage, second, stays=stays)


def prepare(folder: Path) -> Path:
    """Empty the folder of an earlier demo and make the one for logs; never a folder that holds anything else."""
    marker = folder / MARKER
    if folder.exists() and any(folder.iterdir()) and not marker.exists():
        raise DemoError(f"{folder} holds something that no demo made: choose another --folder, or empty it yourself")
    shutil.rmtree(folder, ignore_errors=True)
    logs = folder / "logs"
    logs.mkdir(parents=True)
    marker.touch()
    return logs


def write_document(path: Path, release: int) -> None:
    """Put the document of a release where the stand-in reads it; replaced in one step, as it may be reading."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(document(release), ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(path)


@contextlib.contextmanager
def _sample_api(logs: Path, *, release: int, port: int = 0) -> Iterator[str]:
    bugs = [part for name in DEMO_BUGS for part in ("--bug", name)]
    arguments = ["examples.bookshop", "--port", str(port), "--release", str(release), *bugs]
    with child(f"sample-api-{release}", arguments, logs) as started:
        yield started.address()


@contextlib.contextmanager
def _service(screen: Screen, folder: Path, api_url: str) -> Iterator[Stage]:
    """The stand-in and the service, and a key for the service."""
    screen.title("Starting")
    screen.done("sample API", f"{api_url}, with three seeded bugs")
    standin_arguments = ["examples.apifox_standin", "--port", "0", "--document", str(folder / "document.json")]
    with child("apifox-standin", standin_arguments, folder / "logs") as standin:
        standin_url = standin.address()
        screen.done("stand-in of Apifox", standin_url)
        env = settings(folder, standin_url, api_url)
        with child("service", ["specproof", "serve", "--port", "0", "--json"], folder / "logs", cwd=folder, env=env) as started:
            url = started.address()
            screen.done("service", f"{url} (SQLite, embedded engine)")
            scopes = [part for scope in ("admin", "read", "run") for part in ("--scope", scope)]
            created = command(["specproof", "keys", "create", "demo", *scopes, "--json"], cwd=folder, env=env)
            service = Service(url, json.loads(created)["key"])
            screen.done("API key", "made by `specproof keys create`")
            with contextlib.closing(service):
                yield Stage(service, folder, api_url)


def settings(folder: Path, standin_url: str, api_url: str) -> dict[str, str]:
    """The service's whole configuration, as environment variables."""
    project = {
        "apifox_project_id": APIFOX_PROJECT,
        "apifox_token": APIFOX_TOKEN,
        "secrets": [SECRET],
        "target_url": api_url,
        "allowed_addresses": [urlsplit(standin_url).netloc, urlsplit(api_url).netloc],
        "credentials": {"SPECPROOF_CREDENTIAL_CLERKTOKEN": TOKEN, "SPECPROOF_SECOND_CREDENTIAL_CLERKTOKEN": SECOND_TOKEN},
    }
    return environment(
        SPECPROOF_DATABASE__URL=f"sqlite:///{folder / 'specproof.db'}",
        SPECPROOF_STORAGE__OUTPUT_DIR=str(folder / "suites"),
        SPECPROOF_WEBHOOK__SETTLE_SECONDS="0",
        SPECPROOF_APIFOX__BASE_URL=standin_url,
        SPECPROOF_PROJECTS=json.dumps({PROJECT: project}),
    )


def _delivery(screen: Screen, stage: Stage, number: int, event: str, content: str) -> Result:
    """Send a delivery, follow it to its end, and insist on the three bugs and nothing else."""
    screen.title(f"Delivery {number}: {event}")
    with screen.moving() as movement:
        movement.show("delivering")
        follower = Follower(stage.service, screen, movement)
        accepted = stage.service.deliver(PROJECT, SECRET, event, content)
        screen.done("delivery accepted", f"202, event {accepted['event_id']}")
        result = follower.follow(accepted["event_id"])
    counts = ", ".join(f"{count} {kind}" for kind, count in result.run["counts"].items() if count)
    screen.done("run finished", f"{result.run['total']} cases: {counts}")
    if result.suite["revision"] != number:
        raise DemoError(f"delivery {number} made revision {result.suite['revision']}")
    verdict = judge(result.run["outcomes"], [bug_named(name) for name in DEMO_BUGS])
    if number == 1 or verdict.complaint:
        screen.verdict(verdict)
    if verdict.complaint:
        raise DemoError(verdict.complaint)
    screen.line()
    screen.line("  All three seeded bugs found, and nothing else is red.", "green")
    return result


def _show_suite(screen: Screen, stage: Stage, result: Result) -> None:
    suite = result.suite
    quality = suite["quality"]
    covered = f"{quality['operations_covered']} of {quality['operations_total']} operations"
    screen.line(f"  Suite revision {suite['revision']}: {quality['case_count']} cases in {suite['file_count']} files, {covered},")
    screen.line(f"  quality {quality['score']:.1f} ({quality['grade']}), {_shown(stage.suites / suite['path'])}")
    if not (stage.suites / suite["path"]).is_dir():
        raise DemoError(f"there is no folder {stage.suites / suite['path']}")


def _show_change(screen: Screen, result: Result) -> None:
    change = result.suite["change"]
    if change["added"] != [ADDED_OPERATION]:
        raise DemoError(f"the added operation {ADDED_OPERATION} was not reported: {change['added']}")
    if not change["changed"] or change["removed"]:
        raise DemoError(f"the change was not reported as it is: {change}")
    screen.title("What changed")
    for name in ("added", "removed", "changed"):
        for label in change[name]:
            screen.line(f"  {name:<8} {label}")
    breaking = [
        f"{record['operation']}: {record['sentence']}" for record in change["records"] if record["severity"] == "breaking"
    ]
    for sentence in breaking:
        screen.line(f"  BREAKING {sentence}", "red")
    for detail in change["details"]:
        if detail not in breaking:
            screen.line(f"           {detail}", "dim")
    screen.line(f"  breaking: {change['breaking']}, warnings: {change['warnings']}, harmless: {change['harmless']}")
    screen.line()


def _say_goodbye(screen: Screen, stage: Stage, result: Result, *, stays: bool) -> None:
    suite = _shown(stage.suites / result.suite["path"])
    screen.title(f"Done in {screen.seconds:.1f} s")
    screen.line(f"  The suite is plain pytest and yours: {suite}")
    if not stays:
        screen.line("  To keep everything running and look around: .venv/bin/python -m examples.demo --keep")
        return
    screen.line(f"  run it again     SPECPROOF_CREDENTIAL_CLERKTOKEN={TOKEN} \\")
    screen.line(
        f"                   SPECPROOF_SECOND_CREDENTIAL_CLERKTOKEN={SECOND_TOKEN} pytest {suite} --api-url {stage.api_url}"
    )
    screen.line(f"  service          {stage.service.url}/docs")
    screen.line(f"  API key          {stage.service.key}")
    screen.line("  Everything stays up until Ctrl-C.")
    wait_for_interrupt()


def wait_for_interrupt() -> None:
    """Sleep until a signal comes."""
    import signal

    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()


def _shown(path: Path) -> str:
    """The path as a person at the repository's root would write it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
