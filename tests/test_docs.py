"""The README does not lag behind the code."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi.routing import iter_route_contexts

from layers.catalog.catalog import Catalog
from server.app import create_app
from server.cli import app
from server.settings import Settings

PARAMETER = re.compile(r"\{\w+\}|(?<=/export\.)\w+$")  # an export's format is one
# What only the service's own pages lead to, under names or keys that they hold.
OWN_ADDRESSES = {"/map.{}.js", "/base.geojson", "/static/{}", "/requests/{}"}
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


def test_every_address_is_in_a_table_and_no_other(asaka: Catalog, home: Path) -> None:
    assert asaka.layers
    routes = iter_route_contexts(create_app(Settings(home=home / "asaka")).routes)
    served = {PARAMETER.sub("{}", route.path) for route in routes if route.path}
    assert served > OWN_ADDRESSES
    assert documented_addresses(README) == served - OWN_ADDRESSES


def test_addresses_are_read_from_first_columns_with_groups_expanded() -> None:
    tables = """
| `/a` and more, `/b/{id}?q=[&f=]` | is not `/this` |
| `/c/{x}.{one,two}[?v=]`, `/d.png`, `….svg` | |
| what | `/neither` |
"""
    addresses = {"/a", "/b/{}", "/c/{}.one", "/c/{}.two", "/d.png", "/d.svg"}
    assert documented_addresses(tables) == addresses


def documented_addresses(text: str) -> set[str]:
    """The paths in the first columns of tables, groups expanded, parameters without their names.

    `….svg` is the path before it with another ending.
    """
    addresses: list[str] = []
    for cell in re.findall(r"^\|([^|]*)\|", text, re.MULTILINE):
        for ending, path in re.findall(r"`(?:…(\.\w+)|(/[^`?\[]*))", cell):
            if ending:
                addresses.append(addresses[-1].rpartition(".")[0] + ending)
            else:
                addresses += expanded(path)
    return {PARAMETER.sub("{}", address) for address in addresses}


def expanded(path: str) -> list[str]:
    """The paths that one with groups `{a,b}` stands for."""
    group = re.search(r"\{(\w+(?:,\w+)+)\}", path)
    if group is None:
        return [path]
    before, after = path[: group.start()], path[group.end() :]
    choices = group[1].split(",")
    return [address for choice in choices for address in expanded(before + choice + after)]


def test_every_file_it_names_is_there() -> None:
    named = re.findall(r"\]\(([^)#:]+)\)", README) + re.findall(
        r"`((?:layers|tests)/[^`<]+)`", README
    )
    assert [path for path in named if not (ROOT / path).exists()] == []
