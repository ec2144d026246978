"""The desk's layers as files: the same comes out, and in, again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from layers.errors import DefinitionError
from layers.schema.city import CityDefinition
from layers.schema.load import load_city
from server.database.engine import open_database
from server.database.schema import upgrade
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.errors import DeskError, InvalidVersion
from server.desk.layers.desk_layers import DeskLayers
from server.desk.layers.exchange import export_layers, import_layers, read_folder
from tests.layers.city import CITY
from tests.server.desk.layers.versions import definition


@pytest.fixture
def city(tmp_path: Path) -> CityDefinition:
    path = tmp_path / "city.toml"
    path.write_text(CITY, encoding="utf-8")
    return load_city(path)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Engine]:
    """The database of another service."""
    engine = open_database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two layers."""
    folder = tmp_path / "layers"
    for layer_id in ("hydrants", "wells"):
        (folder / "data" / layer_id).mkdir(parents=True)
        (folder / f"{layer_id}.toml").write_text(definition("水のある所"), encoding="utf-8")
        (folder / "data" / layer_id / "hydrants.csv").write_text(f"{layer_id}\n")
    (folder / "data" / "wells" / "hydrants.csv").write_bytes(b"x" * 2_500_000)
    return folder


def taken_in(engine: Engine, folder: Path, city: CityDefinition) -> dict[str, int | None]:
    desk = DeskLayers(engine)
    return import_layers(engine, desk, read_folder(folder, city), COMMAND_LINE)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_is_exported_is_imported_as_it_was(
    engine: Engine, other: Engine, folder: Path, city: CityDefinition, tmp_path: Path
) -> None:
    assert taken_in(engine, folder, city) == {"hydrants": 1, "wells": 1}
    exported = tmp_path / "out" / "layers"
    versions = export_layers(DeskLayers(engine), exported)
    assert [version.kind for version in versions] == ["imported"] * 2
    assert tree(exported) == tree(folder)
    assert taken_in(engine, exported, city) == {"hydrants": None, "wells": None}
    (exported / "data" / "wells" / "hydrants.csv").write_bytes(b"y")
    assert taken_in(engine, exported, city) == {"hydrants": None, "wells": 2}
    assert taken_in(other, exported, city) == {"hydrants": 1, "wells": 1}
    assert DeskLayers(other).current()["wells"].files == DeskLayers(engine).current()["wells"].files


def test_nothing_is_exported_over_files(
    engine: Engine, folder: Path, city: CityDefinition, tmp_path: Path
) -> None:
    taken_in(engine, folder, city)
    before = tree(folder)
    with pytest.raises(FileExistsError):
        export_layers(DeskLayers(engine), folder)
    assert tree(folder) == before
    (tmp_path / "empty").mkdir()
    export_layers(DeskLayers(engine), tmp_path / "empty")
    assert tree(tmp_path / "empty") == before


def without_data(folder: Path) -> None:
    (folder / "data" / "wells" / "hydrants.csv").unlink()


def linked(folder: Path) -> None:
    (folder / "data" / "wells" / "more.csv").symlink_to("/etc/hostname")


def hidden(folder: Path) -> None:
    (folder / "data" / "wells" / ".more").touch()


@pytest.mark.parametrize("harm", [without_data, linked, hidden])
def test_one_wrong_layer_keeps_all_from_being_taken_in(
    engine: Engine, folder: Path, city: CityDefinition, harm: object
) -> None:
    assert callable(harm)
    harm(folder)
    with pytest.raises(InvalidVersion):
        taken_in(engine, folder, city)
    assert DeskLayers(engine).current() == {}


@pytest.mark.parametrize("text", ["title =", definition("井戸").replace('"fire"', '"none"')])
def test_a_wrong_definition_is_named(
    engine: Engine, folder: Path, city: CityDefinition, text: str
) -> None:
    (folder / "wells.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"wells\.toml"):
        taken_in(engine, folder, city)
    assert DeskLayers(engine).current() == {}


def test_what_cannot_be_read_is_an_error_of_its_own(
    engine: Engine, folder: Path, city: CityDefinition
) -> None:
    (folder / "data" / "wells" / "hydrants.csv").unlink()
    (folder / "data" / "wells" / "hydrants.csv").mkdir()
    with pytest.raises(DeskError):
        taken_in(engine, folder, city)
