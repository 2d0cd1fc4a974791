"""Plain pytest on a suite whose target answers with whatever hurts: each case is judged, and every report stays whole."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from hostile_server import Hostile, answer, endless, head, hostile
from specproof.bootstrap.generation import GenerationPolicy, generate_suite
from suiteruns import run_suites, written

DOCUMENT = Path(__file__).parents[1] / "golden" / "documents" / "petshop.yaml"
SECRET = "s3cr:et-token"
NASTY = "\x1b[31m\x1b]0;title\x07 ]]> <script>alert(1)</script> &amp; \x00\x01\x0b\x7f\x9b31m\u202e\u2028\ufffe"
STATUSES = {b"POST": "201 Created", b"DELETE": "204 No Content"}


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "suite"
    return written(folder, generate_suite(GenerationPolicy(), DOCUMENT.read_bytes(), "petshop", None).suite.files)


def accepting(body: bytes) -> Callable[[Hostile], None]:
    """Whoever shows a credential is answered as if all were well, with ``body``."""

    def prepared(server: Hostile) -> None:
        def respond(connection: socket.socket) -> None:
            request = server.asked[-1]
            method = request.split()[0]
            status = STATUSES.get(method, "200 OK") if b"uthorization:" in request else "401 Unauthorized"
            content = b"" if method == b"DELETE" else body
            connection.sendall(answer(content, 'etag: \x80"\xff', "location: \x80/\xff", status=status))

        server.given = respond

    return prepared


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"id": NASTY, "name": NASTY}).encode(),
        b'{"id": "\\ud800", "name": "\\ud800"}',
        b'{"id": 1e400}',
        b'{"id":' * 900 + b"1" + b"}" * 900,
        b'[{"id": "\\ud800"}, {"id": 1e400}, null, [], {"id": {}}]',
    ],
    ids=["controls", "half a pair", "infinite", "too deep", "list"],
)
def test_whatever_is_answered_every_case_is_judged_and_every_report_is_whole(suite: Path, body: bytes) -> None:
    with hostile(b"") as server:
        accepting(body)(server)
        slugs = json.loads((suite / "schemas" / "security.json").read_text(encoding="utf-8"))
        secrets = {f"SPECPROOF_CREDENTIAL_{slug}": SECRET for slug in slugs}
        run = run_suites(suite, api_url=server.url, environment=secrets, options=("--no-retry",))
    assert run.returncode == 1
    assert set(run.outcomes.values()) <= {"passed", "failure", "skipped"}
    assert "failure" in run.outcomes.values()
    # Each failure is a check's own, and not a traceback.
    assert not re.search(r"^E  +\w+(Error|Exception)", run.output, re.MULTILINE)
    assert all(run.property(name, "specproof_check") for name in run.names("failure"))
    assert {char for char in run.output if not char.isprintable()} <= {"\n"}
    assert "<script>" not in (suite.parent / "report.xml").read_text(encoding="utf-8")


def test_a_refusal_full_of_controls_and_markup_is_shown_harmlessly(suite: Path) -> None:
    with hostile(answer(NASTY.encode(), status="500 X", media_type="text/html")) as server:
        run = run_suites(suite, api_url=server.url, options=("--no-retry",))
    assert set(run.outcomes.values()) == {"failure", "skipped"}
    assert {char for char in run.output if not char.isprintable()} <= {"\n"}
    assert "\\x1b[31m" in run.output


def test_answers_without_end_fail_and_say_what_to_do(suite: Path) -> None:
    with hostile(endless(head("content-type: application/json"), b"[" * 65536)) as server:
        run = run_suites(suite, api_url=server.url, options=("--no-retry", "--answer-limit", "1"))
    assert set(run.outcomes.values()) == {"failure", "skipped"}
    assert "more than 1 MB: read no further. If it has to be so large, raise --answer-limit" in run.output


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1.5", "999999"])
def test_a_limit_that_is_none_is_told_before_anything_is_sent(suite: Path, limit: str) -> None:
    with hostile(answer()) as server:
        run = run_suites(suite, api_url=server.url, options=(f"--answer-limit={limit}",))
        assert server.asked == []
    assert run.returncode == 4
    assert "--answer-limit (or SPECPROOF_ANSWER_LIMIT)" in run.output
