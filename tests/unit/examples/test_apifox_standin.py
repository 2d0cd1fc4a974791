"""The stand-in of Apifox's export endpoint behaves as the real one is known to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from examples.apifox_standin.app import PROJECT, TOKEN, StandIn
from examples.bookshop.documents import changed_document, original_document

GOOD = {"Authorization": f"Bearer {TOKEN}", "X-Apifox-Api-Version": "2024-03-28"}
EXTENSIONS = {
    "scope": {"type": "ALL"},
    "options": {"includeApifoxExtensionProperties": True},
    "oasVersion": "3.1",
    "exportFormat": "JSON",
}


def write(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture
def document_file(tmp_path: Path) -> Path:
    return write(tmp_path / "document.json", original_document())


@pytest.fixture
def standin(document_file: Path) -> StandIn:
    return StandIn(document_file)


async def call(standin: StandIn, method: str, target: str, **options: Any) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=standin)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.request(method, target, **options)


async def export(standin: StandIn, body: object = None, *, project: str = PROJECT, **headers: str) -> httpx2.Response:
    sent = {**GOOD, **{name.replace("_", "-"): value for name, value in headers.items()}}
    content = json.dumps(EXTENSIONS if body is None else body).encode()
    target = f"/v1/projects/{project}/export-openapi?locale=zh-CN"
    return await call(standin, "POST", target, content=content, headers={name: value for name, value in sent.items() if value})


async def test_an_export_is_the_bare_document(standin: StandIn) -> None:
    answer = await export(standin)
    assert (answer.status_code, answer.json()) == (200, original_document())
    assert answer.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize(
    ("project", "headers", "status", "code"),
    [
        (PROJECT, {"X_Apifox_Api_Version": ""}, 422, "422000"),
        (PROJECT, {"X_Apifox_Api_Version": "2019-01-01"}, 422, "422000"),
        (PROJECT, {"Authorization": ""}, 401, "401000"),
        (PROJECT, {"Authorization": "Bearer wrong"}, 401, "401000"),
        (PROJECT, {"Authorization": TOKEN}, 401, "401000"),
        ("99", {}, 403, "403010"),
    ],
)
async def test_refusals_come_in_apifoxs_envelope(
    standin: StandIn, project: str, headers: dict[str, str], status: int, code: str
) -> None:
    answer = await export(standin, project=project, **headers)
    assert answer.status_code == status
    content = answer.json()
    assert (content["success"], content["errorCode"]) == (False, code)
    assert content["errorMessage"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"scope": {"type": "SOME"}}, 422),
        ({"scope": "ALL"}, 422),
        ({"options": []}, 422),
        ({"oasVersion": "4.0"}, 422),
        ({"exportFormat": "XML"}, 422),
        ({"oasVersion": "2.0"}, 500),
        ({"apiDetailId": 5}, 200),
    ],
)
async def test_the_body_is_checked_loosely(standin: StandIn, change: dict[str, Any], status: int) -> None:
    assert (await export(standin, {**EXTENSIONS, **change})).status_code == status


async def test_a_body_that_is_no_object_is_refused(standin: StandIn) -> None:
    assert (await export(standin, [])).status_code == 422
    path = f"/v1/projects/{PROJECT}/export-openapi"
    assert (await call(standin, "POST", path, content=b"{", headers=GOOD)).status_code == 400
    assert (await call(standin, "POST", path, headers=GOOD)).status_code == 200
    assert (await call(standin, "GET", path, headers=GOOD)).status_code == 404


async def test_apifoxs_own_keys_come_only_when_asked_for(standin: StandIn) -> None:
    answer = await export(standin, {"scope": {"type": "ALL"}, "options": {"includeApifoxExtensionProperties": False}})
    assert "x-apifox" in (await export(standin)).text
    assert "x-apifox" not in answer.text
    assert "x-run-in-apifox" not in answer.text
    assert set(answer.json()["components"]["schemas"]) == set(original_document()["components"]["schemas"])


async def test_yaml_older_versions_and_folders_as_tags(standin: StandIn) -> None:
    text = await export(standin, {**EXTENSIONS, "exportFormat": "YAML"})
    assert yaml.safe_load(text.text) == original_document()
    older = (await export(standin, {**EXTENSIONS, "oasVersion": "3.0"})).json()
    properties = older["components"]["schemas"]["BookInput"]["properties"]
    assert older["openapi"] == "3.0.1"
    assert (properties["page_count"]["type"], properties["page_count"]["nullable"]) == ("integer", True)
    assert (properties["price"]["minimum"], properties["price"]["exclusiveMinimum"]) == (0, True)
    assert older["components"]["schemas"]["Health"]["properties"]["status"]["enum"] == ["ok"]
    tagged = (await export(standin, {**EXTENSIONS, "options": {"addFoldersToTags": True}})).json()
    assert tagged["paths"]["/books"]["get"]["tags"] == ["图书", "书店/图书"]
    assert tagged["paths"]["/health"]["get"]["tags"] == []


async def test_the_document_changes_by_its_file_or_by_control(standin: StandIn, document_file: Path, tmp_path: Path) -> None:
    write(document_file, changed_document())
    assert (await export(standin)).json() == changed_document()
    other = write(tmp_path / "other.json", {"openapi": "3.1.0"})
    await call(standin, "POST", "/control", json={"document": str(other)})
    assert (await export(standin)).json() == {"openapi": "3.1.0"}


async def test_outages_are_counted_down_and_calls_are_recorded(standin: StandIn) -> None:
    await call(standin, "POST", "/control", json={"outages": 2})
    assert [(await export(standin)).status_code for _ in range(3)] == [503, 503, 200]
    state = (await call(standin, "GET", "/control")).json()
    assert state["outages"] == 0
    assert [(seen["project"], seen["locale"], seen["version"]) for seen in state["exports"]] == [
        (PROJECT, "zh-CN", "2024-03-28")
    ] * 3
    assert TOKEN not in json.dumps(state)


async def test_the_lifespan_is_answered(standin: StandIn) -> None:
    inbox = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent: list[str] = []

    async def receive() -> dict[str, Any]:
        return inbox.pop(0)

    async def send(message: Any) -> None:
        sent.append(message["type"])

    await standin({"type": "lifespan"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
