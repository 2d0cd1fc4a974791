"""Kinto, a store of JSON documents, in memory."""

from __future__ import annotations

from pathlib import Path

from benchmarks.services.starting import LOOPBACK, Command, Service

CONFIGURATION = """[server:main]
use = egg:waitress#main
host = {host}
port = {port}
[app:main]
use = egg:kinto
kinto.storage_backend = kinto.core.storage.memory
kinto.cache_backend = kinto.core.cache.memory
kinto.permission_backend = kinto.core.permission.memory
kinto.userid_hmac_secret = benchmark
multiauth.policies = basicauth
kinto.bucket_create_principals = system.Authenticated
"""


def _command(folder: Path, port: int) -> Command:
    (folder / "kinto.ini").write_text(CONFIGURATION.format(host=LOOPBACK, port=port), encoding="utf-8")
    return Command(("kinto", "start", "--ini", "kinto.ini", "--port", str(port)), {})


SERVICE = Service("kinto", _command, "/v1/__api__", base_path="/v1", credential="invented-user:invented-password")
