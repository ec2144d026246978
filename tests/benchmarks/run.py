"""`python -m tests.benchmarks.run [--quick] [NAME …]`: measure, and print tables in Markdown.

Without names everything is measured. What is printed first goes into the README; the seconds
behind it, and all raw numbers in the cache's result.json, are for whoever makes things faster.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.benchmarks import report
from tests.benchmarks.bench import ROOT, Bench
from tests.benchmarks.report import Row
from tests.benchmarks.rows import (
    crowd,
    difference,
    disk,
    exports,
    growth,
    here,
    hosts,
    items,
    made,
    memory,
    metrics,
    new,
    night,
    ogc,
    picture,
    pyramid,
    requests,
    servers,
    start,
    viewer,
)

MEASUREMENTS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "made": made.rows,
    "servers": servers.rows,
    "new": new.rows,
    "pyramid": pyramid.rows,
    "disk": disk.city_rows,
    "large": disk.large_rows,
    "japan": disk.japan_rows,
    "growth": growth.rows,
    "here": here.rows,
    "hosts": hosts.rows,
    "ogc": ogc.rows,
    "items": items.rows,
    "start": start.rows,
    "difference": difference.rows,
    "exports": exports.rows,
    "picture": picture.rows,
    "memory": memory.rows,
    "metrics": metrics.rows,
    "crowd": crowd.rows,
    "night": night.rows,
    "requests": requests.rows,
    "viewer": viewer.rows,
}


def main() -> int:
    """Measure what is asked for; 1 when a measurement broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.run")
    parser.add_argument("--quick", action="store_true", help="a twentieth of the data, two runs")
    parser.add_argument("--cache", type=Path, default=ROOT / ".bosai" / "bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    asked = parser.parse_args()
    unknown = set(asked.names) - set(MEASUREMENTS)
    if unknown:
        parser.error(f"no measurement {', '.join(sorted(unknown))}")
    # So that a stop from outside also ends every server that was started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    cache = asked.cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    bench = Bench(cache, 0.05, 2, 1) if asked.quick else Bench(cache, 1, 5, 4)
    rows, broken = _measured(bench, asked.names or MEASUREMENTS)
    machine = report.machine()
    print(report.heading(machine, bench.versions, bench.runs, bench.share), end="\n\n")
    print(report.table(rows), end="\n\n")
    print(report.seconds(rows))
    result = {"machine": machine, "versions": bench.versions, "rows": rows}
    text = json.dumps(result, default=dataclasses.asdict, ensure_ascii=False, indent=1)
    (cache / "result.json").write_text(text, encoding="utf-8")
    return int(broken)


def _measured(bench: Bench, names: Iterable[str]) -> tuple[list[Row], bool]:
    """All rows, each told as soon as it is there. One that breaks keeps no other from being."""
    rows, broken = [], False
    for name in names:
        try:
            for row in MEASUREMENTS[name](bench):
                print(f"{name}: {' | '.join(row.cells())}", file=sys.stderr)
                rows.append(row)
        except Exception as error:  # noqa: BLE001
            traceback.print_exc()
            rows.append(Row(name, "", missing=f"{type(error).__name__}: {error}"))
            broken = True
    return rows, broken


if __name__ == "__main__":
    sys.exit(main())
