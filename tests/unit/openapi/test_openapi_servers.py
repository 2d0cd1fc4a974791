"""Where a document says that its API lies."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from planned import plan_of_spec
from specproof.domain.plan_json import plan_to_json
from specproof.openapi.findings import FindingCode, Severity
from specproof.openapi.model import ApiSpec, Server
from specproof.openapi.parser import parse_spec
from specproof.openapi.reading.servers import base_path
from specproof.openapi.text import UntrustedText


def spec_with(servers: Any) -> ApiSpec:
    paths = {"/things": {"get": {"responses": {"200": {"description": "d"}}}}}
    document = {"openapi": "3.0.1", "info": {"title": "T", "version": "1"}, "paths": paths, "servers": servers}
    return parse_spec(orjson.dumps(document))


def test_servers_are_read_with_the_defaults_of_their_variables() -> None:
    variables = {"host": {"default": "api.example.com"}, "version": {"default": "v2"}}
    spec = spec_with(
        [
            {"url": "https://{host}/{version}/{tenant}", "variables": variables},
            {"url": "/api"},
            {"url": "/api"},
            {},
            1,
            {"url": []},
        ]
    )
    assert [server.url.raw() for server in spec.servers] == ["https://api.example.com/v2/{tenant}", "/api"]


@pytest.mark.parametrize("servers", [None, [], {}, "x", [None], [{"url": {}}], [{"url": "{a}", "variables": {"a": 1}}]])
def test_impossible_servers_stop_nothing(servers: Any) -> None:
    spec = spec_with(servers)
    assert len(spec.operations) == 1
    assert not plan_of_spec(spec).base_paths


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/api", "/api"),
        ("https://user:secret@host.example:8443/v1/", "/v1"),
        ("//host/a-b/~c.d_e", "/a-b/~c.d_e"),
        ("/api?x=1#y", "/api"),
        ("/", ""),
        ("https://host", ""),
        ("api/v1", ""),
        ("/a/../b", ""),
        ("/a//b", ""),
        ("/`id`", ""),
        ("/$(id)", ""),
        ("/{tenant}", ""),
        ("/a\nb c", ""),
        ("/\u4e66", ""),
        ("http://[broken/x", ""),
        ("/" + "x" * 300, ""),
    ],
)
def test_a_base_path_is_plain_and_never_holds_the_host(url: str, path: str) -> None:
    assert base_path(Server(UntrustedText(url), UntrustedText(url), "#/servers/0")) == path


def test_a_base_path_is_a_remark_of_the_plan() -> None:
    plan = plan_of_spec(spec_with([{"url": "/api"}, {"url": "https://host.example/api/"}, {"url": "https://host.example/v1"}]))
    assert plan.base_paths == ("/api", "/v1")
    assert plan_to_json(plan)["base_paths"] == ["/api", "/v1"]
    found = [finding for finding in plan.findings if finding.code is FindingCode.SERVER_BASE_PATH]
    assert [(finding.at, finding.severity) for finding in found] == [("#/servers", Severity.INFO)] * 2
    assert "host.example" not in " ".join(finding.message for finding in found)
    assert not [one for one in plan_of_spec(spec_with([{"url": "/"}])).findings if one.code is FindingCode.SERVER_BASE_PATH]
