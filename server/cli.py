"""`bosai …`: exit status 0 is fine, 1 problems found, 2 wrong use."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from layers.catalog.catalog import Catalog, open_published
from layers.draft.add import add as add_layer
from layers.errors import (
    ExplainedError,
    ExportFailed,
    LayersError,
    PreparationError,
    SourceError,
)
from layers.exports.formats import GEOJSON, NAMES, Format, format_named
from layers.messages.differences import amount
from layers.process.sandbox import Sandbox
from layers.publish.check import check_catalog
from layers.publish.jobs import Check
from layers.publish.open import open_catalog
from layers.revision.difference import Difference
from layers.revision.revision import Revision
from layers.schema.folder import CITY
from layers.schema.load import load_city
from layers.store.folder import HomeFolder
from server.database.engine import DatabaseUrlError, create_tables, open_database
from server.edition.map_pages import MapPages
from server.edition.rendering import CatalogChanged, RenderingFailed
from server.settings import Settings
from server.viewer.bundle import BUNDLE, BundleMissing, StaticFiles

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="A city's disaster-information layers."
)

WRONG_USE = 2
NAMED = 20  # moved features, and changed values, that a report in words names
Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]


def main() -> None:
    """The console script."""
    app()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer.")] = 1,
) -> None:
    """Run the service. Layers that are not prepared yet are prepared first."""
    from server import run
    from server.app import publisher_of

    settings = _settings()
    try:
        publisher = publisher_of(settings)
        published = publisher.start()
        catalog = open_published(published, publisher.home)
    except LayersError as error:
        _wrong_use(error)
    try:
        static = StaticFiles.load(BUNDLE)
        create_tables(open_database(settings.database))
        # For all workers, so that none of them starts without.
        map_pages = MapPages(settings.home, static, samples=settings.shows_samples)
        served = catalog if settings.shows_samples else catalog.without_samples()
        with suppress(CatalogChanged):
            map_pages.pages(served, published)
    except (BundleMissing, DatabaseUrlError, OperationalError, RenderingFailed) as error:
        _wrong_use(error)
    for layer_id, why in catalog.broken.items():
        typer.echo(f"not served: {layer_id}: {why}", err=True)
    if catalog.trouble is not None:
        typer.echo(f"not updated: the city: {catalog.trouble.detail}", err=True)
    for layer in catalog.layers.values():
        if layer.problem:
            typer.echo(f"not updated: {layer.id}: {layer.problem}", err=True)
    run.serve(host or settings.host, port or settings.port, workers)


@app.command()
def layers(as_json: Json = False) -> None:
    """List the layers."""
    catalog = _catalog(_settings())
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
            mark = "sample" if entry["sample"] else "real"
            typer.echo("\t".join(map(str, [*list(entry.values())[:5], mark, entry["owner"]])))
    for layer_id, why in catalog.broken.items():
        typer.echo(f"not served: {layer_id}: {why}", err=True)
    if catalog.broken:
        raise typer.Exit(1)


@app.command()
def check(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH or LAYER]...",
            help="Layers' ids, definition files or data files; all layers without.",
        ),
    ] = None,
    as_json: Json = False,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept", help="Let the named layers in though they have far fewer rows than before."
        ),
    ] = False,
) -> None:
    """Read layers and report what is wrong with their data. Changes no data."""
    if accept and not names:
        _wrong_use("name the layers to accept: bosai check --accept LAYER")
    settings = _settings()
    try:
        with Sandbox() as sandbox:
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
            _print(result)
    if any(problem.severity != "note" for result in checks for problem in result.report.problems):
        raise typer.Exit(1)


@app.command()
def add(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A data file.")],
    layer_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="The layer's id; else the file's name.")
    ] = None,
) -> None:
    """Write a definition of a data file from what is in it. Changes no file that exists."""
    settings = _settings()
    if not path.exists():
        _wrong_use(f"there is no file {path}")
    try:
        city = load_city(settings.definitions / CITY)
        with Sandbox() as sandbox:
            added = add_layer(path, layer_id, city, settings.definitions, settings.data, sandbox)
    except (SourceError, PreparationError) as error:
        _told(error)
        raise typer.Exit(1) from None
    except LayersError as error:
        _wrong_use(error)
    if added.copied is not None:
        typer.echo(f"データをデータのフォルダに写しました: {added.copied}")
    typer.echo(f"定義を書きました: {added.definition}")
    typer.echo("次にすること:")
    typer.echo("  1. 定義を開き、「書いてください」とある所（出典、利用条件など）を直します。")
    typer.echo(f"  2. bosai check {added.definition.stem} で、読めなかった行がないかを確かめます。")
    typer.echo("  3. bosai serve で地図に表示します。")


@app.command()
def export(
    layer_ids: Annotated[list[str] | None, typer.Argument(metavar="LAYER...")] = None,
    format_name: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help=f"One of {NAMES}.")
    ] = GEOJSON.name,
    output: Annotated[
        Path | None, typer.Option("-o", help="A file for one layer, a folder for several.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every layer, into the folder of -o.")
    ] = False,
) -> None:
    """Write layers as files. The same revision gives the same bytes."""
    catalog = _catalog(_settings())
    chosen = list(catalog.layers) if every else layer_ids or []
    if every == bool(layer_ids) or (output is None and (every or len(chosen) != 1)):
        _wrong_use("name layers, or --all with -o DIR; several layers need -o DIR")
    try:
        file_format = format_named(format_name)
        revisions = {layer_id: catalog.layer(layer_id).revision for layer_id in chosen}
    except LayersError as error:
        _wrong_use(error)
    failed = [f"{layer_id}: {why}" for layer_id, why in catalog.broken.items() if every]
    for layer_id, revision in revisions.items():
        path = output
        if output is not None and (every or len(chosen) > 1):
            path = output / f"{layer_id}.{file_format.suffix}"
        try:
            _export(file_format, revision, path)
        except ExportFailed as error:
            failed.append(f"{error.message('ja')}\n  {error.message('en')}")
    for why in failed:
        typer.echo(f"not exported: {why}", err=True)
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


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"BOSAI_{first['loc'][0]}".upper()
        _wrong_use(f"{name} is {first['input']!r}; {first['msg']}")


def _catalog(settings: Settings) -> Catalog:
    try:
        return open_catalog(
            settings.definitions,
            settings.data,
            HomeFolder(settings.home),
            private_sources=settings.allows_private_sources,
        )
    except LayersError as error:
        _wrong_use(error)


def _wrong_use(reason: object) -> NoReturn:
    if isinstance(reason, ExplainedError):
        _told(reason)
    else:
        typer.echo(f"bosai: {reason}", err=True)
    raise typer.Exit(WRONG_USE)


def _told(error: ExplainedError) -> None:
    typer.echo(f"bosai: {error.message('ja')}\n  {error.message('en')}", err=True)


def _print(check: Check) -> None:
    report = check.report
    typer.echo(f"{report.layer}: {report.rows} rows, {report.features} features ({report.path})")
    for problem in report.problems:
        place = "".join(
            f", {name} {value}"
            for name, value in (("row", problem.rows(NAMED)), ("column", problem.column))
            if value
        )
        typer.echo(f"  {problem.severity}{place}: {problem.message('ja')} {problem.action('ja')}")
        typer.echo(f"    {problem.message('en')} {problem.action('en')}")
    if check.difference is not None:
        _print_difference(check.difference)


def _print_difference(difference: Difference) -> None:
    counts = difference.counts
    typer.echo(f"  前の版（{counts.revision}）から：{counts.in_words('ja')}")
    typer.echo(f"    since the revision before: {counts.in_words('en')}")
    for moved in difference.moved[:NAMED]:
        unit = "m" if counts.measure == "metres" else "m²"
        typer.echo(f"    {moved.id}: 移動 / moved: {amount(moved.extent)} {unit}")
    for changed in difference.changed[:NAMED]:
        values = [json.dumps(value, ensure_ascii=False) for value in changed[2:]]
        typer.echo(f"    {changed.id}: {changed.field}: {' → '.join(values)}")
