"""`bosai …`: exit status 0 is fine, 1 problems found, 2 wrong use.

`bosai serve` stays as the parent of the workers that answer: it loads nothing that they need.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from server import run
from server.console.command import app, command, option, settings as read_settings
from server.console.lines import run as run_commands


def main() -> None:
    """The console script."""
    run_commands(app if sys.argv[1:2] == ["serve"] else program())


def program() -> typer.Typer:
    """The program with every command, and all that reads data."""
    import server.alert_commands
    import server.build_commands
    import server.commands
    import server.desk_commands
    import server.operation_commands
    import server.portal_commands
    import server.report_commands
    import server.staff_commands  # noqa: F401 - which declare them

    return app


@command("serve")
def serve(
    host: Annotated[str | None, option("host")] = None,
    port: Annotated[int | None, option("port")] = None,
    workers: Annotated[int, option("workers", min=1)] = 1,
) -> None:
    """Run the service. Layers that are not prepared yet are prepared first."""
    settings = read_settings()
    run.serve(
        host or settings.host,
        port or settings.port,
        workers,
        settings.base_url,
        metrics=settings.metrics_token_file is not None,
    )
