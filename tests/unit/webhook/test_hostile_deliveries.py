"""Deliveries that exploit a slip of the settings, or carry the secret where it does not belong."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest

from http_service import SECOND_SECRET, SECRET, HttpService, queued_run, revision, sha1_signature
from specproof.web.services import ProjectReception
from specproof.webhook.signature import verify_apifox, verify_plain
from specproof.webhook.suite_schemas import RunShape

BODY = b'{"event": "API_UPDATED"}'


@pytest.mark.parametrize("secrets", [(b"",), (b"  ",), (b"", b"")])
def test_a_signature_made_with_an_empty_secret_proves_nothing(secrets: tuple[bytes, ...]) -> None:
    project = ProjectReception(name="slip", secrets=secrets, bearer_tokens=(b"",), url_tokens=(b"",))
    sha1 = b"sha1=" + hmac.new(secrets[0], BODY, hashlib.sha1).hexdigest().encode()
    sha256 = b"sha256=" + hmac.new(secrets[0], BODY, hashlib.sha256).hexdigest().encode()

    by_apifox = verify_apifox(project, [(b"x-signature", sha1)], b"", BODY)
    plain = verify_plain(project, [(b"x-specproof-signature", sha256)], BODY)

    assert not by_apifox.is_trusted
    assert not plain.is_trusted
    assert by_apifox.reason == "the project has no secret and does not allow unsigned deliveries"


def test_an_empty_secret_beside_a_real_one_does_not_weaken_it() -> None:
    project = ProjectReception(name="slip", secrets=(b"", SECRET))

    assert verify_apifox(project, [(b"x", sha1_signature(BODY).encode())], b"", BODY).is_trusted
    assert not verify_apifox(project, [(b"x", sha1_signature(BODY, b"").encode())], b"", BODY).is_trusted


async def test_a_secret_repeated_in_a_body_is_not_stored() -> None:
    service = HttpService()
    told = SECRET.decode()
    body = json.dumps(
        {"event": "API_UPDATED", "title": f"see {told}", "content": f"by {told} and {SECOND_SECRET.decode()}"}
    ).encode()

    async with service.client() as client:
        response = await client.post("/api/v1/webhooks/apifox/shop", content=body, headers={"X-Sign": sha1_signature(body)})

    assert response.status_code == 202
    (event,) = service.receiver.received
    stored = f"{event.title} {event.content} {event.headers} {event.body!r}"
    assert told not in stored
    assert SECOND_SECRET.decode() not in stored
    assert event.title.startswith("see ")
    assert event.digest == hashlib.sha256(body).hexdigest()


def test_the_password_of_a_target_is_not_shown_with_its_runs() -> None:
    shown = RunShape.of(queued_run("run-1", revision(), "http://svc:hunter2hunter2@127.0.0.1:9/api"))

    assert shown.api_url == "http://[redacted]@127.0.0.1:9/api"
