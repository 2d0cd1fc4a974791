"""``python -m benchmarks.reference``: what a request to the reference costs, and what the proof of a document of a hundred operations does."""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tools.proof_cost import CAP, WORKERS, measured_proof
from tools.synthetic import synthetic_document

from benchmarks.page import write_section
from specproof.openapi.parser import parse_spec
from specproof.reference.credentials import issued
from specproof.reference.messages import Reply, Request
from specproof.reference.model import ReferenceModel
from specproof.reference.server import ReferenceServer

DOCUMENT = Path(__file__).parents[1] / "examples" / "bookshop" / "openapi.json"
OPERATIONS = 100
ROUNDS = 9
REQUESTS = 500
LISTED = 20
"""Records in the collection that is listed."""
TARGET_MICROSECONDS = 60
TARGET_SECONDS = 30
TARGET_MEGABYTES = 600

Exchange = tuple[Request, int]
"""A request and the status that it has to be answered with."""


class Client:
    """One client of a reference of the sample API; all requests are made before anything is measured."""

    def __init__(self, server: ReferenceServer) -> None:
        self.server = server
        secret = next(iter(issued(server.model.spec).values()))[0]
        self._headers = (
            ("content-type", "application/json"),
            ("accept", "application/json"),
            ("authorization", f"Bearer {secret}"),
        )

    def creation(self, number: int) -> Exchange:
        """A new author."""
        body = json.dumps({"name": f"Author {number}", "country": "CN", "bio": "novelist"}).encode()
        return Request("POST", "/authors", self._headers, body), 201

    def reading(self, key: str) -> Exchange:
        """One author by id."""
        return Request("GET", f"/authors/{key}", self._headers), 200

    def listing(self) -> Exchange:
        """The first page of authors."""
        return Request("GET", "/authors", self._headers), 200

    def change(self, key: str) -> Exchange:
        """Another biography."""
        return Request("PATCH", f"/authors/{key}", self._headers, b'{"bio":"essayist"}'), 200

    def begun(self, records: int) -> list[str]:
        """A fresh server with so many authors; their ids."""
        self.server.reset()
        replies = [self.said(self.creation(number)) for number in range(records)]
        return [str(json.loads(reply.body)["id"]) for reply in replies]

    def said(self, exchange: Exchange) -> Reply:
        """The answer, whose status has to be the one expected."""
        request, status = exchange
        reply = self.server.answer(request)
        assert reply.status == status, (request, reply)
        return reply


def requests(client: Client, keys: Sequence[str]) -> dict[str, list[Exchange]]:
    """What is measured, by name. ``keys`` are the ids that there are."""
    creations = [client.creation(number) for number in range(REQUESTS)]
    around = (client.reading(keys[0]), client.change(keys[0]), client.reading(keys[1]))
    return {
        "GET by id": [client.reading(keys[0])] * REQUESTS,
        f"GET of a list of {LISTED}": [client.listing()] * REQUESTS,
        "POST": creations,
        "mixed: POST, GET, PATCH, GET": [exchange for creation in creations[: REQUESTS // 4] for exchange in (creation, *around)],
    }


def microseconds(client: Client, exchanges: Sequence[Exchange]) -> float:
    """CPU of one request: the best of several rounds, each on a fresh server."""
    best = float("inf")
    for _ in range(ROUNDS):
        client.begun(LISTED)
        begun = time.process_time()
        for exchange in exchanges:
            client.said(exchange)
        best = min(best, (time.process_time() - begun) / len(exchanges))
    return best * 1e6


def reference_lines() -> Iterator[str]:
    """The part about the reference."""
    load = os.getloadavg()[0]
    yield f"{os.cpu_count()} cores, Python {platform.python_version()}; best of {ROUNDS} rounds, load average {load:.1f}."
    yield ""
    yield "| the reference of the sample API | CPU | target |"
    yield "|---|---|---|"
    document = DOCUMENT.read_bytes()
    yield f"| reading the document into a model | {_best(lambda: ReferenceModel(parse_spec(document))) * 1e3:.1f} ms | - |"
    client = Client(ReferenceServer(ReferenceModel(parse_spec(document))))
    keys = client.begun(LISTED)
    yield f"| reset | {_best(client.server.reset) * 1e6:.1f} us | - |"
    for name, exchanges in requests(client, keys).items():
        yield f"| {name} | {microseconds(client, exchanges):.0f} us | < {TARGET_MICROSECONDS} us |"


def _best(work: Callable[[], object], rounds: int = 3 * ROUNDS) -> float:
    """CPU seconds of one call."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best


def proof_lines() -> Iterator[str]:
    """The part about a whole proof."""
    measured = measured_proof("synthetic", json.dumps(synthetic_document(OPERATIONS)).encode(), cap=CAP, workers=WORKERS)
    report, cost = measured.report, measured.cost
    yield f"Proof of a synthetic document of {OPERATIONS} operations, {WORKERS} workers, cap {CAP}, load average {os.getloadavg()[0]:.1f}:"
    yield f"{report.case_count} cases, {report.requests} requests, {len(report.mutants)} mutants, {len(report.variants)} variants."
    yield ""
    yield "| the proof | figure | target |"
    yield "|---|---|---|"
    yield f"| wall | {cost.wall_seconds:.1f} s | < {TARGET_SECONDS} s |"
    yield f"| CPU of all processes | {cost.cpu_seconds:.1f} s | - |"
    yield f"| peak memory of all processes | {cost.peak_bytes / 1e6:.0f} MB | < {TARGET_MEGABYTES} MB |"


def main() -> None:
    """Measure and print; with ``--write`` keep the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", choices=("reference", "proof"))
    options = parser.parse_args()
    for name, lines in (("reference", reference_lines), ("proof", proof_lines)):
        if options.only not in {None, name}:
            continue
        found = []
        for line in lines():
            print(line, flush=True)
            found.append(line)
        print()
        if options.write:
            write_section(name, found)


if __name__ == "__main__":
    main()
