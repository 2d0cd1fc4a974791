"""``make bench``: receiving on SQLite and PostgreSQL, delivery to suite, memory at rest. ``--write`` puts the table into docs/benchmarks.md."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.load import Load, deliver
from benchmarks.page import write_section
from benchmarks.service import SECRET, ended, fresh_postgres, running_service

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "examples" / "bookshop" / "openapi.json"
PROJECTS = 8
MOST = 60_000


def receiving(database_url: str, seconds: float, connections: int) -> Load:
    """Deliveries of 20 kB over kept connections; the settle delay keeps the work itself out of the figure."""
    projects = {f"load{number}": {"secrets": [SECRET]} for number in range(PROJECTS)}
    paths = [f"/api/v1/webhooks/apifox/{name}" for name in projects]
    with running_service(
        database_url, projects, SPECPROOF_WEBHOOK__SETTLE_SECONDS="3600", SPECPROOF_WEBHOOK__SETTLE_LIMIT_SECONDS="3600"
    ) as service:
        return asyncio.run(deliver(service.port, paths, SECRET, seconds=seconds, connections=connections, size=20_000, most=MOST))


def delivery_to_suite(rounds: int) -> list[float]:
    """Seconds from the delivery of the bookshop's document (settle delay 0) to the stored suite; the first round starts the child."""
    import json
    import urllib.request

    times: list[float] = []
    with running_service("", {"shop": {"allow_unsigned": True}}, SPECPROOF_WEBHOOK__SETTLE_SECONDS="0") as service:
        for number in range(rounds):
            document = json.loads(DOCUMENT.read_bytes())
            document["info"]["version"] = f"1.0.{number}"
            before = time.perf_counter()
            call = urllib.request.Request(
                service.url + "/api/v1/webhooks/openapi?project=shop",
                data=json.dumps(document).encode(),
                headers={"Content-Type": "application/json"},
                method="POST",
            )
            with urllib.request.urlopen(call, timeout=30) as answer:
                event_id = json.loads(answer.read())["event_id"]
            event = asyncio.run(ended(service, event_id))
            if event["status"] != "succeeded":
                raise SystemExit(f"no suite: {event}")
            times.append(time.perf_counter() - before)
    return times


def at_rest(seconds: float) -> tuple[float, float]:
    """Resident megabytes, and percent of one core, of a service that has nothing to do."""
    with running_service("", {"shop": {"allow_unsigned": True}}) as service:
        time.sleep(2)
        before = service.cpu_seconds()
        time.sleep(seconds)
        return service.resident_megabytes(), 100 * (service.cpu_seconds() - before) / seconds


def rows(seconds: float, connections: int) -> Iterator[str]:
    """The table, row by row as it is measured."""
    yield "| what | figure | target |"
    yield "|---|---|---|"
    yield _receiving_row("SQLite", receiving("", seconds, connections), 300)
    with fresh_postgres() as address:
        if address is None:
            yield "| receiving, PostgreSQL | no server here | >= 500/s |"
        else:
            yield _receiving_row("PostgreSQL", receiving(address, seconds, connections), 500)
    first, *later = delivery_to_suite(6)
    later.sort()
    yield f"| delivery to stored suite, bookshop, first (starts the child process) | {first:.2f} s | - |"
    yield f"| delivery to stored suite, bookshop, median of {len(later)} | {later[len(later) // 2]:.2f} s | < 3 s |"
    memory, percent = at_rest(10)
    yield f"| memory at rest, embedded engine | {memory:.0f} MB | < 120 MB |"
    yield f"| CPU at rest, embedded engine | {percent:.2f} % of a core | < 1 % |"


def _receiving_row(name: str, load: Load, target: int) -> str:
    refused = f", {load.refused} refused" if load.refused else ""
    return (
        f"| receiving, {name}, 20 kB bodies | {load.rate:.0f}/s, p50 {load.p50:.1f} ms, p99 {load.p99:.1f} ms{refused} "
        f"| >= {target}/s, p99 < 100 ms |"
    )


def main() -> None:
    """Measure and print; with ``--write`` keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10, help="length of each load")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, load generator on the same machine"
    print(machine, flush=True)
    lines = []
    for row in rows(options.seconds, options.connections):
        print(row, flush=True)
        lines.append(row)
    if options.write:
        write_section("service", [f"{machine}, {options.connections} connections, {options.seconds:.0f} s each.", "", *lines])


if __name__ == "__main__":
    main()
