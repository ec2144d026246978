"""Definitions written for the version before are read, and `bosai check` names the new keys."""

from __future__ import annotations

from layers.schema.load import load_city, load_layer
from tests.layers.city import SmallCity, check_reports

SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"'
OLD = (
    'shown = true\ncrowded = 7\nformerly = ["spots"]\n'
    'hazard = "洪水"\nscenario = "実績"\ncoverage = "unknown"'
)


def old_city(city: SmallCity) -> SmallCity:
    city.put("points.csv", "名称,緯度,経度\nあ,35.1,139.1\n")
    city.declare("points", SOURCE + '\nwithin = "boundary"', top=OLD)
    path = city.definitions / "city.toml"
    preset = '\n[[views]]\nid = "all"\ntitle = { ja = "全部", en = "All" }\nlayers = ["points"]\n'
    path.write_text(path.read_text("utf-8") + preset, "utf-8")
    return city


def test_the_old_spelling_of_every_key_is_read(city: SmallCity) -> None:
    old_city(city)
    definition = load_layer(city.definitions / "points.toml")
    assert definition.default_visible
    assert definition.cluster_threshold == 7
    assert definition.previous_ids == ("spots",)
    assert definition.surveyed_extent == "unknown"
    assert definition.source.clip_to == "boundary"
    assert [preset.id for preset in load_city(city.definitions / "city.toml").presets] == ["all"]


def test_a_check_warns_of_each_and_names_the_new_key(city: SmallCity) -> None:
    of_the_city, of_the_layer = check_reports(old_city(city).definitions, city.data)
    renamed = {
        problem.column: (problem.severity, problem.detail)
        for report in (of_the_city, of_the_layer)
        for problem in report.problems
        if problem.kind == "key_renamed"
    }
    assert renamed == {
        "views": ("warning", "presets"),
        "shown": ("warning", "default_visible"),
        "crowded": ("warning", "cluster_threshold"),
        "formerly": ("warning", "previous_ids"),
        "coverage": ("warning", "surveyed_extent"),
        "source.within": ("warning", "source.clip_to"),
    }
    (message,) = {problem.message("ja") for problem in of_the_city.problems}
    assert message == "定義の項目「views」は、名前が「presets」に変わりました。"
