"""Make the sample data: plausible places inside 朝霞市, in the formats the real files come in.

    python -m data.make_samples [FOLDER]

Writes into data/samples, or into FOLDER. The same bytes on every run and every machine.
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

from data.sampling.crime_prevention import write_crime_prevention
from data.sampling.extinguishers import write_extinguishers
from data.sampling.flood import write_flood
from data.sampling.hydrants import write_hydrants

SAMPLES = Path(__file__).with_name("samples")
WRITTEN = datetime.date(2026, 11, 23)  # the day a Shapefile's table says it was written


def main(folder: Path) -> None:
    """Write every sample into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    write_flood(folder / "A31a-20-sample.shp", written=WRITTEN)
    write_hydrants(folder / "fire_hydrant.csv")
    write_extinguishers(folder / "extinguishers.shp", written=WRITTEN)
    write_crime_prevention(folder / "crime_prevention.geojson")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES)
