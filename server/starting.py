"""A worker's start: what is served at once, and what cannot be, in words."""

from __future__ import annotations

from typing import NoReturn

import typer
from fastapi import FastAPI

from layers.errors import ExplainedError, LayersError
from layers.report import Problem
from layers.store.failure import place_of
from server.app import create_app, publisher_of
from server.console.lines import WRONG_USE, explain, refuse
from server.console.report import say_outdated, say_unserved
from server.database.engine import DatabaseUrlError
from server.edition.rendering import RenderingFailed
from server.settings import Settings
from server.viewer.bundle import BundleMissing


def start() -> FastAPI:
    """The service with the settings of the environment.

    Says what of it is not served, if this process is the one that publishes. Raises `typer.Exit`
    with the status of the command where nothing can be served, having said why.
    """
    settings = Settings()
    try:
        publisher = publisher_of(settings)
        app = create_app(settings, publisher)
    except LayersError as error:
        _refuse(error, settings)
    except BundleMissing as error:
        refuse("bundle", error)
    except DatabaseUrlError as error:
        refuse("database", error)
    except RenderingFailed as error:
        refuse("map_pages", error)
    if publisher.published_first:
        catalog = app.state.served.now.catalog
        say_unserved(catalog)
        say_outdated(catalog)
    return app


def _refuse(error: LayersError, settings: Settings) -> NoReturn:
    problem = error if isinstance(error, ExplainedError) else Problem.of(error)
    if problem.kind == "file_system":
        cause = error.__cause__ or error.__context__
        place = place_of(cause) if isinstance(cause, OSError) else None
        why = f"{(place or settings.home).absolute()}: {problem.detail}"
        refuse("file_system", why)
    explain(problem)
    raise typer.Exit(WRONG_USE)
