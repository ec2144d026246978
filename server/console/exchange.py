"""`bosai layers --export DIR` and `--import DIR`: the desk's layers as files, and from files."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import typer

from layers.errors import ExplainedError
from layers.schema.folder import CITY
from layers.schema.load import load_city
from server.console.desk_database import desk_database
from server.console.lines import explain, refuse, refuse_value, say
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.errors import InvalidVersion, LayerFilesFull, VersionWaiting
from server.desk.layers.desk_layers import DeskLayers
from server.desk.layers.exchange import export_layers, import_layers, read_folder
from server.settings import Settings
from server.texts import console as words


def exchange(settings: Settings, export_to: Path | None, import_from: Path | None) -> None:
    """Write the desk's layers into a folder, or take them in from one; what is wrong is said."""
    try:
        with desk_database(settings) as engine:
            desk = DeskLayers(engine)
            if export_to is not None:
                for version in export_layers(desk, export_to):
                    say(words.EXCHANGED["exported"], layer=version.layer, number=version.number)
            if import_from is not None:
                layers = read_folder(import_from, load_city(settings.definitions / CITY))
                if not layers:
                    refuse("nothing_to_import", import_from)
                for layer_id, number in import_layers(engine, desk, layers, COMMAND_LINE).items():
                    outcome = "unchanged" if number is None else "imported"
                    say(words.EXCHANGED[outcome], layer=layer_id, number=number)
    except OSError as error:
        refuse("not_exchanged", f"{error.filename}: {error.strerror}")
    except ExplainedError as error:
        _fail(error)
    except VersionWaiting as error:
        at = f"{error.at:%Y-%m-%d %H:%M} UTC"
        refuse("version_waits", f"{error.layer_id} {error.number}, {at}")
    except LayerFilesFull as error:
        refuse("no_room", f"{error.size:,} > {error.most:,}")
    except InvalidVersion as error:
        refuse_value(
            error.field, error.value, f"version_{error.field.rpartition('.')[0] or error.field}"
        )


def _fail(error: ExplainedError) -> NoReturn:
    explain(error)
    raise typer.Exit(1) from None
