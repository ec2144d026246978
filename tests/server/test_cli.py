"""The command line, run as a person runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from layers.definition import BUNDLED_DEFINITIONS

BOSAI = Path(sys.executable).with_name("bosai")


def bosai(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "BOSAI_HOME": str(home / "asaka"), **settings}
    return subprocess.run(
        [BOSAI, *arguments], check=False, capture_output=True, env=environment, timeout=120
    )


@pytest.mark.parametrize("command", [[], ["serve"], ["layers"], ["check"], ["export"]])
def test_every_command_explains_itself(home: Path, command: list[str]) -> None:
    done = bosai(home, *command, "--help")
    assert done.returncode == 0
    assert b"Usage: bosai" in done.stdout


def test_wrong_use_is_2(home: Path) -> None:
    for arguments in (["fly"], ["export"], ["export", "flood", "--all"], ["export", "--all"]):
        assert bosai(home, *arguments).returncode == 2
    unknown = bosai(home, "export", "nothing")
    assert (unknown.returncode, unknown.stdout) == (2, b"")
    assert b"no layer 'nothing'" in unknown.stderr
    assert bosai(home, "export", "flood", "--format", "docx").returncode == 2


def test_layers_are_listed(home: Path) -> None:
    listed = json.loads(bosai(home, "layers", "--json").stdout)
    assert {layer["id"]: layer["features"] for layer in listed}["emergency_sites"] == 42
    assert {"id", "title", "features", "revision", "date", "sample", "owner"} == set(listed[0])
    assert bosai(home, "layers").stdout.decode().count("\n") == len(listed)


def test_an_export_is_the_same_each_time(home: Path, tmp_path: Path) -> None:
    first = bosai(home, "export", "flood", "--format", "geojson").stdout
    second = bosai(home, "export", "flood", "-o", str(tmp_path / "flood.geojson"))
    assert second.returncode == 0
    assert (tmp_path / "flood.geojson").read_bytes() == first
    assert json.loads(first)["sample"] is True


def test_every_layer_is_exported_into_a_folder(home: Path, tmp_path: Path) -> None:
    assert bosai(home, "export", "--all", "-o", str(tmp_path / "out")).returncode == 0
    assert len(list((tmp_path / "out").glob("*.geojson"))) == 6


def test_the_data_that_ships_is_without_problems(home: Path) -> None:
    done = bosai(home, "check", "--json")
    assert done.returncode == 0
    reports = json.loads(done.stdout)
    assert {"path", "layer", "rows", "features", "problems"} <= set(reports[0])
    problems = [problem for report in reports for problem in report["problems"]]
    assert {problem["severity"] for problem in problems} == {"note"}
    assert sorted(problem["kind"] for problem in problems) == ["dbf_names_cut", "outside"]


def test_a_definition_is_checked_by_its_path(home: Path, tmp_path: Path) -> None:
    text = (BUNDLED_DEFINITIONS / "hydrants.toml").read_text(encoding="utf-8")
    path = tmp_path / "hydrants.toml"
    path.write_text(text.replace("fire_hydrant.csv", "gone.csv"), encoding="utf-8")
    done = bosai(home, "check", str(path), "--json")
    assert done.returncode == 1
    ((problem,),) = [report["problems"] for report in json.loads(done.stdout)]
    assert (problem["severity"], problem["column"]) == ("error", "source.path")
    assert bosai(home, "check", "nothing").returncode == 2


def test_start_up_names_file_key_value_and_what_was_wanted(home: Path, tmp_path: Path) -> None:
    city = (BUNDLED_DEFINITIONS / "city.toml").read_text(encoding="utf-8")
    (tmp_path / "city.toml").write_text(city.replace('code = "11227"', 'code = "x"'), "utf-8")
    done = bosai(home, "serve", BOSAI_DEFINITIONS=str(tmp_path))
    assert done.returncode == 2
    assert b"city.toml: code is 'x'; wanted" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("BOSAI_PORT", "http", "BOSAI_PORT is 'http'"),
        ("BOSAI_SAMPLES", "maybe", "BOSAI_SAMPLES is 'maybe'"),
        ("BOSAI_DATABASE_URL", "mysql://x", "mysql"),
    ],
)
def test_a_wrong_setting_is_named(home: Path, setting: str, value: str, said: str) -> None:
    done = bosai(home, "serve", "--port", "0", **{setting: value})
    assert done.returncode == 2
    assert said.encode() in done.stderr
    assert b"Traceback" not in done.stderr
