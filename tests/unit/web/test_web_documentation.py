"""The vendored files are what they say they are, and the page loads nothing from elsewhere."""

from __future__ import annotations

import hashlib
import tomllib

from http_service import HttpService
from specproof.web.documentation import ASSETS
from specproof.web.policy import WebPolicy


def test_the_vendored_files_are_unchanged_and_complete() -> None:
    record = tomllib.loads((ASSETS / "VENDORED.toml").read_text(encoding="utf-8"))
    assert record["version"]
    assert record["licence"] == "Apache-2.0"
    found = {entry.name: hashlib.sha256(entry.read_bytes()).hexdigest() for entry in ASSETS.iterdir()}
    own = {"VENDORED.toml", "start.js"}
    assert {name: digest for name, digest in found.items() if name not in own} == record["sha256"]


async def test_the_page_takes_everything_from_ourselves_and_nothing_inline() -> None:
    async with HttpService().client() as client:
        page = await client.get("/docs")
        assert page.status_code == 200
        assert "//" not in page.text.replace("<!doctype", "")
        assert "<style" not in page.text
        assert page.text.count("<script") == page.text.count("<script src=")
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        for name in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js"):
            assert name in page.text
            asset = await client.get(f"/docs/assets/{name}")
            assert asset.status_code == 200
            assert asset.content == (ASSETS / name).read_bytes()
            assert asset.headers["x-content-type-options"] == "nosniff"
            assert asset.headers["content-type"].startswith(("text/css", "text/javascript"))


async def test_files_that_are_not_listed_are_not_served() -> None:
    async with HttpService().client() as client:
        for name in ("VENDORED.toml", "../../__init__.py", "..%2f..%2fpolicy.py", ""):
            assert (await client.get(f"/docs/assets/{name}")).status_code == 404


def test_the_public_validator_is_never_called() -> None:
    assert "validatorUrl: null" in (ASSETS / "start.js").read_text(encoding="utf-8")


async def test_documentation_can_be_turned_off() -> None:
    async with HttpService(policy=WebPolicy(serve_docs=False)).client() as client:
        assert (await client.get("/docs")).status_code == 404
        assert (await client.get("/openapi.json")).status_code == 404
        assert (await client.get("/docs/assets/start.js")).status_code == 404
