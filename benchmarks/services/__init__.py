"""Real services out of PyPI, each started fresh on the loopback, with its own OpenAPI document."""

from __future__ import annotations

from benchmarks.services import httpbin, kinto, pygeoapi
from benchmarks.services.starting import Service

SERVICES: tuple[Service, ...] = (kinto.SERVICE, pygeoapi.SERVICE, httpbin.SERVICE)
