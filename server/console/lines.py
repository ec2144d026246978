"""Lines in Japanese, and below each in English; why a command is not run."""

from __future__ import annotations

import datetime
import sys
from typing import NoReturn

import typer
from pydantic import ValidationError

from layers.errors import ExplainedError
from layers.messages.message import LANGUAGES, Text
from layers.report import Problem
from server.texts import console as words

WRONG_USE = 2
SECRET = ("BOSAI_SMTP_URL", "BOSAI_WEBHOOK_URLS")  # settings whose value holds a password


def both(text: Text) -> str:
    """A text in both languages, in one line."""
    return f"{text['ja']} / {text['en']}"


def run(app: typer.Typer) -> NoReturn:
    """Run the command line, and exit with its status: without a command, with the help."""
    arguments = sys.argv[1:]
    try:
        status = app(arguments or ["--help"], prog_name="bosai", standalone_mode=False)
    except typer.TyperException as error:
        _refuse_line(error)
    except typer.Abort:
        _say_refusal(words.REFUSALS["aborted"])
        sys.exit(WRONG_USE)
    sys.exit(status if arguments else WRONG_USE)


def say(text: Text, *, indent: str = "", err: bool = False, **values: object) -> None:
    """Write a text in both languages."""
    typer.echo(f"{indent}{text['ja'].format(**values)}", err=err)
    typer.echo(f"{indent}  {text['en'].format(**values)}", err=err)


def explain(error: ExplainedError | Problem) -> None:
    """Write why something cannot be done."""
    japanese, english = (error.message(language) for language in LANGUAGES)
    say({"ja": "bosai: {ja}", "en": "{en}"}, err=True, ja=japanese, en=english)


def refuse(reason: str, value: object = "") -> NoReturn:
    """Write why a command is not run, and exit."""
    refuse_words(words.REFUSALS[reason], value)


def refuse_words(text: Text, value: object = "") -> NoReturn:
    """Write why a command is not run, in words of another's, and exit."""
    _say_refusal(text, value)
    raise typer.Exit(WRONG_USE)


def _say_refusal(text: Text, value: object = "") -> None:
    say({"ja": f"bosai: {text['ja']}", "en": text["en"]}, err=True, value=value)


def refuse_value(name: str, value: object, wanted: str, **limits: object) -> NoReturn:
    """Write which value of a setting or an option is wrong and what was wanted, and exit."""
    said: Text = {
        "ja": words.WANTED[wanted]["ja"].format(**limits),
        "en": words.WANTED[wanted]["en"].format(**limits),
    }
    japanese = words.WRONG_VALUE["ja"].format(name=name, value=value, wanted=said["ja"])
    english = words.WRONG_VALUE["en"].format(name=name, value=value, wanted=said["en"])
    say({"ja": "bosai: {ja}", "en": "{en}"}, err=True, ja=japanese, en=english)
    raise typer.Exit(WRONG_USE)


def refuse_setting(error: ValidationError) -> NoReturn:
    """Write which of the settings is wrong, and exit."""
    first = error.errors()[0]
    _refuse_invalid(f"BOSAI_{first['loc'][0]}".upper(), error)


def _refuse_invalid(name: str, error: ValidationError) -> NoReturn:
    first = error.errors()[0]
    wanted = first["type"] if first["type"] in words.WANTED else "other"
    limits = {name: str(limit) for name, limit in first.get("ctx", {}).items()}
    limits |= {"expected": limits.get("expected", "").replace(" or ", ", ")}
    value = "…" if name in SECRET else "" if first["input"] is None else first["input"]
    refuse_value(name, value, wanted, **limits)


def _refuse_line(error: typer.TyperException) -> NoReturn:
    """Write what is wrong with a command line, and how to learn the right one; exit."""
    line, cause = error.format_message(), error.__cause__
    try:
        if isinstance(error, typer.BadParameter) and isinstance(cause, ValidationError):
            _refuse_invalid(line.partition("'")[2].partition("'")[0], cause)
    except typer.Exit:
        sys.exit(WRONG_USE)
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "bosai"
    japanese = words.in_japanese(line) + words.HELP_HINT["ja"].format(command=command)
    english = f"{line} {words.HELP_HINT['en'].format(command=command)}"
    say({"ja": "bosai: {ja}", "en": "{en}"}, err=True, ja=japanese, en=english)
    sys.exit(WRONG_USE)


def parse_day(name: str, text: str) -> datetime.date:
    """A day of an option; another text is refused."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        refuse_value(name, text, "date")
