"""What `bosai add` asks at a terminal, and what it says it did."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import typer

from layers.draft.add import Added
from layers.draft.groups import choices, group_by_name
from layers.messages.message import Text
from layers.process.job import Answers
from layers.schema.city import CityDefinition
from server.console.lines import both, say
from server.texts import console as words


def asked(answers: Answers, path: Path, city: CityDefinition) -> Answers:
    """The answers, with those to questions at the terminal: the name, and the heading."""
    ask = partial(typer.prompt, default="", show_default=False)
    title, group = answers.title, answers.group
    if title is None:
        title = ask(both(words.ASK_TITLE)).strip() or None
    if group is None:
        groups, near = choices(city), group_by_name(path.name, city)
        for number, one in enumerate(groups, 1):
            mark = " ←" if one == near else ""
            typer.echo(f"  {number}. {one.title['ja']} / {one.title['en']} ({one.id}){mark}")
        numbers: dict[str, str | None] = {
            str(number): one.id for number, one in enumerate(groups, 1)
        }
        numbers |= {one.id: one.id for one in groups} | {"": None}
        while (answer := ask(both(words.ASK_GROUP)).strip()) not in numbers:
            pass
        group = numbers[answer]
    return answers.model_copy(update={"title": title, "group": group})


def say_added(added: Added) -> None:
    """What was written, and what the officer does next."""
    if added.copied is not None:
        say(words.COPIED, path=added.copied)
    for definition in added.definitions:
        say(words.DRAFTED, path=definition)
    say(words.NEXT)
    layer = " ".join(definition.stem for definition in added.definitions)
    steps = ["write", "check", "serve"] if added.unwritten else ["check", "serve"]
    for number, step in enumerate(steps, 1):
        text = words.STEPS[step]
        numbered: Text = {"ja": f"{number}. {text['ja']}", "en": f"   {text['en']}"}
        say(numbered, indent="  ", layer=layer, keys=", ".join(added.unwritten))
