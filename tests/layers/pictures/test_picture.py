"""Pictures of the map: what is drawn where, and that nothing is left unsaid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from defusedxml import ElementTree

from layers.catalog.catalog import Catalog
from layers.geometry.tile import Bounds
from layers.pictures.frame import Frame, scale_bar
from layers.pictures.picture import draw
from layers.query.towns import classes_around, is_surveyed, towns
from layers.symbology.look import LOOK
from tests.layers.city import SmallCity, feature_collection

SVG = "{http://www.w3.org/2000/svg}"
PLAIN: dict[str, Any] = {"title": "map", "mark": "SAMPLE"}


def whole(catalog: Catalog) -> Frame:
    """A frame that shows the whole city."""
    return Frame.around(Bounds(*catalog.city.extent), 800, 600, margin=10)


def drawn(catalog: Catalog, names: list[str], frame: Frame | None = None, **how: Any) -> Any:
    """The picture's root element."""
    layers = [catalog.layers[name] for name in names]
    picture = draw(catalog, layers, frame or whole(catalog), **(PLAIN | how))
    return ElementTree.fromstring(picture.svg)


def fills(root: Any) -> list[str]:
    return [each.get("fill", "") for each in root.iter(f"{SVG}path")]


def test_a_frame_shows_what_it_is_made_around() -> None:
    frame = Frame.around(Bounds(139.5, 35.7, 139.7, 35.9), 400, 600)
    corners = frame.project(np.array([[139.5, 35.9], [139.7, 35.7]]))
    assert corners[0] == pytest.approx([0, 300 - (corners[1][1] - corners[0][1]) / 2], abs=1e-6)
    assert corners[1][0] == pytest.approx(400)
    assert frame.bounds() == pytest.approx(
        (139.5, frame.bounds().south, 139.7, frame.bounds().north)
    )


def test_a_scale_bar_is_round_and_as_long_as_on_the_ground() -> None:
    frame = Frame(139.6, 35.8, 15, 800, 600)
    metres, length = scale_bar(frame, 160)
    assert metres == 500
    # Web Mercator at 35.8° north: 4.777 m in a pixel at the equator, times the latitude's cosine.
    assert length == pytest.approx(500 / (4.77731 * np.cos(np.radians(35.8))), rel=1e-3)


def test_each_rank_has_its_colour_and_in_print_its_pattern(asaka: Catalog) -> None:
    legend = asaka.layers["flood"].legend()
    there = set(asaka.layers["flood"].revision.classes)
    colours = [entry.color for entry in legend if entry.value in there]
    plain, printed = drawn(asaka, ["flood"]), drawn(asaka, ["flood"], patterns=True)
    assert [fill for fill in fills(plain) if fill in colours] == colours  # the deepest on top
    patterns = [fill for fill in fills(printed) if fill.startswith("url(#picture-")]
    assert len(set(patterns)) == len(colours) + 1  # and the hatch
    assert not any(
        fill.startswith("url(#picture-") and "hatch" not in fill for fill in fills(plain)
    )


def test_what_is_not_surveyed_is_hatched_around_the_city(asaka: Catalog) -> None:
    root = drawn(asaka, ["flood"])
    hatch = next(each for each in root.iter(f"{SVG}path") if "hatch" in each.get("fill", ""))
    assert hatch.get("fill-rule") == "evenodd"
    assert hatch.get("d").startswith("M0 0H800V600H0Z")  # everything …
    assert hatch.get("d").count("Z") > 1  # … less what was surveyed
    assert not any("hatch" in fill for fill in fills(drawn(asaka, ["hydrants"])))


def test_a_zone_where_nothing_is_known_to_be_surveyed_is_not_hatched(yaizu: Catalog) -> None:
    root = drawn(yaizu, ["flood"])
    hatch = next(each for each in root.iter(f"{SVG}path") if "hatch" in each.get("fill", ""))
    mask = next(root.iter(f"{SVG}mask"))
    assert hatch.get("mask") == f"url(#{mask.get('id')})"
    covered = next(each for each in mask.iter(f"{SVG}path") if each.get("fill") == "#000")
    assert len(covered.get("d")) > 1000


def test_where_a_large_area_was_cut_into_pieces_no_edge_is_drawn(yaizu: Catalog) -> None:
    frame = Frame(138.32, 34.87, 15, 520, 374)
    level = yaizu.layers["flood"].revision.level(14)
    assert (level.blocks[:, 2] - level.blocks[:, 0] < 1 << 14).any()
    outlines = [
        each.get("d")
        for each in drawn(yaizu, ["flood"], frame).iter(f"{SVG}path")
        if each.get("fill") == "none" and each.get("stroke") not in ("#16385c", "#75818d")
    ]
    longest = 0.0
    for each in outlines:
        for line in each.split("M")[1:]:
            points = np.array([one.split() for one in line.split("L")], dtype=float)
            across = np.abs(np.diff(points, axis=0))
            straight = across[(across == 0).any(axis=1)]
            longest = max(longest, float(straight.max(initial=0)))
    assert outlines
    assert longest < 20  # CSS pixels: a cut would be a line through the picture


def test_a_paler_layer_keeps_its_hatch_and_its_mark(asaka: Catalog) -> None:
    root = drawn(asaka, ["flood"], strengths={"flood": 0.1})
    faded = {
        each for group in root.iter(f"{SVG}g") if group.get("opacity") for each in group.iter()
    }
    hatch = next(each for each in root.iter(f"{SVG}path") if "hatch" in each.get("fill", ""))
    marks = [each for each in root.iter(f"{SVG}text") if each.text == "SAMPLE"]
    assert faded
    assert marks
    assert hatch not in faded
    assert faded.isdisjoint(marks)


def test_samples_are_marked_and_hollow_and_others_are_not(asaka: Catalog) -> None:
    frame = Frame(139.593, 35.797, 17, 800, 600)
    sample, real = drawn(asaka, ["hydrants"], frame), drawn(asaka, ["emergency_sites"], frame)
    outlines = [each for each in sample.iter(f"{SVG}path") if each.get("stroke-linejoin")]
    assert outlines
    assert {each.get("fill") for each in outlines} <= {"#fff", None}
    assert "#00673E" in fills(real)
    assert "SAMPLE" not in [each.text for each in real.iter(f"{SVG}text")]


def test_a_picture_counts_every_feature_or_draws_it(asaka: Catalog) -> None:
    layer = asaka.layers["hydrants"]
    root = drawn(asaka, ["hydrants"])
    counts = [int(text) for each in root.iter(f"{SVG}text") if (text := each.text or "").isdigit()]
    singles = [each for each in root.iter(f"{SVG}path") if each.get("stroke-linejoin")]
    assert counts
    assert sum(counts) + len(singles) // 2 == layer.feature_count


def test_layers_that_start_closer_in_are_named(city: SmallCity) -> None:
    city.put("near.csv", "名称,緯度,経度\n場所,35.1,139.1\n")
    for name, minzoom in (("near", 15), ("far", 8)):
        source = 'path = "near.csv"\nlatitude = "緯度"\nlongitude = "経度"'
        city.declare(name, source, top=f"minzoom = {minzoom}")
    catalog = city.open()
    layers = [catalog.layers["near"], catalog.layers["far"]]
    assert draw(catalog, layers, whole(catalog), **PLAIN).hidden == layers[:1]


def test_places_in_the_same_doubt_have_one_circle(city: SmallCity) -> None:
    city.put(
        "towns.geojson",
        feature_collection(
            ({"type": "Point", "coordinates": [139.1, 35.15]}, {"name": "北町"}),
            ({"type": "Point", "coordinates": [139.1, 35.05]}, {"name": "南町"}),
        ),
    )
    definition = city.definitions / "city.toml"
    text = definition.read_text(encoding="utf-8")
    definition.write_text(f'towns = "towns.geojson"\n{text}', encoding="utf-8")
    city.put("sites.csv", "名称,住所\n一,北町1-1\n二,北町2-2\n三,南町3-3\n")
    city.declare("sites", 'path = "sites.csv"\naddress = "住所"')
    circles = [*drawn(city.open(), ["sites"]).iter(f"{SVG}circle")]
    dashed = [circle for circle in circles if circle.get("stroke-dasharray")]
    assert len(dashed) == 2


def test_the_picture_of_a_whole_city_is_not_too_large_to_send(
    asaka: Catalog, yaizu: Catalog
) -> None:
    for catalog in (asaka, yaizu):
        picture = draw(catalog, [*catalog.layers.values()], whole(catalog), patterns=True, **PLAIN)
        assert len(picture.svg) < 2_000_000  # characters


def test_a_town_is_known_by_its_point_and_as_far_as_its_addresses_reach(asaka: Catalog) -> None:
    known = {town.name: town for town in towns(asaka)}
    assert len(known) == 79
    assert known["本町一丁目"].place.radius == 500
    assert known["大字上内間木"].place.radius == 1500
    flood = asaka.layers["flood"]
    assert classes_around(flood, known["本町一丁目"].place) == []
    deep = classes_around(flood, known["大字上内間木"].place)
    assert [entry.value for entry in deep] == [1, 2, 3, 4, 5]
    assert is_surveyed(flood, known["本町一丁目"].place)
    assert not is_surveyed(flood, known["大字上内間木"].place)


def test_the_base_is_drawn_under_the_layers_as_look_says(asaka: Catalog) -> None:
    root = drawn(asaka, ["flood"])
    content = [*root.iter(f"{SVG}path")]
    colours = fills(root)
    water, rail = LOOK.base.fills["water"], LOOK.base.strokes["rail"]
    assert colours.index(LOOK.ground.color) < colours.index(water)
    assert colours.index(water) < min(
        colours.index(e.color) for e in asaka.layers["flood"].legend() if e.color in colours
    )
    strokes = {each.get("stroke"): each for each in content if each.get("stroke")}
    for stroke in rail:
        assert stroke.color in strokes
    assert strokes[rail[1].color].get("stroke-dasharray") == "7 7"
    names = {each.text for each in root.iter(f"{SVG}text")}
    assert {"朝霞駅", "黒目川"} <= names
    english = drawn(asaka, ["flood"], name_tags=("en", "ja-Latn"))
    assert {"Asaka Sta.", "Kurome River"} <= {each.text for each in english.iter(f"{SVG}text")}


def test_closer_in_the_finer_lines_are_drawn(asaka: Catalog) -> None:
    frame = Frame(139.59, 35.81, 16, 800, 600)
    lines = {feature.kind for feature in asaka.base.at_zoom(16)}
    assert {"rail", "river", "water"} <= lines
    assert any(
        each.get("fill") == LOOK.base.fills["water"]
        for each in drawn(asaka, [], frame).iter(f"{SVG}path")
    )
