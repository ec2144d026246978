"""Layers that were renamed: links from before still lead to them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from layers.errors import DefinitionError
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from layers.schema.load import load_layer
from server.app import create_app
from server.settings import Settings


@pytest.fixture
def definitions(tmp_path: Path) -> Path:
    """The city with its sites' layer renamed."""
    folder = tmp_path / "definitions"
    folder.mkdir()
    shutil.copy(BUNDLED_DEFINITIONS / "city.toml", folder)
    said = (BUNDLED_DEFINITIONS / "emergency_sites.toml").read_text("utf-8")
    (folder / "sites.toml").write_text('previous_ids = ["emergency_sites"]\n' + said, "utf-8")
    return folder


def test_an_old_link_shows_the_layer_under_its_new_name(definitions: Path, tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path / "home",
        definitions=definitions,
        data=BUNDLED_DATA,
        base_url="https://map.example.jp",
    )
    client = TestClient(create_app(settings))
    old, new = "layers=emergency_sites", "layers=sites"
    assert client.get(f"/og.png?{old}").content == client.get(f"/og.png?{new}").content
    page = client.get(f"/?{old}&open=emergency_sites/1").text
    assert 'content="https://map.example.jp/og.png?layers=sites' in page


def test_a_former_id_is_an_id(definitions: Path) -> None:
    path = definitions / "sites.toml"
    path.write_text(path.read_text("utf-8").replace('"emergency_sites"]', '"Old Name"]'), "utf-8")
    with pytest.raises(DefinitionError, match="previous_ids"):
        load_layer(path)
