"""`bosai build`: the whole map as files, for any static web server or object storage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from layers.errors import LayersError
from server.console.catalog import refuse_layers
from server.console.command import command, option, settings as read_settings
from server.console.lines import refuse, refuse_value, say
from server.console.progress import ProgressLine
from server.texts import console as words

if TYPE_CHECKING:
    from server.build.bucket import Target

COPY = "copy"  # in the home: of what is uploaded, so that the next build knows what changed


@command("build")
def build(
    output: Annotated[Path | None, option("build", "-o", metavar="DIR")] = None,
    to: Annotated[str | None, option("build_to", "--to", metavar="URL")] = None,
    scheduler: Annotated[str | None, option("scheduler", "--scheduler", metavar="URL")] = None,
) -> None:
    """Write the whole map as files that any static web server can serve."""
    # Here: every other command starts without the service.
    from server.build.asking import Unanswered
    from server.build.bucket import NoUpload, Target
    from server.build.build import address_of, build as build_copy
    from server.build.cutting import NoScheduler
    from server.build.folder import NoBuild
    from server.database.engine import DatabaseUrlError
    from server.edition.rendering import RenderingFailed
    from server.viewer.bundle import BundleMissing

    settings = read_settings()
    if output is None and to is None:
        refuse("build_where")
    try:
        target = None if to is None else Target.of(to)
    except ValueError:
        refuse_value("--to", to, "bucket")
    folder = output or settings.home / COPY
    try:
        with ProgressLine("build") as progress:
            written = build_copy(settings, folder, progress.tell, scheduler=scheduler)
        say(words.BUILT, folder=folder, **written._asdict())
        if target is not None:
            _upload(folder, target)
    except NoBuild as error:
        refuse(error.reason, error.value)
    except (NoUpload, NoScheduler) as error:
        (_fail if error.may_pass else refuse)(error.reason, error.value)
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
        _fail("build_unwritten", f"{error.filename or folder}: {error.strerror}")
    if settings.base_url is None:
        say(words.BUILT_WITHOUT_ADDRESS, at=address_of(settings))


def _upload(folder: Path, target: Target) -> None:
    from server.build.bucket import upload

    with ProgressLine("upload") as progress:
        uploaded = upload(folder, target, progress.tell)
    say(words.UPLOADED, target=target, **uploaded._asdict())


def _fail(reason: str, value: object) -> None:
    try:
        refuse(reason, value)
    except typer.Exit:
        raise typer.Exit(1) from None
