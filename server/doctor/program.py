"""The program itself, and the definitions that it is to serve."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from layers.errors import ExplainedError, LayersError
from layers.schema.folder import CITY, layer_files, load_declared
from layers.schema.load import load_city
from server.doctor.finding import Finding, fine, wrong
from server.settings import Settings
from server.viewer.bundle import BUNDLE, BundleMissing, StaticFiles

LOCK = Path(__file__).parents[2] / "requirements.lock"  # in the project's own tree alone
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:[ ]*(;))?", re.MULTILINE)
SHOWN = 5


def definition_findings(settings: Settings) -> Iterator[Finding]:
    """Whether the city's definition and those of its layers can be read."""
    folder = settings.definitions
    try:
        city = load_city(folder / CITY)
        paths = layer_files(folder)
    except (LayersError, OSError) as error:
        yield _unreadable(folder / CITY, error)
        return
    mistaken = False
    for path in paths:
        try:
            load_declared(path, city)
        except (LayersError, OSError) as error:
            mistaken = True
            yield _unreadable(path, error)
    if not mistaken:
        yield fine("definitions", "definitions_fine", path=folder.absolute(), count=len(paths))
    if not settings.data.is_dir():
        yield wrong("definitions", "data_missing", path=settings.data.absolute())


def _unreadable(path: Path, error: LayersError | OSError) -> Finding:
    why = error.message("ja") if isinstance(error, ExplainedError) else error
    english = error.message("en") if isinstance(error, ExplainedError) else error
    return wrong("definitions", "definition_wrong", path=path.absolute(), why=why, english=english)


def package_findings(lock: Path = LOCK) -> Iterator[Finding]:
    """Whether the packages are those of the lock; nothing where the program is without one."""
    if not lock.is_file():
        return
    others = []
    for name, wanted, marker in LOCKED.findall(lock.read_text(encoding="utf-8")):
        try:
            installed = version(name)
        except PackageNotFoundError:
            if marker:
                continue  # for another system
            installed = "–"
        if installed != wanted:
            others.append(f"{name} {installed} ({wanted})")
    if others:
        named = ", ".join(others[:SHOWN]) + (" …" if len(others) > SHOWN else "")
        yield wrong("packages", "packages_other", count=len(others), packages=named)
    else:
        yield fine("packages", "packages_fine")


def bundle_findings(bundle: Path = BUNDLE) -> Iterator[Finding]:
    """Whether the map's scripts are there, and of this version."""
    try:
        StaticFiles.load(bundle)
    except BundleMissing as error:
        yield wrong("scripts", "scripts_missing", why=error)
    else:
        yield fine("scripts", "scripts_fine")
