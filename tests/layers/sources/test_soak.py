"""Real and odd files, cut, flipped, doubled and written in another encoding: each is read whole, or
it is said what is missing.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from layers.schema.bundled import BUNDLED_DATA
from layers.sources.formats import ARCHIVES, SUFFIXES
from tests.layers.sources.child import Attempt, attempt, attempts
from tests.layers.sources.test_whole import FORMATS, written

SEED = 20261129
CUTS, FLIPS, DOUBLES = 12, 24, 8  # of each file
LARGEST = 400_000  # bytes of a file
CHUNKS = (1, 8, 64, 512)  # bytes that are doubled
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
TABLES = frozenset({".csv", ".tsv", ".txt"})
# Texts that state neither a number of rows nor an end.
ENDLESS = TABLES | {".geojsonl", ".geojsons", ".ndjson", ".jsonl"}
# A line end or a quotation mark that changed makes one row of two: these say so.
JOINED = frozenset({"beyond_header", "swallowed"})
TEXTS = TABLES | {".kml", ".gml", ".gpx", ".xml", ".json", ".geojson"}
ENCODINGS = ("cp932", "euc_jp", "utf-8", "utf-8-sig", "utf-16")


def main_files(folder: Path) -> list[Path]:
    """The files below a folder that may be read as sources."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES | ARCHIVES and path.stat().st_size <= LARGEST
    ]


def mutations(path: Path, content: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """The ways that a file is changed in, and what it holds then."""
    size = len(content)
    for _ in range(CUTS):
        yield "cut", content[: chance.randrange(1, size)]
    for _ in range(FLIPS):
        flipped = bytearray(content)
        flipped[chance.randrange(size)] ^= 1 << chance.randrange(8)
        yield "flip", bytes(flipped)
    for _ in range(DOUBLES):
        at, length = chance.randrange(size), chance.choice(CHUNKS)
        yield "double", content[:at] + content[at : at + length] + content[at:]
    if path.suffix.lower() in TEXTS:
        for encoding in ENCODINGS:
            try:
                yield encoding, content.decode("utf-8-sig").encode(encoding)
            except UnicodeError:
                continue


def fault(before: Attempt, after: Attempt, change: str, suffix: str) -> str:
    """What is wrong with what came of a changed file; "" for nothing."""
    if after.failure:
        return "" if after.failure.startswith("crash") else after.failure
    if before.refusal or after.refusal:
        return ""
    if change in ENCODINGS and after.digest != before.digest:
        return f"other text: {after.kinds}"
    if change == "cut" and suffix in ENDLESS:
        return ""
    if suffix in TABLES and JOINED.intersection(after.kinds):
        return ""
    lost = before.features - after.features - after.rows_left_out
    return f"{lost} rows lost: {after.kinds}" if lost > 0 else ""


def faults(path: Path, folder: Path, chance: random.Random) -> Iterator[str]:
    """What is wrong with a file that is changed, each with the change that shows it."""
    beside = [part for part in path.parent.glob(f"{path.stem}.*") if part.suffix in PARTS]
    parts = beside if path.suffix == ".shp" else [path]
    for part in parts:
        shutil.copy(part, folder)
    main = folder / path.name
    before = attempt(main)
    if before.failure:
        yield f"{path.name}: {before.failure}"
    for part in parts:
        content = part.read_bytes()
        changes = list(mutations(part, content, chance))
        answers = attempts(main, folder / part.name, [changed for _, changed in changes])
        for number, ((change, changed), after) in enumerate(zip(changes, answers, strict=True)):
            if wrong := fault(before, after, change, part.suffix.lower()):
                kept = folder / f"found-{number}-{part.name}"
                kept.write_bytes(changed)
                yield f"{kept}, {change}: {wrong}"
        shutil.copy(part, folder)


def all_faults(files: list[Path], tmp_path: Path) -> list[str]:
    chance = random.Random(SEED)
    found: list[str] = []
    for number, path in enumerate(files):
        folder = tmp_path / str(number)
        folder.mkdir()
        found += faults(path, folder, chance)
    return found


@pytest.mark.soak
@pytest.mark.shared
def test_odd_files_are_read_whole_or_told(shared: Path, tmp_path: Path) -> None:
    folder = shared.parent / "trials"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent")
    found = all_faults(main_files(folder), tmp_path)
    assert found == [], "\n".join(found)


@pytest.mark.soak
def test_bundled_files_are_read_whole_or_told(tmp_path: Path) -> None:
    found = all_faults(main_files(BUNDLED_DATA), tmp_path)
    assert found == [], "\n".join(found)


@pytest.mark.soak
def test_files_of_every_format_are_read_whole_or_told(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    files = [written(tmp_path / "whole", suffix) for suffix in [*FORMATS, ".shp"]]
    found = all_faults(files, tmp_path)
    assert found == [], "\n".join(found)


@pytest.mark.parametrize(
    ("after", "wrong"),
    [
        (Attempt(features=3), ""),
        (Attempt(refusal="damaged"), ""),
        (Attempt(features=2, rows_left_out=1), ""),
        (Attempt(features=2, kinds=["chosen"]), "1 rows lost: ['chosen']"),
        (Attempt("took too long"), "took too long"),
        (Attempt("crash: SIGSEGV"), ""),
    ],
)
def test_the_soak_sees_what_it_looks_for(after: Attempt, wrong: str) -> None:
    assert fault(Attempt(features=3), after, "flip", ".kml") == wrong
