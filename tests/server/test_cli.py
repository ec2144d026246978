"""The command line: what each command writes, and how it ends."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest

from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from server.console import progress
from server.console.progress import ProgressLine
from server.texts import console as words
from tests import command_line
from tests.command_line import Done
from tests.layers.city import SmallCity

BOSAI = Path(sys.executable).with_name("bosai")


def bosai(home: Path, *arguments: str, **settings: str) -> Done:
    return command_line.bosai(arguments, {"BOSAI_HOME": str(home / "asaka"), **settings})


def started(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[bytes]:
    """The program as a person starts it."""
    environment = {**os.environ, "BOSAI_HOME": str(home / "asaka"), **settings}
    return subprocess.run(
        [BOSAI, *arguments], check=False, capture_output=True, env=environment, timeout=120
    )


# The program itself, and each of its commands that works on layers or requests.
NAMES = (
    "serve",
    "layers",
    "check",
    "add",
    "doctor",
    "backup",
    "restore",
    "export",
    "build",
    "publish",
    "requests",
    "answer",
)
COMMANDS = [[], *([name] for name in NAMES)]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(home: Path, command: list[str]) -> None:
    done = bosai(home, *command, "--help")
    assert done.returncode == 0
    assert b"Usage: bosai" in done.stdout


def test_a_process_of_its_own_ends_as_its_command_does(home: Path) -> None:
    done = started(home, "layers", "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == bosai(home, "layers", "--json").stdout
    wrong = started(home, "fly")
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    assert wrong.stderr == bosai(home, "fly").stderr
    assert started(home).returncode == bosai(home).returncode == 2


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


def test_an_archive_holds_no_sample_that_is_not_named(home: Path, tmp_path: Path) -> None:
    every, named = tmp_path / "all.zip", tmp_path / "some.zip"
    assert bosai(home, "export", "--all", "--format", "fgb", "-o", str(every)).returncode == 0
    assert bosai(home, "export", "flood", "hydrants", "-o", str(named)).returncode == 0
    names = [ZipFile(path).namelist() for path in (every, named)]
    assert names[0] == ["README.txt", "emergency_sites.fgb", "evacuation_shelters.fgb"]
    assert names[1] == ["README.txt", "flood.geojson", "hydrants.geojson"]


def test_an_export_is_in_the_reference_system_asked_for(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "hydrants.gpkg"
    wanted = ("export", "hydrants", "--crs", "EPSG:6677")
    assert bosai(home, *wanted, "--format", "gpkg", "-o", str(path)).returncode == 0
    with closing(sqlite3.connect(path)) as database:
        (system,) = database.execute("SELECT srs_id FROM gpkg_geometry_columns").fetchone()
    assert system == 6677
    refused = bosai(home, *wanted)
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert "crs に EPSG:6677 を選べる形式: gpkg, shp" in refused.stderr.decode()


def test_what_takes_long_tells_how_far_it_is_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = io.StringIO()
    monkeypatch.setattr(lines, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", lines)
    with ProgressLine("flood") as short:
        short.tell(1, 2)
    assert lines.getvalue() == ""
    monkeypatch.setattr(progress, "SILENT", 0.0)
    monkeypatch.setattr(progress, "PAUSE", 0.0)
    with ProgressLine("flood") as long:
        long.tell(1, 4)
        long.tell(4, 4)
    assert [part for part in lines.getvalue().split(progress.ERASE) if part] == [
        "flood: 25 %",
        "flood: 100 %",
    ]


def test_a_layer_that_cannot_be_exported_keeps_no_other_from_being_written(
    tmp_path: Path,
) -> None:
    city = SmallCity(tmp_path)
    where = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
    city.put("points.csv", "名称,緯度,経度\nあ,35.1,139.1\n")
    for layer_id in ("a", "b", "c"):
        city.declare(layer_id, where)
    city.declare("d", where.replace("points", "gone"))
    folder = tmp_path / "out"
    (folder / "b.geojson").mkdir(parents=True)  # in the way of the file
    done = bosai(
        city.home,
        *("export", "--all", "-o", str(folder)),
        BOSAI_DEFINITIONS=str(city.definitions),
        BOSAI_DATA=str(city.data),
        BOSAI_HOME=str(city.home),
    )
    assert done.returncode == 1
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == [
        "a.geojson",
        "c.geojson",
    ]
    said = done.stderr.decode()
    assert "レイヤー「b」を書き出せませんでした（フォルダです）" in said
    assert "not served: d: " in said
    assert "Traceback" not in said


def test_the_data_that_ships_is_without_problems(home: Path) -> None:
    done = bosai(home, "check", "--json")
    assert done.returncode == 0
    reports = json.loads(done.stdout)
    assert {"path", "layer", "rows", "features", "problems"} <= set(reports[0])
    problems = [problem for report in reports for problem in report["problems"]]
    assert {problem["severity"] for problem in problems} == {"note"}
    kinds = {problem["kind"] for problem in problems}
    how = {"dbf_names_cut", "encoding_bom", "encoding_declared", "encoding_utf8"}
    assert kinds == {*how, "outside", "near_outside"}


def test_a_definition_is_checked_by_its_path(home: Path, tmp_path: Path) -> None:
    text = (BUNDLED_DEFINITIONS / "hydrants.toml").read_text(encoding="utf-8")
    path = tmp_path / "hydrants.toml"
    path.write_text(text.replace("fire_hydrant.csv", "gone.csv"), encoding="utf-8")
    done = bosai(home, "check", str(path), "--json")
    assert done.returncode == 1
    ((problem,),) = [report["problems"] for report in json.loads(done.stdout)]
    assert (problem["severity"], problem["column"]) == ("error", "source.path")
    assert bosai(home, "check", "nothing").returncode == 2


PARKS = """{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"公園名": "一の公園", "広さ": 120},
  "geometry": {"type": "Point", "coordinates": [139.6, 35.8]}},
 {"type": "Feature", "properties": {"公園名": "位置のない公園", "広さ": 80}, "geometry": null}
]}"""


def own_definitions(folder: Path) -> Path:
    """A folder of definitions with the city in it and no layer."""
    folder.mkdir()
    (folder / "city.toml").write_bytes((BUNDLED_DEFINITIONS / "city.toml").read_bytes())
    return folder


def own_data(folder: Path) -> Path:
    """A data folder with the city's own files."""
    folder.mkdir()
    for name in ("boundary.geojson", "towns.geojson"):
        (folder / name).write_bytes((BUNDLED_DATA / name).read_bytes())
    return folder


def test_a_definition_is_written_for_a_data_file(home: Path, tmp_path: Path) -> None:
    definitions, data = own_definitions(tmp_path / "definitions"), own_data(tmp_path / "data")
    settings = {"BOSAI_DEFINITIONS": str(definitions), "BOSAI_DATA": str(data)}
    (tmp_path / "parks.geojson").write_text(PARKS, encoding="utf-8")
    done = bosai(home, "add", str(tmp_path / "parks.geojson"), **settings)
    assert done.returncode == 0
    said = done.stdout.decode()
    assert "定義を書きました" in said
    assert "bosai check parks" in said
    assert str(data / "parks.geojson") in said
    report = json.loads(bosai(home, "check", "parks", "--json", **settings).stdout)[0]
    assert (report["rows"], report["features"], report["rows_left_out"]) == (2, 1, 1)
    again = bosai(home, "add", str(data / "parks.geojson"), **settings)
    assert (again.returncode, again.stdout) == (2, b"")
    assert b"parks.toml: the definition exists already" in again.stderr
    other = bosai(home, "add", str(data / "parks.geojson"), "--id", "greens", **settings)
    assert other.returncode == 0
    assert (definitions / "greens.toml").is_file()


def test_a_data_file_is_checked_by_its_path(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "parks.geojson"
    path.write_text(PARKS, encoding="utf-8")
    done = bosai(home, "check", str(path), "--json")
    assert done.returncode == 1
    (report,) = json.loads(done.stdout)
    assert (report["path"], report["layer"]) == ("parks.geojson", "parks")
    assert (report["rows"], report["features"]) == (2, 1)
    assert [(one["kind"], one["row"]) for one in report["problems"]] == [("no_geometry", 2)]
    assert list(tmp_path.iterdir()) == [path]


def test_the_report_of_a_file_bears_its_name(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "公園の一覧.geojson"
    path.write_text(PARKS, encoding="utf-8")
    said = bosai(home, "check", str(path)).stdout.decode()
    assert said.startswith("レイヤー 公園の一覧（公園の一覧.geojson）: ")


def test_what_cannot_be_added_is_said(home: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.geojson").write_text("{", encoding="utf-8")
    definitions = str(own_definitions(tmp_path / "definitions"))
    for name, options, status, said in (
        ("gone.geojson", [], 2, b"there is no file"),
        ("broken.geojson", [], 1, b"broken.geojson"),
        ("broken.geojson", ["--id", "Parks"], 2, b"--id"),
    ):
        done = bosai(home, "add", str(tmp_path / name), *options, BOSAI_DEFINITIONS=definitions)
        assert (done.returncode, done.stdout) == (status, b"")
        assert said in done.stderr
        assert b"Traceback" not in done.stderr


def test_start_up_names_file_key_value_and_what_was_wanted(home: Path, tmp_path: Path) -> None:
    city = (BUNDLED_DEFINITIONS / "city.toml").read_text(encoding="utf-8")
    (tmp_path / "city.toml").write_text(city.replace('code = "11227"', 'code = "x"'), "utf-8")
    done = started(home, "serve", BOSAI_DEFINITIONS=str(tmp_path))
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
    done = started(home, "serve", "--port", "0", **{setting: value})
    assert done.returncode == 2
    assert said.encode() in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_check_says_what_differs_from_what_is_published_and_changes_nothing(
    tmp_path: Path,
) -> None:
    city = SmallCity(tmp_path)
    rows = "番号,名称,緯度,経度\n1,あ,35.1,139.1\n2,い,35.1,139.11\n3,う,35.1,139.12\n"
    city.put("points.csv", rows)
    where = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
    city.declare("points", f'{where}\nid = "番号"')
    settings = {
        "BOSAI_DEFINITIONS": str(city.definitions),
        "BOSAI_DATA": str(city.data),
        "BOSAI_HOME": str(city.home),
    }
    first = bosai(tmp_path, "check", "points", "--json", **settings)
    assert json.loads(first.stdout)[0]["difference"] is None
    assert not city.home.exists()
    published = city.open().layer("points").revision.id
    rows = rows.replace("あ", "ああ").replace("35.1,139.11", "35.1001,139.11")
    city.put("points.csv", rows.replace("3,う", "4,う") + "5,え,35.1,139.13\n")
    before = {path: path.stat().st_mtime_ns for path in city.home.rglob("*")}
    said = bosai(tmp_path, "check", "points", **settings).stdout.decode()
    assert "追加 2、削除 1、移動 1（最大 11 m）、内容の変更 1" in said
    assert "2 added, 1 removed, 1 moved (by up to 11 m), 1 with other values" in said
    assert "2: 移動 / moved: 11 m" in said
    assert '1: name: "あ" → "ああ"' in said
    (report,) = json.loads(bosai(tmp_path, "check", "points", "--json", **settings).stdout)
    assert report["difference"] == {
        "revision": published,
        "added": 2,
        "removed": 1,
        "moved_count": 1,
        "most_metres": 11.09,
        "changed_count": 1,
        "moved": [{"id": 2, "metres": 11.09}],
        "changed": [{"id": 1, "field": "name", "before": "あ", "after": "ああ"}],
    }
    assert {path: path.stat().st_mtime_ns for path in city.home.rglob("*")} == before


def test_a_layer_that_fell_is_let_in_by_its_name(tmp_path: Path) -> None:
    city = SmallCity(tmp_path)
    lines = [f"{number},35.1,139.1" for number in range(40)]
    where = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
    city.put("points.csv", "\n".join(["名称,緯度,経度", *lines]))
    city.declare("points", where)
    city.open()
    city.put("points.csv", "\n".join(["名称,緯度,経度", *lines[:10]]))
    settings = {
        "BOSAI_DEFINITIONS": str(city.definitions),
        "BOSAI_DATA": str(city.data),
        "BOSAI_HOME": str(city.home),
    }
    refused = bosai(tmp_path, "check", "points", **settings)
    assert refused.returncode == 1
    assert "前の版の40行から10行に" in refused.stdout.decode()
    assert bosai(tmp_path, "check", "--accept", **settings).returncode == 2
    accepted = bosai(tmp_path, "check", "--accept", "points", **settings)
    assert "この内容を受け入れました" in accepted.stdout.decode()
    assert city.open().layer("points").feature_count == 10


def test_serving_without_map_pages_is_refused_with_the_reason(tmp_path: Path) -> None:
    city = SmallCity(tmp_path)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "folium.py").write_text('raise ImportError("no Folium here")', encoding="utf-8")
    done = started(
        tmp_path,
        "serve",
        BOSAI_HOME=str(city.home),
        BOSAI_DEFINITIONS=str(city.definitions),
        BOSAI_DATA=str(city.data),
        PYTHONPATH=os.pathsep.join([str(broken), os.environ.get("PYTHONPATH", "")]),
    )
    assert done.returncode == 2
    assert "the map pages: ImportError: no Folium here" in done.stderr.decode()


JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_whole_and_in_both_languages(home: Path, command: list[str]) -> None:
    page = bosai(home, *command, "--help").stdout.decode()
    for text in (words.COMMANDS[command[0]] if command else words.ABOUT, words.OPTIONS["help"]):
        assert text["ja"].replace(" ", "") in re.sub(r"[\s│]", "", page)
        assert text["en"] in " ".join(page.replace("│", " ").split())
    assert "…" not in page  # nothing is cut off


@pytest.mark.parametrize(
    ("arguments", "japanese", "english"),
    [
        (["fly"], "「fly」というコマンドはありません。", "No such command 'fly'."),
        (["add"], "「PATH」が書かれていません。", "Missing argument 'PATH'."),
        (["add", "a", "b"], "「b」が余分です。", "unexpected extra argument"),
        (["add", "--fo"], "「--fo」というオプションはありません。", "No such option: --fo"),
        (["add", "a", "--id"], "オプション「--id」の後に値がありません。", "requires an argument"),
        (["check", "--json=1"], "オプション「--json」に値は書けません。", "does not take a value"),
        (["serve", "--port", "x"], "--port が「x」です。整数を", "--port is 'x'; wanted a whole"),
        (["serve", "--workers", "0"], "--workers が「0」です。1 以上に", "wanted at least 1"),
        (["add", "nai.csv"], "ファイル「nai.csv」がありません。", "there is no file nai.csv"),
        (["export"], "--all を書いてください。", "name layers, or --all with -o DIR"),
        (["check", "nai"], "「nai」というレイヤーもファイルもありません。", "no layer 'nai'"),
    ],
)
def test_wrong_use_is_explained_in_both_languages(
    home: Path, arguments: list[str], japanese: str, english: str
) -> None:
    run = started if arguments[0] == "serve" else bosai
    done = run(home, *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    said = done.stderr.decode()
    assert said.startswith("bosai: ")
    assert japanese in said
    assert english in said


def test_a_day_that_is_none_is_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "parks.geojson").write_text(PARKS, encoding="utf-8")
    done = bosai(home, "add", str(tmp_path / "parks.geojson"), "--date", "4月1日")
    assert done.returncode == 2
    assert "--date が「4月1日」です。2026-04-01 のように書いてください。" in done.stderr.decode()


@pytest.mark.parametrize(
    ("setting", "value", "wanted"),
    [
        ("BOSAI_PORT", "abc", "整数を書いてください。"),
        ("BOSAI_SAMPLES", "maybe", "次のどれかを書いてください: 'on', 'off'"),
        ("BOSAI_BASE_URL", "map.jp", "https:// からアドレスを書いてください。"),
        ("BOSAI_BASE_URL", "https://city.jp/map", "地図だけのホスト名を用意してください。"),
        ("BOSAI_TRUSTED_PROXIES", "proxy", "プロキシの IP アドレスか、その範囲を書いてください"),
        ("BOSAI_EMBED_ORIGINS", "a/b", "パスのないアドレスを書いてください。"),
    ],
)
def test_a_wrong_setting_says_what_was_wanted(
    home: Path, setting: str, value: str, wanted: str
) -> None:
    said = bosai(home, "layers", **{setting: value}).stderr.decode()
    assert wanted in said
    assert f"{setting} is " in said


def test_one_command_makes_a_layer_that_check_has_nothing_against(
    home: Path, tmp_path: Path
) -> None:
    definitions, data = own_definitions(tmp_path / "definitions"), own_data(tmp_path / "data")
    settings = {"BOSAI_DEFINITIONS": str(definitions), "BOSAI_DATA": str(data)}
    path = tmp_path / "stores.csv"
    path.write_text("名称,緯度,経度\n本町の倉庫,35.7974,139.5937\n", encoding="utf-8")
    answers = ["--title", "防災倉庫", "--group", "fire", "--credit", "朝霞市"]
    done = bosai(home, "add", str(path), *answers, "--licence", "CC BY 4.0", **settings)
    assert done.returncode == 0
    assert "書いてください" not in done.stdout.decode()
    report = bosai(home, "check", "stores", **settings)
    findings = json.loads(bosai(home, "check", "stores", "--json", **settings).stdout)
    kinds = [p["kind"] for r in findings for p in r["problems"] if p["severity"] != "note"]
    assert kinds == ["languages_missing"]  # three of six are asked for
    first, second = report.stdout.decode().splitlines()[:2]
    assert first.startswith("レイヤー stores（stores.csv）: 1行のうち1件を地図に載せられます。")
    assert "1 of 1 rows can be shown on the map" in second


def test_name_and_group_are_asked_for_at_a_terminal(tmp_path: Path) -> None:
    definitions, data = own_definitions(tmp_path / "definitions"), own_data(tmp_path / "data")
    path = tmp_path / "防災倉庫.geojson"
    path.write_text(PARKS, encoding="utf-8")
    environment = {
        **os.environ,
        "BOSAI_HOME": str(tmp_path / "home"),
        "BOSAI_DEFINITIONS": str(definitions),
        "BOSAI_DATA": str(data),
    }
    terminal, program = pty.openpty()
    command = [str(BOSAI), "add", str(path), "--id", "stores"]
    with subprocess.Popen(
        command, stdin=program, stdout=program, stderr=program, env=environment
    ) as running:
        os.close(program)
        said = until(terminal, "日本語")
        os.write(terminal, "防災倉庫\n".encode())
        said += until(terminal, "見出しの番号")
        assert "災害" not in said.split("防災倉庫")[-1]  # a danger says more of itself
        os.write(terminal, b"9\n")  # there is none of this number: it is asked again
        until(terminal, "見出しの番号")
        os.write(terminal, b"2\n")
        assert running.wait(120) == 0
    os.close(terminal)
    definition = tomllib.loads((definitions / "stores.toml").read_text("utf-8"))
    assert (definition["title"]["ja"], definition["group"]) == ("防災倉庫", "fire")


def until(terminal: int, text: str) -> str:
    """What a program writes to its terminal, up to a text."""
    content = b""
    while text.encode() not in content:
        content += os.read(terminal, 4096)
    return content.decode()


def test_what_is_not_served_at_the_start_is_said_in_both_languages(tmp_path: Path) -> None:
    city = SmallCity(tmp_path)
    (city.definitions / "bad.toml").write_text("title = { a = 1", encoding="utf-8")
    said = bosai(
        tmp_path,
        "layers",
        BOSAI_HOME=str(city.home),
        BOSAI_DEFINITIONS=str(city.definitions),
        BOSAI_DATA=str(city.data),
    ).stderr.decode()
    assert "公開していません: bad: bad.toml：定義のファイルの書き方（TOML）に誤りがあります" in said
    assert "not served: bad: bad.toml: The definition is no TOML" in said
    for line in said.splitlines():
        if line.lstrip() == line:  # not the English below a line
            assert JAPANESE.search(line), line
