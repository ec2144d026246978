"""The commands that read, check and write layers; `serve` is in `server.cli`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Annotated, NoReturn

import typer

from layers.catalog.catalog import Catalog
from layers.draft.add import add as add_layer
from layers.errors import (
    ExplainedError,
    ExportFailed,
    LayersError,
    PreparationError,
    SourceError,
)
from layers.exports.formats import GEOJSON, NAMES, Format, format_named
from layers.process.job import Answers
from layers.process.sandbox import Sandbox
from layers.publish.check import check_catalog
from layers.publish.open import open_catalog
from layers.report import Problem
from layers.revision.revision import Revision
from layers.schema.folder import CITY
from layers.schema.load import load_city
from layers.store.folder import HomeFolder
from server.console.adding import asked, say_added
from server.console.command import command, option, settings as read_settings
from server.console.lines import WRONG_USE, both, explain, help_text, parse_day, refuse
from server.console.report import say_report, say_unexported, say_unserved
from server.settings import Settings
from server.texts import console as words

Json = Annotated[bool, option("json", "--json")]


@command("layers")
def layers(as_json: Json = False) -> None:
    """List the layers."""
    catalog = _catalog(read_settings())
    listed = [
        {
            "id": layer.id,
            "title": layer.definition.title["ja"],
            "features": layer.feature_count,
            "revision": layer.revision.id,
            "date": layer.definition.credit.date.isoformat(),
            "sample": layer.definition.sample,
            "owner": "folder",
        }
        for layer in catalog.layers.values()
    ]
    if as_json:
        typer.echo(json.dumps(listed, ensure_ascii=False, indent=2))
    else:
        for entry in listed:
            mark = both(words.LISTED["sample" if entry["sample"] else "real"])
            typer.echo("\t".join(map(str, [*list(entry.values())[:5], mark, entry["owner"]])))
    say_unserved(catalog)
    if catalog.broken:
        raise typer.Exit(1)


@command("check")
def check(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH or LAYER]...",
            help=help_text(words.OPTIONS["names"]),
        ),
    ] = None,
    as_json: Json = False,
    accept: Annotated[bool, option("accept", "--accept")] = False,
) -> None:
    """Read layers and report what is wrong with their data. Changes no data."""
    if accept and not names:
        refuse("what_to_accept")
    settings = read_settings()
    try:
        with Sandbox(settings.reader_limits) as sandbox:
            checks = check_catalog(
                settings.definitions,
                settings.data,
                names or None,
                HomeFolder(settings.home),
                sandbox=sandbox,
                private_sources=settings.allows_private_sources,
                accept=accept,
            )
    except LayersError as error:
        _wrong_use(error)
    if as_json:
        typer.echo(
            json.dumps([result.to_json() for result in checks], ensure_ascii=False, indent=2)
        )
    else:
        for result in checks:
            say_report(result)
    if any(problem.severity != "note" for result in checks for problem in result.report.problems):
        raise typer.Exit(1)


@command("add")
def add(
    path: Annotated[Path, typer.Argument(metavar="PATH", help=help_text(words.OPTIONS["path"]))],
    layer_id: Annotated[str | None, option("id", "--id", metavar="ID")] = None,
    title: Annotated[str | None, option("title", metavar="名前")] = None,
    title_en: Annotated[str | None, option("title-en", metavar="NAME")] = None,
    group: Annotated[str | None, option("group", metavar="ID")] = None,
    credit: Annotated[str | None, option("credit", metavar="TEXT")] = None,
    licence: Annotated[str | None, option("licence", metavar="TEXT")] = None,
    date: Annotated[str | None, option("date", metavar="DATE")] = None,
) -> None:
    """Write a definition of a data file from what is in it. Changes no file that exists."""
    settings = read_settings()
    if not path.exists():
        refuse("no_file", path)
    answers = Answers(
        title=title,
        title_en=title_en,
        group=group,
        credit=credit,
        licence=licence,
        date=None if date is None else parse_day("--date", date),
    )
    try:
        city = load_city(settings.definitions / CITY)
        if sys.stdin.isatty() and sys.stdout.isatty():
            answers = asked(answers, path, city)
        with Sandbox(settings.reader_limits) as sandbox:
            added = add_layer(
                path, layer_id, city, settings.definitions, settings.data, sandbox, answers
            )
    except (SourceError, PreparationError) as error:
        explain(error)
        raise typer.Exit(1) from None
    except LayersError as error:
        _wrong_use(error)
    say_added(added)


@command("export")
def export(
    layer_ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="LAYER...", help=help_text(words.OPTIONS["layer_ids"])),
    ] = None,
    format_name: Annotated[
        str,
        typer.Option(
            "--format", metavar="FORMAT", help=help_text(words.OPTIONS["format"], names=NAMES)
        ),
    ] = GEOJSON.name,
    output: Annotated[Path | None, option("output", "-o")] = None,
    every: Annotated[bool, option("all", "--all")] = False,
) -> None:
    """Write layers as files. The same revision gives the same bytes."""
    catalog = _catalog(read_settings())
    chosen = list(catalog.layers) if every else layer_ids or []
    if every == bool(layer_ids) or (output is None and (every or len(chosen) != 1)):
        refuse("what_to_export")
    try:
        file_format = format_named(format_name)
        revisions = {layer_id: catalog.layer(layer_id).revision for layer_id in chosen}
    except LayersError as error:
        _wrong_use(error)
    failed = every and bool(catalog.unserved)
    if failed:
        say_unserved(catalog)
    for layer_id, revision in revisions.items():
        path = output
        if output is not None and (every or len(chosen) > 1):
            path = output / f"{layer_id}.{file_format.suffix}"
        try:
            _export(file_format, revision, path)
        except ExportFailed as error:
            say_unexported(layer_id, error)
            failed = True
    if failed:
        raise typer.Exit(1)


def _export(file_format: Format, revision: Revision, path: Path | None) -> None:
    """Write a layer into a file, whole or not at all, or to the output. Raises `ExportFailed`."""
    if path is None:
        file_format.write(revision, sys.stdout.buffer)
        return
    try:
        with TemporaryFile() as whole:
            file_format.write(revision, whole)
            whole.seek(0)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                copyfileobj(whole, file)
    except OSError as error:
        layer_id, why = revision.definition.id, str(error.strerror)
        raise ExportFailed("export_failed", value=layer_id, detail=why) from None


def _catalog(settings: Settings) -> Catalog:
    try:
        return open_catalog(
            settings.definitions,
            settings.data,
            HomeFolder(settings.home),
            Sandbox(settings.reader_limits),
            private_sources=settings.allows_private_sources,
        )
    except LayersError as error:
        _wrong_use(error)


def _wrong_use(error: LayersError) -> NoReturn:
    explain(error if isinstance(error, ExplainedError) else Problem.of(error))
    raise typer.Exit(WRONG_USE)
