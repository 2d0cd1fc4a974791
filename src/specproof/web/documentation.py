"""``/docs``: the interactive documentation from vendored files. Nothing is loaded from elsewhere, and nothing stands inline."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

ASSETS = resources.files("specproof.web") / "static" / "swagger-ui"

_MEDIA_TYPES = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "start.js": "text/javascript; charset=utf-8",
    "LICENSE": "text/plain; charset=utf-8",
    "NOTICE": "text/plain; charset=utf-8",
}

_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>SpecProof API</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
  <div id="swagger-ui"></div>
  <noscript>This page needs JavaScript. The same description as JSON: <a href="/openapi.json">/openapi.json</a></noscript>
  <script src="/docs/assets/swagger-ui-bundle.js"></script>
  <script src="/docs/assets/start.js"></script>
</body>
</html>
"""


def documentation_router() -> APIRouter:
    """The routes of the page and its files; none of them stands in the description itself."""
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/docs", docs_page, methods=["GET"])
    for name, media_type in _MEDIA_TYPES.items():
        router.add_api_route(f"/docs/assets/{name}", _asset(name, media_type), methods=["GET"], name=f"docs asset {name}")
    return router


async def docs_page() -> Response:
    """The page."""
    return HTMLResponse(_PAGE)


def _asset(name: str, media_type: str) -> Callable[[], Response]:
    def asset() -> Response:
        # A plain def: FastAPI reads the file in a thread. A short age, because the name carries no version.
        return Response((ASSETS / name).read_bytes(), media_type=media_type, headers={"Cache-Control": "public, max-age=3600"})

    return asset
