"""The base map is prepared once, file by file: a wrong file is blamed itself."""

from __future__ import annotations

import json

from layers.publish.base_map import publish_base
from layers.schema.load import load_city
from layers.store.folder import FolderStore
from tests.layers.city import SmallCity, check_reports, feature_collection
from tests.sandbox import SANDBOX

ENTRY = """
[[base]]
path = "{path}"
kind = "{kind}"
[base.credit]
attribution = {{ ja = "見本", en = "sample" }}
licence = {{ ja = "CC0", en = "CC0" }}
"""
RIVER: dict[str, object] = {"type": "LineString", "coordinates": [[139.0, 35.1], [139.2, 35.1]]}


def declare(city: SmallCity, **kinds: str) -> None:
    path = city.definitions / "city.toml"
    entries = [ENTRY.format(path=f"{name}.geojson", kind=kind) for name, kind in kinds.items()]
    path.write_text(path.read_text("utf-8") + "".join(entries), "utf-8")


def test_the_map_stays_with_what_is_right(city: SmallCity) -> None:
    declare(city, rivers="river", rails="rail", roads="road")
    city.put("rivers.geojson", feature_collection((RIVER, {"name": "川"})))
    city.put("rails.geojson", "{")
    catalog = city.open()
    assert [(each.kind, each.name) for each in catalog.base.features] == [("river", "川")]
    assert catalog.trouble is not None
    files = {problem.file: problem.kind for problem in catalog.trouble.problems}
    assert files == {"rails.geojson": files["rails.geojson"], "roads.geojson": "no_source"}
    city.put("rails.geojson", feature_collection((RIVER, {"name": "線"})))
    city.put("roads.geojson", feature_collection((RIVER, {"name": "道"})))
    mended = city.open()
    assert mended.trouble is None
    assert {each.kind for each in mended.base.features} == {"river", "rail", "road"}


def test_a_wrong_file_is_told_each_time_until_it_is_mended(city: SmallCity) -> None:
    declare(city, rivers="river")
    city.put("rivers.geojson", "{")
    for _ in range(2):
        assert city.open().trouble is not None
    reports = {report.path: report for report in check_reports(city.definitions, city.data)}
    assert reports["rivers.geojson"].failed


def test_the_same_inputs_give_the_same_bytes_and_are_prepared_once(city: SmallCity) -> None:
    declare(city, rivers="river")
    city.put("rivers.geojson", feature_collection((RIVER, {"name": "川"})))
    definition = load_city(city.definitions / "city.toml")
    stores = [FolderStore(city.home / name) for name in ("a", "b")]
    names = [publish_base(store, definition, city.data, SANDBOX).name for store in stores]
    assert names[0] == names[1]
    assert stores[0].base(names[0]) == stores[1].base(names[0])
    document = json.loads(stores[0].base(names[0]))
    assert {"features", "near", "reports"} < set(document)
    stores[0].put_base(names[0], city.put("kept.json", json.dumps({**document, "near": []})))
    publish_base(stores[0], definition, city.data, SANDBOX)
    assert json.loads(stores[0].base(names[0]))["near"] == []


def test_another_colour_of_words_prepares_nothing_anew(city: SmallCity) -> None:
    declare(city, rivers="river")
    city.put("rivers.geojson", feature_collection((RIVER, {"name": "川"})))
    store = FolderStore(city.home / "a")
    path = city.definitions / "city.toml"
    first = publish_base(store, load_city(path), city.data, SANDBOX).name
    path.write_text(path.read_text("utf-8").replace("CC0", "CC BY 4.0"), "utf-8")
    assert publish_base(store, load_city(path), city.data, SANDBOX).name == first
