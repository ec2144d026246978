"""The READMEs do not lag behind the code."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from typer.main import get_command
from typer.testing import CliRunner

from layers.catalog.catalog import Catalog
from layers.exports.formats import FORMATS, NAMES
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from layers.schema.folder import CITY
from server.app import create_app
from server.cli import program
from server.settings import Settings
from tests.browser.copied import SERVED_ONLY
from tests.openid_provider import without_provider

PARAMETER = re.compile(r"\{\w+\}|(?<=/export\.)\w+$")  # an export's format is one
ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [
    "CONTRIBUTING.md",
    "README.ja.md",
    "README.md",
    "SECURITY.md",
    "data/README.md",
    "docs/api.ja.md",
    "docs/api.md",
    "layers/README.md",
    "server/README.md",
    "server/deploy/README.ja.md",
    "server/deploy/README.md",
    "tests/benchmarks/README.md",
]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
# A file or folder in backticks: a path of the repository, or below the document's own folder.
FILE = re.compile(r"`((?:[\w.-]+/)+(?:[\w-]+\.\w+)?|(?:layers|server|tests)/[\w./-]+|[\w-]+\.py)`")
ELSEWHERE = "/home/yamada/bosai"  # where the example of the Japanese README keeps its files


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def blocks(document: str, language: str = "") -> list[str]:
    """The fenced blocks of a language; those that name none are what a terminal shows."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text_of(document), re.MULTILINE | re.DOTALL)
    return [content for name, content in fenced if name == language]


def test_every_setting_is_in_the_table_and_no_other() -> None:
    documented = set(re.findall(r"`(BOSAI_[A-Z_]+)`", README.split("## Settings")[1]))
    assert documented == {f"BOSAI_{name}".upper() for name in Settings.model_fields}


def test_every_command_is_in_the_table() -> None:
    commands = set(get_command(program()).commands)  # type: ignore[attr-defined]
    assert commands == set(re.findall(r"^\| `bosai (\w+)", README, re.MULTILINE))


def test_every_command_about_accounts_is_in_the_table() -> None:
    commands = set(get_command(program()).commands["staff"].commands)  # type: ignore[attr-defined]
    assert commands == set(re.findall(r"^\| `bosai staff (\w+)", README, re.MULTILINE))


def test_every_command_about_alerts_is_in_the_table() -> None:
    commands = set(get_command(program()).commands["alert"].commands)  # type: ignore[attr-defined]
    assert commands == set(re.findall(r"`bosai alert (\w+)", README))


def test_every_export_format_is_in_the_table() -> None:
    section = README.split("### Exports")[1].split("### Paths")[0]
    cells = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    assert [name for cell in cells for name in re.findall(r"`(\w+)`", cell)] == [*NAMES]
    systems = re.findall(r"^\| `(\w+)`.*\| yes \|$", section, re.MULTILINE)
    assert systems == [each.name for each in FORMATS if each.any_crs]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_it_names_is_there(document: str) -> None:
    text, folder = text_of(document), (ROOT / document).parent
    links = [path for path in LINK.findall(text) if not (folder / path).exists()]
    files = FILE.findall(text)
    absent = [path for path in files if not ((folder / path).exists() or (ROOT / path).exists())]
    assert links + absent == []


def test_each_language_leads_to_the_other_in_its_first_line() -> None:
    first = {name: text_of(name).split("\n", 1)[0] for name in ("README.md", "README.ja.md")}
    assert "(README.ja.md)" in first["README.md"]
    assert "(README.md)" in first["README.ja.md"]


class Example:
    """A folder as the READMEs set it up, with their file in it, and what `bosai` prints there."""

    def __init__(self, folder: Path, document: str, name: str, encoding: str) -> None:
        self._folder = folder
        for source, kept in (
            (BUNDLED_DATA / "boundary.geojson", "data/boundary.geojson"),
            (BUNDLED_DATA / "towns.geojson", "data/towns.geojson"),
            (BUNDLED_DEFINITIONS / CITY, f"definitions/{CITY}"),
        ):
            (folder / kept).parent.mkdir(exist_ok=True)
            shutil.copyfile(source, folder / kept)
        (rows,) = blocks(document, "csv")
        self.file = folder / name
        self.file.write_text(rows, encoding=encoding, newline="\r\n")

    def write(self, example_definition: str, layer_id: str) -> None:
        """Put the example's words into the definition, line for line."""
        path = self._folder / f"definitions/{layer_id}.toml"
        text = path.read_text(encoding="utf-8")
        for line in example_definition.splitlines():
            key, equals, _ = line.partition(" = ")
            if equals:
                text = re.sub(rf"^{key} = .*$", line, text, count=1, flags=re.MULTILINE)
        path.write_text(text, encoding="utf-8")

    def bosai(self, *arguments: str) -> str:
        """What the command prints, with the example's folder in the place of this one."""
        names = ("definitions", "data", "home")
        settings = {f"BOSAI_{name.upper()}": str(self._folder / name) for name in names}
        printed = CliRunner().invoke(program(), arguments, env=settings).output
        return printed.replace(str(self._folder), ELSEWHERE)


def test_the_example_in_english_is_what_is_printed(tmp_path: Path) -> None:
    example = Example(tmp_path, "README.md", "wells.csv", "utf-8")
    assert example.bosai("check", str(example.file)) in blocks("README.md")


def test_the_example_in_japanese_is_what_is_printed(tmp_path: Path) -> None:
    example = Example(tmp_path, "README.ja.md", "消火器一覧.csv", "cp932")
    documented, (example_definition, *_) = blocks("README.ja.md"), blocks("README.ja.md", "toml")
    assert example.bosai("check", str(example.file)) in documented
    assert example.bosai("add", str(example.file), "--id", "town_extinguishers") in documented
    unfinished = example.bosai("check", "town_extinguishers")
    keys = ("group", "title", "description", "credit.attribution", "credit.licence")
    assert re.findall(r"［エラー］定義の「([\w.]+)」は", unfinished) == [*keys]
    example.write(example_definition, "town_extinguishers")
    assert example.bosai("check", "town_extinguishers") in documented


def test_every_address_is_in_a_table_and_no_other(
    asaka: Catalog, home: Path, tmp_path: Path
) -> None:
    assert asaka.layers
    token = tmp_path / "token"
    token.write_text("token\n")
    settings = {"home": home / "asaka", **without_provider(tmp_path), "metrics_token_file": token}
    routes = iter_route_contexts(create_app(Settings.model_validate(settings)).routes)
    served = {PARAMETER.sub("{}", route.path) for route in routes if route.path}
    assert documented_addresses(README) == served


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


def test_a_static_copy_lists_the_browser_tests_that_it_passes() -> None:
    text = (ROOT / "server" / "build" / "read_me.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"\btest_(\w+)\.py", text))
    assert listed == {"static_copy", *SERVED_ONLY}
    for file, served_only in SERVED_ONLY.items():
        source = (ROOT / "tests" / "browser" / f"test_{file}.py").read_text(encoding="utf-8")
        tests = set(re.findall(r"^def (test_\w+)", source, re.MULTILINE))
        assert served_only <= tests, file  # no name of a test that is no more
        assert re.search(r"\b(?:city_map|desktop_map): MapPage", source), file
