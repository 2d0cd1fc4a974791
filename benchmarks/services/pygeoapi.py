"""pygeoapi, a server of the OGC API standards, with one collection of five observations."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from benchmarks.services.starting import BIN, LOOPBACK, Command, Service

OBSERVATIONS = """id,stn_id,datetime,value,lat,long
371,35,"2001-10-30T14:24:55Z",89.9,45,-75
377,35,"2002-10-30T18:31:38Z",93.9,45,-75
238,2147,"2007-10-30T08:57:29Z",103.5,43,-79
297,2147,"2003-10-30T07:37:29Z",93.5,43,-79
964,604,"2000-10-30T18:24:39Z",99.9,49,-122
"""


def _configuration(folder: Path, port: int) -> dict[str, object]:
    here = f"http://{LOOPBACK}:{port}"
    nobody = {"name": "nobody", "url": here}
    return {
        "server": {
            "bind": {"host": LOOPBACK, "port": port},
            "url": here,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "gzip": False,
            "languages": ["en-US"],
            "cors": False,
            "pretty_print": False,
            "limits": {"default_items": 10, "max_items": 50},
            "map": {"url": f"{here}/{{z}}/{{x}}/{{y}}.png", "attribution": "none"},
            "admin": False,
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": "observations",
                "description": "five observations",
                "keywords": ["observations"],
                "keywords_type": "theme",
                "terms_of_service": "none",
                "url": here,
            },
            "license": nobody,
            "provider": nobody,
            "contact": {"name": "nobody", "email": "nobody@example.org"},
        },
        "resources": {
            "obs": {
                "type": "collection",
                "title": "Observations",
                "description": "five observations",
                "keywords": ["observations"],
                "links": [],
                "extents": {"spatial": {"bbox": [-180, -90, 180, 90]}},
                "providers": [
                    {
                        "type": "feature",
                        "name": "CSV",
                        "data": str(folder / "obs.csv"),
                        "id_field": "id",
                        "geometry": {"x_field": "long", "y_field": "lat"},
                    }
                ],
            }
        },
    }


def _command(folder: Path, port: int) -> Command:
    (folder / "obs.csv").write_text(OBSERVATIONS, encoding="utf-8")
    # JSON is YAML.
    (folder / "pygeoapi.yml").write_text(json.dumps(_configuration(folder, port)), encoding="utf-8")
    environment = {"PYGEOAPI_CONFIG": str(folder / "pygeoapi.yml"), "PYGEOAPI_OPENAPI": str(folder / "openapi.json")}
    making = [str(BIN / "pygeoapi"), "openapi", "generate", "pygeoapi.yml", "--format", "json", "--output-file", "openapi.json"]
    subprocess.run(making, cwd=folder, env=environment, check=True, capture_output=True, timeout=60)
    return Command(("waitress-serve", f"--listen={LOOPBACK}:{port}", "--threads=8", "pygeoapi.flask_app:APP"), environment)


SERVICE = Service("pygeoapi", _command, "/openapi?f=json")
