"""What is far less than before replaces nothing until a person lets that very state in."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from layers.catalog.catalog import Catalog, open_published
from layers.catalog.layer import Layer
from layers.publish.check import check_catalog
from layers.publish.jobs import Check
from layers.publish.pauses import Pauses
from layers.publish.publisher import Publisher
from layers.report import Problem
from layers.store.folder import FolderStore, HomeFolder
from tests.layers.city import SmallCity, feature_collection, polygon
from tests.layers.fetch.host import Host, serving
from tests.sandbox import SANDBOX

COLUMNS = '\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
SOURCE = f'path = "points.csv"{COLUMNS}'
HAZARD = 'hazard = "洪水"\nscenario = "実績"\nsurveyed_extent = "boundary"'
PATIENCE = 120.0  # seconds
NEVER = 1e9


def table(rows: int, name: str = "名") -> bytes:
    lines = [f"{name}{number},35.1,139.{100 + number % 50}" for number in range(rows)]
    return "\n".join(["名称,緯度,経度", *lines, ""]).encode()


class Service:
    """A publisher that is asked to look, and never tries again by itself."""

    def __init__(self, city: SmallCity, *, private_sources: bool = False) -> None:
        home = HomeFolder(city.home)
        pauses = Pauses(settle=0, retry=NEVER)
        self.publisher = Publisher(
            city.definitions,
            city.data,
            home,
            SANDBOX,
            private_sources=private_sources,
            pauses=pauses,
        )
        self.publisher.start()

    def layer(self) -> Layer:
        return open_published(self.publisher.published, self.publisher.home).layer("points")

    def until(self, is_so: Callable[[Layer], bool]) -> Layer:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.publisher.look()
            if is_so(self.layer()):
                return self.layer()
            time.sleep(0.05)
        raise AssertionError(f"never so: {self.layer().problem}")


def checked(city: SmallCity, *, accept: bool = False, private: bool = False) -> Check:
    (check,) = check_catalog(
        city.definitions,
        city.data,
        ["points"],
        HomeFolder(city.home),
        sandbox=SANDBOX,
        private_sources=private,
        accept=accept,
    )
    return check


def kinds(check: Check) -> Sequence[tuple[str, str]]:
    told = ("rows_fell", "area_fell", "accepted", "not_accepted", "nothing_to_accept")
    return [(p.severity, p.kind) for p in check.report.problems if p.kind in told]


def fell(check: Check) -> Problem:
    (problem,) = [p for p in check.report.problems if p.kind in ("rows_fell", "area_fell")]
    return problem


@pytest.fixture
def points(city: SmallCity) -> SmallCity:
    city.put("points.csv", table(40))
    city.declare("points", SOURCE)
    return city


def test_a_table_that_fell_is_kept_back_until_a_person_lets_that_very_state_in(
    points: SmallCity,
) -> None:
    service = Service(points)
    points.put("points.csv", table(20))
    layer = service.until(lambda layer: layer.trouble is not None)
    assert layer.feature_count == 40
    assert "fell from 40 rows to 20" in layer.problem
    check = checked(points)
    assert kinds(check) == [("error", "rows_fell")]
    assert "40行から20行に" in fell(check).message("ja")
    assert "bosai check --accept" in fell(check).action("ja")
    assert check.difference is not None
    assert check.difference.counts.removed == 20
    assert kinds(checked(points, accept=True)) == [("note", "rows_fell"), ("note", "accepted")]
    service.until(lambda layer: layer.feature_count == 20 and layer.trouble is None)
    assert FolderStore(points.home / "00000").accepted("points") is None
    points.put("points.csv", table(10))
    layer = service.until(lambda layer: layer.trouble is not None)
    assert "fell from 20 rows to 10" in layer.problem
    assert layer.feature_count == 20


def test_an_acceptance_is_of_one_state_and_survives_a_restart(points: SmallCity) -> None:
    Service(points)
    points.put("points.csv", table(20))
    checked(points, accept=True)
    assert kinds(checked(points)) == []
    points.put("points.csv", table(20, "別"))
    assert Service(points).layer().feature_count == 40
    points.put("points.csv", table(20))
    assert Service(points).layer().feature_count == 20


def test_what_is_accepted_does_not_hold_after_another_revision(points: SmallCity) -> None:
    points.open()
    points.put("points.csv", table(20))
    checked(points, accept=True)
    points.put("points.csv", table(41))
    points.open()
    points.put("points.csv", table(20))
    assert points.open().layer("points").feature_count == 41


@pytest.mark.parametrize(
    ("before", "after", "is_kept_back"),
    [(40, 28, False), (40, 27, True), (12, 8, False), (12, 7, True), (6, 2, False)],
)
def test_a_third_less_asks_and_a_few_rows_do_not(
    points: SmallCity, before: int, after: int, is_kept_back: bool
) -> None:
    points.put("points.csv", table(before))
    points.open()
    points.put("points.csv", table(after))
    assert (kinds(checked(points)) == [("error", "rows_fell")]) is is_kept_back


def test_nothing_is_accepted_where_there_is_nothing_to_accept_or_more_is_wrong(
    points: SmallCity,
) -> None:
    points.open()
    assert kinds(checked(points, accept=True)) == [("note", "nothing_to_accept")]
    points.put("points.csv", table(20))
    points.declare("points", SOURCE, top='label = "name"', fields='title2 = "x"')
    text = (points.definitions / "points.toml").read_text("utf-8").replace('title2 = "x"', "")
    text = text.replace('ja = "説明"', 'ja = "（説明を書いてください）"')
    (points.definitions / "points.toml").write_text(text, "utf-8")
    assert ("warning", "not_accepted") in kinds(checked(points, accept=True))
    assert FolderStore(points.home / "00000").accepted("points") is None


Feature = tuple[dict[str, object] | None, dict[str, object]]


def squares(count: int, size: float) -> str:
    corners = [(139.0 + 0.01 * number, 35.05) for number in range(count)]
    features: list[Feature] = [
        (
            polygon([[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]),
            {"名称": str(number)},
        )
        for number, (x, y) in enumerate(corners)
    ]
    return feature_collection(*features)


def places(count: int) -> str:
    features: list[Feature] = [
        ({"type": "Point", "coordinates": [139.1, 35.1]}, {"名称": str(number)})
        for number in range(count)
    ]
    return feature_collection(*features)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (squares(4, 0.009), []),
        (squares(3, 0.009), [("error", "area_fell")]),
        (squares(5, 0.005), [("error", "area_fell")]),
    ],
)
def test_zones_of_a_hazard_are_measured_by_their_area_in_any_format(
    city: SmallCity, content: str, expected: list[tuple[str, str]]
) -> None:
    city.put("zones.geojson", squares(5, 0.009))
    city.declare("points", 'path = "zones.geojson"', group="disaster", top=HAZARD)
    assert city.open().broken == {}
    city.put("zones.geojson", content)
    check = checked(city)
    assert kinds(check) == expected
    if expected:
        assert "km²" in fell(check).message("ja")


def test_a_format_that_states_its_end_is_believed(city: SmallCity) -> None:
    expected: dict[str, list[tuple[str, str]]] = {
        "a.geojson": [],
        "a.geojsonl": [("error", "rows_fell")],
    }
    for name, found in expected.items():
        for count in (40, 10):
            features = json.loads(places(count))["features"]
            lines = "\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
            city.put(name, lines if name == "a.geojsonl" else places(count))
            city.declare("points", f'path = "{name}"')
            if count == 40:
                city.open()
        assert kinds(checked(city)) == found


@pytest.fixture
def host() -> Iterator[Host]:
    with serving() as host:
        yield host


def test_what_an_address_gives_is_measured_whatever_its_format_and_let_in_at_once(
    city: SmallCity, host: Host
) -> None:
    url = host.give("/points.geojson", places(100).encode())
    city.declare("points", f'url = "{url}"')
    service = Service(city, private_sources=True)
    assert service.layer().feature_count == 100
    host.give("/points.geojson", places(10).encode())
    city.declare("points", f'url = "{url}"\nrefresh_hours = 25')
    state = city.home / "00000" / "fetched" / "points" / "state.json"
    text = state.read_text("utf-8")
    state.write_text(text.replace('"asked_at":"20', '"asked_at":"19'), "utf-8")
    layer = service.until(lambda layer: layer.trouble is not None)
    assert layer.feature_count == 100
    assert "fell from 100 rows to 10" in layer.problem
    assert ("note", "accepted") in kinds(checked(city, accept=True, private=True))
    service.until(lambda layer: layer.feature_count == 10 and layer.trouble is None)


def test_the_first_revision_is_measured_by_nothing(points: SmallCity) -> None:
    catalog: Catalog = points.open()
    assert catalog.layer("points").trouble is None
