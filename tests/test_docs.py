"""The README does not lag behind the code."""

from __future__ import annotations

import re
from pathlib import Path

from server.cli import app
from server.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_is_in_the_table_and_no_other() -> None:
    documented = set(re.findall(r"`(BOSAI_[A-Z_]+)`", README.split("## Settings")[1]))
    assert documented == {f"BOSAI_{name}".upper() for name in Settings.model_fields}


def test_every_command_is_in_the_table() -> None:
    commands = {
        command.callback.__name__ for command in app.registered_commands if command.callback
    }
    assert commands == set(re.findall(r"^\| `bosai (\w+)", README, re.MULTILINE))


def test_every_file_it_names_is_there() -> None:
    named = re.findall(r"\]\(([^)#:]+)\)", README) + re.findall(
        r"`((?:layers|tests)/[^`<]+)`", README
    )
    assert [path for path in named if not (ROOT / path).exists()] == []
