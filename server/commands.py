"""The commands that read, check and write layers; `serve` is in `server.cli`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from layers.draft.add import add as add_layer
from layers.errors import (
    ExportFailed,
    LayersError,
    PreparationError,
    SourceError,
    UnfitFormat,
)
from layers.exports import crs
from layers.exports.archive import ARCHIVE
from layers.exports.formats import GEOJSON, NAMES, format_named
from layers.process.job import Answers
from layers.process.sandbox import Sandbox
from layers.publish.check import check_catalog
from layers.schema.folder import CITY
from layers.schema.load import load_city
from server.assembly.home import home_of
from server.console.adding import asked, say_added
from server.console.catalog import catalog_of, desk_folder_of, refuse_layers
from server.console.command import command, option, settings as read_settings
from server.console.exchange import exchange
from server.console.exporting import export_archive, export_layer
from server.console.help import help_text
from server.console.lines import both, explain, parse_day, refuse
from server.console.report import say_report, say_unexported, say_unserved
from server.desk.errors import DeskUnavailable
from server.desk.failures import failures_logged
from server.texts import console as words

Json = Annotated[bool, option("json", "--json")]


@command("layers")
def layers(
    as_json: Json = False,
    export_to: Annotated[Path | None, option("export-layers", "--export", metavar="DIR")] = None,
    import_from: Annotated[Path | None, option("import-layers", "--import", metavar="DIR")] = None,
) -> None:
    """List the layers; or write the desk's into a folder, or take them in from one."""
    if export_to is not None or import_from is not None:
        if as_json or (export_to is not None and import_from is not None):
            refuse("what_of_layers")
        exchange(read_settings(), export_to, import_from)
        return
    catalog = catalog_of(read_settings())
    listed = [
        {
            "id": layer.id,
            "title": layer.definition.title["ja"],
            "features": layer.feature_count,
            "revision": layer.revision.id,
            "date": layer.definition.credit.date.isoformat(),
            "sample": layer.definition.sample,
            "owner": layer.owner,
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
    desk = desk_folder_of(settings)
    try:
        with failures_logged(), Sandbox(settings.reader_limits) as sandbox:
            checks = check_catalog(
                settings.definitions,
                settings.data,
                names or None,
                home_of(settings),
                sandbox=sandbox,
                desk=desk,
                private_sources=settings.allows_private_sources,
                accept=accept,
            )
    except LayersError as error:
        refuse_layers(error)
    except DeskUnavailable as error:
        refuse("database", error)
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
                path,
                layer_id,
                city,
                settings.definitions,
                settings.data,
                sandbox,
                answers,
                desk_folder_of(settings).ids(),
            )
    except (SourceError, PreparationError) as error:
        explain(error)
        raise typer.Exit(1) from None
    except LayersError as error:
        refuse_layers(error)
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
            "--format",
            metavar="FORMAT",
            help=help_text(words.OPTIONS["format"], names=", ".join(NAMES)),
        ),
    ] = GEOJSON.name,
    output: Annotated[Path | None, option("output", "-o")] = None,
    every: Annotated[bool, option("all", "--all")] = False,
    crs_name: Annotated[str | None, option("crs", "--crs", metavar="EPSG:CODE")] = None,
) -> None:
    """Write layers as files. The same revision gives the same bytes."""
    catalog = catalog_of(read_settings())
    chosen = list(catalog.layers) if every else layer_ids or []
    if every == bool(layer_ids) or (output is None and (every or len(chosen) != 1)):
        refuse("what_to_export")
    try:
        file_format = format_named(format_name)
        code = crs.DEGREES if crs_name is None else crs.code_of(crs_name)
        file_format.require(code)
        revisions = {layer_id: catalog.layer(layer_id).revision for layer_id in chosen}
        if every:
            revisions = {id: each for id, each in revisions.items() if file_format.fits(each)}
    except LayersError as error:
        refuse_layers(error)
    failed = every and bool(catalog.unserved)
    if failed:
        say_unserved(catalog)
    several = every or len(chosen) > 1
    if several and output is not None and output.suffix == ARCHIVE:
        if every:  # a sample leaves in an archive only when it is named
            revisions = {id: each for id, each in revisions.items() if not each.definition.sample}
        failed |= not export_archive(
            file_format, [*revisions.values()], output, code, catalog.city.code
        )
        revisions = {}
    for layer_id, revision in revisions.items():
        path = output / f"{layer_id}.{file_format.suffix}" if several and output else output
        try:
            export_layer(file_format, revision, path, code, catalog.city.code)
        except (ExportFailed, UnfitFormat) as error:
            say_unexported(layer_id, error)
            failed = True
    if failed:
        raise typer.Exit(1)
