"""The commands that make sheets for offices: `bosai report …`."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer

from layers.catalog.layer import Layer
from layers.errors import ExportFailed, LayersError
from layers.exports.reach import reach_table
from layers.japanese.time_zone import JAPAN_TIME
from layers.query.exposure import exposure, places_of
from layers.query.reach import USUAL, layer_areas, reach, town_areas
from server.console.catalog import catalog_of, refuse_layers
from server.console.command import command, group, option, settings as read_settings
from server.console.help import help_text
from server.console.lines import refuse, say
from server.console.report import say_unexported
from server.http.errors import TypesettingFailed
from server.printing.reach_sheet import reach_sheet
from server.printing.typesetter import Typesetter
from server.texts import console as words

LONGEST = 10_000  # metres: beyond that no neighbourhood has any ground left

report = group("report")


@command("report reach", report)
def reach_report(
    layer_id: Annotated[
        str, typer.Argument(metavar="LAYER", help=help_text(words.OPTIONS["reach-layer"]))
    ],
    output: Annotated[Path, option("sheet", "-o", metavar="FILE.pdf")],
    distance: Annotated[
        int, option("distance", "--distance", metavar="M", min=1, max=LONGEST)
    ] = USUAL,
    area_layer_id: Annotated[str | None, option("areas", "--areas", metavar="LAYER")] = None,
    csv: Annotated[Path | None, option("csv", "--csv", metavar="FILE")] = None,
) -> None:
    """Write which ground lies farther from a layer's places than a distance, on one sheet."""
    catalog = catalog_of(read_settings())
    try:
        layer = catalog.layer(layer_id)
        area_layer = None if area_layer_id is None else catalog.layer(area_layer_id)
    except LayersError as error:
        refuse_layers(error)
    if layer.geometry != "point":
        refuse("reach_of_what", layer.id)
    if area_layer is not None and (area_layer.geometry != "polygon" or not area_layer.bounds):
        refuse("areas_of_what", area_layer.id)
    for each in (layer, area_layer):
        if each is not None and each.definition.sample:
            refuse("report_of_sample", each.id)
    areas = town_areas(catalog) if area_layer is None else layer_areas(area_layer)
    if not areas:
        refuse("no_areas")
    measured = reach(layer, areas, distance)
    hazards = [each for each in catalog.layers.values() if each.definition.hazard is not None]
    places = [layer, *(each for each in places_of(catalog) if each.id != layer.id)]
    exposures = [exposure(each, hazard) for each in places for hazard in hazards]
    now = datetime.datetime.now(JAPAN_TIME).replace(microsecond=0)
    sheet = reach_sheet(catalog, measured, exposures, area_layer, now)
    files = {} if csv is None else {csv: reach_table(measured)}
    try:
        files[output] = Typesetter().typeset(sheet).plain.content
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            say(words.REACH_WRITTEN, path=path)
    except (OSError, TypesettingFailed) as error:
        _fail(layer, error)


def _fail(layer: Layer, error: OSError | TypesettingFailed) -> None:
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    say_unexported(layer.id, ExportFailed("export_failed", value=layer.id, detail=why))
    raise typer.Exit(1) from None
