"""pygeoapi, OGC's reference implementation of its APIs, on tables of PostGIS."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from tests.benchmarks.peers import install
from tests.benchmarks.servers import free_port, serving

VERSION = "0.21.0"  # the last one for Python 3.11
PACKAGES = {
    "pygeoapi": VERSION,
    "GeoAlchemy2": "0.20.0",
    "SQLAlchemy": "2.1.9",
    "aiofiles": "25.1.0",
    "psycopg2-binary": "2.9.13",
    "pygeofilter": "0.4.0",
    "starlette": "1.10.0",
    "uvicorn[standard]": "0.54.0",
}
MOST_ITEMS = 10_000
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
SOMEBODY = {"name": "benchmark", "url": "http://127.0.0.1/"}


@contextmanager
def serving_tables(
    peers: Path, work: Path, url: str, tables: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Serve tables of a database, with one process; gives its id and the port.

    Answers are not indented, which pygeoapi's sample has for people, and not compressed, as there.
    """
    programs = install.pip(peers / "pygeoapi", PACKAGES)
    folder, port = work / "pygeoapi", free_port()
    folder.mkdir(parents=True, exist_ok=True)
    # JSON is YAML, too.
    configuration, openapi = folder / "configuration.yml", folder / "openapi.json"
    configuration.write_bytes(orjson.dumps(_configuration(port, url, tables)))
    environment = {
        **os.environ,
        "PYGEOAPI_CONFIG": str(configuration),
        "PYGEOAPI_OPENAPI": str(openapi),
    }
    generate: list[str | Path] = [programs / "pygeoapi", "openapi", "generate", configuration]
    generate += ["--format", "json"]
    done = subprocess.run(
        generate, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode != 0:
        raise install.Absent(f"pygeoapi: {done.stderr.strip().splitlines()[-1]}")
    openapi.write_text(done.stdout, encoding="utf-8")
    command: list[str | Path] = [programs / "uvicorn", "pygeoapi.starlette_app:APP"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--no-access-log", "--log-level", "warning"]
    ready = f"/collections/{tables[0]}?f=json"
    with serving(command, port, ready, folder / "log", cwd=folder, env=environment) as pid:
        yield pid, port


def _configuration(port: int, url: str, tables: Sequence[str]) -> dict[str, Any]:
    address = f"http://127.0.0.1:{port}"
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": address,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "gzip": False,
            "pretty_print": False,
            "languages": ["en-US"],
            "limits": {"default_items": 10, "max_items": MOST_ITEMS},
            "map": {"url": f"{address}/none", "attribution": "none"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": "benchmark",
                "description": "benchmark",
                "keywords": ["benchmark"],
                "keywords_type": "theme",
                "terms_of_service": address,
                "url": address,
            },
            "license": SOMEBODY,
            "provider": SOMEBODY,
            "contact": SOMEBODY,
        },
        "resources": {table: _collection(url, table) for table in tables},
    }


def _collection(url: str, table: str) -> dict[str, Any]:
    database = urlsplit(url)
    return {
        "type": "collection",
        "title": table,
        "description": table,
        "keywords": ["benchmark"],
        "links": [],
        "extents": {"spatial": {"bbox": [-180, -90, 180, 90], "crs": CRS84}},
        "providers": [
            {
                "type": "feature",
                "name": "PostgreSQL",
                "data": {
                    "host": database.hostname,
                    "port": database.port,
                    "dbname": database.path[1:],
                    "user": database.username,
                    "password": "",
                    "search_path": ["public"],
                },
                "id_field": "id",
                "table": table,
                "geom_field": "geom",
            }
        ],
    }
