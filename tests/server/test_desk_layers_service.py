"""The whole way of a version: published, served by every worker, rolled back, served again."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from server.cli import program
from server.database.engine import open_database
from server.database.schema import upgrade
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.layers.desk_layers import DeskLayers
from server.desk.layers.versions import Act
from tests.layers.city import SmallCity
from tests.server.killed.test_killed import kill_all
from tests.server.layer_service import (
    DEFINITION,
    POINTS,
    SOURCE,
    await_names,
    names_served,
    points_named,
    publish,
    settings_of,
)
from tests.service import running
from tests.visit import ask


@pytest.fixture
def city(tmp_path: Path) -> SmallCity:
    """A city whose folder declares the layer."""
    city = SmallCity(tmp_path)
    city.put("points.csv", points_named("フォルダ"))
    city.declare(POINTS, SOURCE)
    return city


def bosai(settings: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(program(), arguments, env=settings)


@pytest.mark.breadth
def test_a_version_is_published_and_rolled_back_by_two_workers(
    city: SmallCity, engine: Engine, database_url: str, tmp_path: Path
) -> None:
    settings, log = settings_of(city, database_url), tmp_path / "serve.log"
    desk = DeskLayers(engine)
    with running(settings, log, ("--workers", "2")) as started:
        await_names(started.address, "フォルダ")
        publish(engine, tmp_path, "一")
        await_names(started.address, "一")
        publish(engine, tmp_path, "二")
        await_names(started.address, "二")
        with engine.begin() as connection:
            desk.roll_back(connection, POINTS, 1, Act(COMMAND_LINE, "二はまちがいでした"))
        await_names(started.address, "一")
        ready = json.loads(ask(f"{started.address}/readyz"))
        assert (ready["status"], ready["set_aside"]) == ("ok", {POINTS: "points.toml"})
        at = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=6)
        publish(engine, tmp_path, "予約", at)
        assert names_served(started.address) == {"一"}
        kill_all(started)
    with running(settings, log, ("--workers", "2")) as started:
        await_names(started.address, "予約")
        assert datetime.datetime.now(datetime.UTC) >= at
        with engine.begin() as connection:
            desk.give_back(connection, POINTS, Act(COMMAND_LINE))
        await_names(started.address, "フォルダ")
    assert "Traceback" not in log.read_text()


def test_the_command_line_takes_layers_in_and_writes_them_out(
    city: SmallCity, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'bosai.sqlite'}"
    settings, folder, out = settings_of(city, url), tmp_path / "in", tmp_path / "out"
    (folder / "data" / POINTS).mkdir(parents=True)
    (folder / "data" / POINTS / "points.csv").write_text(points_named("フォルダ"))
    (before,) = json.loads(bosai(settings, "layers", "--json").stdout)
    assert before["owner"] == "folder"
    done = bosai(settings, "layers", "--import", str(folder))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "定義のファイル（.toml）がありません" in done.stderr
    (folder / "points.toml").write_text(DEFINITION + "order = x", encoding="utf-8")
    done = bosai(settings, "layers", "--import", str(folder))
    assert done.exit_code == 1
    assert "points.toml" in done.stderr
    (folder / "points.toml").write_text(DEFINITION.replace("points.csv", "a.csv"), "utf-8")
    done = bosai(settings, "layers", "--import", str(folder))
    assert done.exit_code == 2
    assert "source.path が「a.csv」です。" in done.stderr
    (folder / "points.toml").write_text(DEFINITION, encoding="utf-8")
    assert bosai(settings, "layers", "--import", str(folder)).exit_code == 0
    (after,) = json.loads(bosai(settings, "layers", "--json").stdout)
    assert after == {**before, "owner": "desk"}
    listed = bosai(settings, "layers").stdout.strip()
    assert listed.endswith("\tdesk")
    assert bosai(settings, "layers", "--export", str(out)).exit_code == 0
    assert (out / "points.toml").read_text("utf-8") == DEFINITION
    refused = bosai(settings, "layers", "--export", str(out))
    assert refused.exit_code == 2
    assert "空か、まだない" in refused.stderr
    again = bosai(settings, "layers", "--import", str(out))
    assert "同じものが公開中です" in again.stdout
    assert bosai(settings, "layers", "--import", str(out), "--json").exit_code == 2
    assert bosai(settings, "layers", "--import", str(tmp_path / "none")).exit_code == 1
    checked = json.loads(bosai(settings, "check", "--json").stdout)
    (points,) = (each for each in checked if each["layer"] == POINTS)
    (note,) = (each for each in points["problems"] if each["kind"] == "set_aside")
    assert (note["severity"], note["value"]) == ("note", "points.toml")
    (city.definitions / "points.toml").unlink()
    added = bosai(settings, "add", str(city.data / "points.csv"))
    assert added.exit_code != 0
    assert "「points」は担当者のページで管理しているので" in added.stderr
    assert not (city.definitions / "points.toml").exists()
    engine = open_database(url)
    upgrade(engine)
    publish(
        engine,
        tmp_path,
        "予約",
        datetime.datetime.now(datetime.UTC).replace(microsecond=0) + datetime.timedelta(days=1),
    )
    waiting = bosai(settings, "layers", "--import", str(out))
    assert waiting.exit_code == 2
    assert "公開の予約がある" in waiting.stderr
    engine.dispose()
