"""`bosai build`: the whole map as files, for any static web server or object storage."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layers.errors import LayersError
from server.console.catalog import refuse_layers
from server.console.command import command, option, settings as read_settings
from server.console.lines import refuse, say
from server.console.progress import ProgressLine
from server.texts import console as words


@command("build")
def build(output: Annotated[Path, option("build", "-o", metavar="DIR")]) -> None:
    """Write the whole map as files that any static web server can serve."""
    # Here: every other command starts without the service.
    from server.build.asking import Unanswered
    from server.build.build import address_of, build as build_copy
    from server.build.folder import NoBuild
    from server.database.engine import DatabaseUrlError
    from server.edition.rendering import RenderingFailed
    from server.viewer.bundle import BundleMissing

    settings = read_settings()
    try:
        with ProgressLine("build") as progress:
            written = build_copy(settings, output, progress.tell)
    except NoBuild as error:
        refuse(error.reason, error.value)
    except LayersError as error:
        refuse_layers(error)
    except BundleMissing as error:
        refuse("bundle", error)
    except DatabaseUrlError as error:
        refuse("database", error)
    except RenderingFailed as error:
        refuse("map_pages", error)
    except Unanswered as error:
        _fail("build_unanswered", error)
    except OSError as error:
        _fail("build_unwritten", f"{error.filename or output}: {error.strerror}")
    say(words.BUILT, folder=output, **written._asdict())
    if settings.base_url is None:
        say(words.BUILT_WITHOUT_ADDRESS, at=address_of(settings))


def _fail(reason: str, value: object) -> None:
    try:
        refuse(reason, value)
    except typer.Exit:
        raise typer.Exit(1) from None
