"""How a command is declared: its words are in `server.texts.console`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer
from pydantic import ValidationError

from server.console.help import Command, Commands, help_text
from server.console.lines import refuse_setting
from server.settings import Settings
from server.texts import console as words

app = typer.Typer(add_completion=False, cls=Commands, help=help_text(words.ABOUT))


@app.callback()
def _named() -> None:
    # With one command declared, it would be the program itself, and not be named.
    pass


def group(name: str) -> typer.Typer:
    """Commands of one subject: `bosai NAME …`."""
    text = words.COMMANDS[name]
    own = typer.Typer(cls=Commands, help=help_text(text), short_help=help_text(text, between="\n"))
    app.add_typer(own, name=name)
    return own


def command(
    name: str, parent: typer.Typer = app
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a command of a function, of the program's or of a group's."""
    text = words.COMMANDS[name]
    return parent.command(
        name.rpartition(" ")[2],
        cls=Command,
        help=help_text(text),
        short_help=help_text(text, between="\n"),
    )


def option(name: str, *flags: str, **values: Any) -> Any:
    """An option of a command."""
    return typer.Option(*flags, help=help_text(words.OPTIONS[name]), **values)


def settings() -> Settings:
    """The settings of the environment; a wrong one is refused."""
    try:
        return Settings()
    except ValidationError as error:
        refuse_setting(error)
