"""A PostgreSQL with PostGIS of the measurement's own, and a layer in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
import shapely

from layers.catalog.layer import Layer
from layers.geometry.parts import Shapes
from tests.benchmarks.peers.install import Absent
from tests.benchmarks.servers import free_port

DEBIAN = Path("/usr/lib/postgresql")
TABLE = """
CREATE TABLE {name} (
    id bigint PRIMARY KEY, kind text, name text, geom geometry({kind}, 4326)
);
"""
COPY = "COPY {name} (id, kind, name, geom) FROM STDIN"
FINISH = "CREATE INDEX ON {name} USING gist (geom); ANALYZE {name};"


@dataclass(frozen=True)
class Database:
    """A running server: its process id, and the address of the database to use."""

    pid: int
    url: str

    @property
    def version(self) -> str:
        with psycopg.connect(self.url) as connection:
            found = connection.execute("SELECT postgis_lib_version()").fetchone()
        return str(found[0]) if found else ""

    def load(self, name: str, layer: Layer, shapes: Shapes) -> None:
        """Put these shapes of a layer's points or polygons into a table, a row for each feature."""
        frame = layer.revision.features()
        chosen = frame.iloc[np.unique(shapes.owner)]
        is_point = layer.geometry == "point"
        whole = shapes.geometry if is_point else _whole(shapes)
        wkb = shapely.to_wkb(shapely.set_srid(whole, 4326), hex=True, include_srid=True)
        kind = "Point" if is_point else "MultiPolygon"
        rows = zip(chosen.index.tolist(), chosen["kind"], chosen["name"], wkb, strict=True)
        with psycopg.connect(self.url) as connection, connection.cursor() as cursor:
            cursor.execute(TABLE.format(name=name, kind=kind).encode())
            with cursor.copy(COPY.format(name=name).encode()) as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(FINISH.format(name=name).encode())


def _whole(shapes: Shapes) -> npt.NDArray[Any]:
    """Multipolygons, in the order of their owners."""
    order = np.argsort(shapes.owner, kind="stable")
    _, index = np.unique(shapes.owner[order], return_inverse=True)
    return np.asarray(shapely.multipolygons(shapes.geometry[order], indices=index))


@contextmanager
def running() -> Iterator[Database]:
    """A server on the loopback until the block ends. Raises `Absent`."""
    folders = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = shutil.which("initdb") or (folders[-1] if folders else None)
    if found is None:
        raise Absent("PostgreSQL (initdb) is not installed")
    binaries = Path(found).parent
    folder = Path(tempfile.mkdtemp(prefix="bosai-bench-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        cluster, log, port = folder / "cluster", folder / "log", free_port()
        _run(binaries / "initdb", "-D", cluster, "-U", "bosai", "-A", "trust", "-E", "UTF8", "-N")
        options = f"-h 127.0.0.1 -p {port} -k {folder}"
        _run(binaries / "pg_ctl", "-D", cluster, "-l", log, "-o", options, "-w", "start")
        try:
            url = f"postgresql://bosai@127.0.0.1:{port}/postgres"
            with psycopg.connect(url) as connection:
                connection.execute("CREATE EXTENSION postgis")
            pid = (cluster / "postmaster.pid").read_text(encoding="ascii").splitlines()[0]
            yield Database(int(pid), url)
        except psycopg.errors.FeatureNotSupported as error:
            raise Absent(str(error).splitlines()[0]) from None
        finally:
            _run(binaries / "pg_ctl", "-D", cluster, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


def _run(*command: str | Path) -> None:
    """Run one of PostgreSQL's programs, which refuse to run as root. Raises `Absent`."""
    as_postgres: Sequence[str] = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*as_postgres, *map(str, command)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd="/",
    )
    if done.returncode != 0:
        raise Absent(f"{Path(command[0]).name} failed: {done.stderr.strip()}")
