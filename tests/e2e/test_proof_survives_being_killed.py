"""kill -9 while a suite is being proven: nothing goes on working, and after a restart the suite is proven once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from processes import ROOT, ServiceProcess, eventually

SECRET = "delivery-secret"
DOCUMENT = ROOT / "tests" / "golden" / "documents" / "petshop.yaml"


def offspring(pid: int) -> dict[int, str]:
    """Every process below ``pid``: its id, and when it was started, because ids come again."""
    parents: dict[int, int] = {}
    started: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = status(int(entry.name))
            if fields:
                parents[int(entry.name)], started[int(entry.name)] = int(fields[1]), fields[19]
    found: dict[int, str] = {}
    waiting = [pid]
    while waiting:
        parent = waiting.pop()
        children = [child for child, its_parent in parents.items() if its_parent == parent]
        found |= {child: started[child] for child in children}
        waiting += children
    return found


def status(pid: int) -> list[str]:
    """The fields of the process behind its name, the state first; empty where there is none or it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return fields if fields[0] not in ("Z", "X") else []


def is_alive(pid: int, started: str) -> bool:
    fields = status(pid)
    return bool(fields) and fields[19] == started


@pytest.mark.slow
def test_a_proof_that_was_killed_midway_is_made_after_a_restart(tmp_path: Path) -> None:
    project = {"spec_file": str(DOCUMENT), "secrets": [SECRET], "min_strength": 100, "target_url": "http://127.0.0.1:9"}
    service = ServiceProcess(
        tmp_path,
        SPECPROOF_PROJECTS=json.dumps({"shop": project}),
        SPECPROOF_ENGINE__LEASE_SECONDS="3",
        SPECPROOF_PROOF__ENABLED="true",
        SPECPROOF_PROOF__MAX_MUTANTS="60",
        SPECPROOF_PROOF__SECONDS="300",
    )
    service.start()
    try:
        status_code, accepted = service.deliver("shop", SECRET, "someone 修改了接口 a")
        assert status_code == 202, accepted
        event_id = accepted["event_id"]
        assert eventually(lambda: service.get(f"/api/v1/events/{event_id}")["stage"] == "proving" or None, 60, service.log)
        (listed,) = service.get("/api/v1/webhooks/generated-tests")["items"]  # type: ignore[misc]
        assert listed["proof"]["state"] == "none", "the suite is there before it is proven"
        assert service.process is not None
        begun = eventually(lambda: _workers(service), 60, service.log)
        service.kill()
        assert eventually(lambda: not any(is_alive(*one) for one in begun.items()) or None, 30, service.log)

        service.start()
        event = service.ended(event_id, 180)
        assert (event["status"], event["attempts"], event["revision"]) == ("succeeded", 2, 1), service.log()
        assert "below the gate: strength" in str(event["summary"])
        assert event["run_id"] is None
        (suite,) = service.get("/api/v1/webhooks/generated-tests")["items"]  # type: ignore[misc]
        assert suite["proof"]["state"] == "below_gate"
        proof = service.get(f"/api/v1/suites/{suite['suite_id']}/proof")
        assert proof["survivor_count"] == len(proof["survivors"])  # type: ignore[arg-type]
        assert proof["mutant_count"] == 60
        body = json.dumps({"project": "shop"}).encode()
        assert service.send("POST", "/api/v1/webhooks/run-tests", body)[0] == 409
        assert not list(tmp_path.glob("suites/shop/r0001/.specproof")), "the stored suite is left alone"
    finally:
        assert service.stop() == 0


def _workers(service: ServiceProcess) -> dict[int, str] | None:
    """All that the service has started, once the process of the proof is among it."""
    assert service.process is not None
    found = offspring(service.process.pid)
    commands = [Path(f"/proc/{pid}/cmdline") for pid in found]
    return found if any(b"specproof.quality.proof.worker" in path.read_bytes() for path in commands if path.exists()) else None
