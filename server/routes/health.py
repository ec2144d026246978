"""Whether the service lives, and what it can serve."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from layers.schema.folder import DEFINITION
from layers.store.failure import Trouble
from server.edition.edition import Served
from server.http.responses import NO_STORE, READ

LEAST_ROOM = 256 << 20  # bytes: with less, the next publication or the next mail may find none


def health_router(
    served: Served, database_problem: Callable[[], str | None], home: Path
) -> APIRouter:
    """`/healthz`: the process answers. `/readyz`: which layers are served, and which is not.

    What is served, but not as its files say, is under `not_updated`; `city` there is the city
    itself. Under `failing` is why the home cannot be written to, and the database not be used
    (`database_problem`): requests and alerts need it, the map does not. `disk` is the room that is
    left for `home`; `sources` since when a layer's `url` has not given or confirmed its data.
    `set_aside` are files of the operator's folder that do not count: the desk owns these layers.
    `differing` are files of it that are not, or of which the data is not, as on the host that
    publishes.
    """
    router = APIRouter()

    @router.api_route("/healthz", methods=READ)
    async def alive() -> Response:  # in the event loop: every thread may be taken
        return PlainTextResponse("ok\n", headers={"Cache-Control": NO_STORE})

    @router.api_route("/readyz", methods=READ)
    def ready() -> Response:
        catalog = served.now.catalog
        troubles = {layer.id: layer.trouble for layer in catalog.layers.values()}
        not_updated = {"city": catalog.trouble, **troubles}
        failing = {"home": _home(served), "database": database_problem()}
        free = _free(home)
        wanting = (
            not catalog.layers
            or catalog.unserved
            or any(not_updated.values())
            or any(failing.values())
            or (free is not None and free < LEAST_ROOM)
            or served.differing
        )
        document = {
            "status": "degraded" if wanting else "ok",
            "layers": {layer.id: layer.revision.id for layer in catalog.layers.values()},
            "not_served": {name: _problem(trouble) for name, trouble in catalog.unserved.items()},
            "not_updated": {
                name: _problem(trouble) for name, trouble in not_updated.items() if trouble
            },
            "failing": {name: why for name, why in failing.items() if why},
            "disk": _disk(free),
            "sources": {
                layer.id: _age(layer.fetched_at)
                for layer in catalog.layers.values()
                if layer.fetched_at is not None
            },
            "set_aside": {name: f"{name}{DEFINITION}" for name in sorted(catalog.set_aside)},
            "differing": sorted(served.differing),
        }
        status = 200 if catalog.layers else 503
        return JSONResponse(document, status, headers={"Cache-Control": NO_STORE})

    return router


def _home(served: Served) -> str | None:
    problem = served.home_problem
    return None if problem is None else str(problem)


def _free(home: Path) -> int | None:
    """Bytes; None of a home that cannot be looked at, which `failing` tells."""
    try:
        return shutil.disk_usage(home).free
    except OSError:
        return None


def _disk(free: int | None) -> dict[str, object]:
    """The room, in whole MB, and what is wrong with it."""
    if free is None:
        return {}
    problem = {"problem": f"less than {LEAST_ROOM >> 20} MB are left"} if free < LEAST_ROOM else {}
    return {"free_mb": free >> 20, **problem}


def _age(fetched_at: datetime.datetime) -> dict[str, object]:
    age = datetime.datetime.now(datetime.UTC) - fetched_at
    return {
        "confirmed": fetched_at.isoformat(timespec="seconds"),
        "age_seconds": int(age.total_seconds()),
    }


def _problem(trouble: Trouble) -> dict[str, str]:
    return {
        "since": trouble.since.isoformat(timespec="seconds"),
        "problem": trouble.detail,
        "problem_ja": trouble.problems[0].message("ja"),
    }
