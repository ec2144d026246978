"""Help in both languages. What sets it in a terminal is loaded only where help is asked for."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand, TyperGroup

from layers.messages.message import Text
from server.texts import console as words


class Command(TyperCommand):
    """A command whose help is in both languages."""

    def get_usage(self, ctx: Any) -> str:
        """The line of the command's form."""
        return words.USAGE + super().get_usage(ctx)

    def get_help_option(self, ctx: Any) -> Any:
        """The option `--help`."""
        return _explained(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        _name_parts()
        super().format_help(ctx, formatter)


class Commands(TyperGroup):
    """The program, as `Command` explains itself."""

    def get_usage(self, ctx: Any) -> str:
        """The line of the program's form."""
        return words.USAGE + super().get_usage(ctx)

    def get_help_option(self, ctx: Any) -> Any:
        """The option `--help`."""
        return _explained(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        _name_parts()
        super().format_help(ctx, formatter)


def help_text(text: Text, between: str = "\n\n", **values: str) -> str:
    """A text for help pages: their lines break at spaces only, and what is longer is cut off."""
    japanese = re.sub("[、。]", r"\g<0> ", text["ja"])
    return f"{japanese}{between}{text['en']}".format(**values)


def _explained(option: Any) -> Any:
    if option is not None:
        option.help = help_text(words.OPTIONS["help"])
    return option


def _name_parts() -> None:
    from typer import rich_utils  # takes 60 ms and some 5 MB, in each worker too

    for name, title in words.HELP_PARTS.items():
        setattr(rich_utils, name, f"{title['ja']} / {title['en']}")
