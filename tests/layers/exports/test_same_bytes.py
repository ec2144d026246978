"""The same revision gives the same bytes, whenever and wherever it is written."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from layers.catalog.catalog import Catalog
from layers.exports.formats import formats_of
from layers.revision.revision import Revision
from tests.layers.exported import exported

PROGRAM = """
import hashlib, sys, time
from pathlib import Path
from layers.exports.formats import formats_of
from layers.revision.revision import Revision
from tests.layers.exported import exported

later = time.time() + 40_000_000
time.time = lambda: later
for file_format in formats_of(Revision(Path(sys.argv[1]))):
    content = exported(Revision(Path(sys.argv[1])), file_format.name)
    print(file_format.name, hashlib.sha256(content).hexdigest())
"""


def test_two_processes_a_year_apart_write_the_same(asaka: Catalog) -> None:
    """The other process has other hash seeds, another time zone, and its own clock is ahead; what
    asks the system's is at least seconds later.
    """
    for layer_id in ("flood", "hydrants"):
        folder = asaka.layer(layer_id).revision.folder
        here = [
            f"{each.name} {hashlib.sha256(exported(Revision(folder), each.name)).hexdigest()}"
            for each in formats_of(Revision(folder))
        ]
        environment = {
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[3]),
            "PYTHONHASHSEED": "7",
            "TZ": "Pacific/Kiritimati",
        }
        command = [sys.executable, "-c", PROGRAM, str(folder)]
        there = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert there.stdout.splitlines() == here
