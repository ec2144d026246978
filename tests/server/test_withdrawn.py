"""What is withdrawn is found nowhere any more, and its addresses say that it is gone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import text

from layers.exports.formats import FORMATS
from server.desk.accounts.roles import COMMAND_LINE, Role
from server.desk.drafts.drafts import Drafts
from server.desk.drafts.tables import State
from tests.server.layer_desk import (
    HEADER,
    NAME,
    PLACE,
    REMARK,
    ROWS,
    LayerDesk,
    layer_desk,
    planted_city,
)
from tests.server.planted import spellings

READER, EDITOR, PUBLISHER, ADMIN = Role
TILES = ("8/226/101", "16/58142/25974")
What = Literal["layer", "column", "feature"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LayerDesk]:
    with layer_desk(planted_city(tmp_path / "city")) as desk:
        yield desk


def addresses(desk: LayerDesk) -> dict[str, str]:
    """Every address at which something of the layer was answered, with what it accepts."""
    v = desk.catalog.layer("points").revision.id
    paths = [f"/tiles/points/{tile}.{suffix}" for tile in TILES for suffix in ("geojson", "mvt")]
    paths += [f"/tiles/points/styled/{tile}.geojson" for tile in TILES]
    paths += [f"/layers/points/export.{each.suffix}" for each in FORMATS]
    paths += ["/offline/points.pack"]
    versioned = [f"{path}?v={v}" for path in paths]
    where = "lat=35.02181&lon=139.12181"
    pages = ["/", "/light", "/layers", "/layers/points", "/layers/points/table", "/offline.json"]
    pages += [f"/here?{where}", "/search?q=planted", f"/print?layers=points&at=16/{'35.02'}/139.12"]
    pages += ["/share.png?layers=points", "/withdrawn", "/tiles/points.json"]
    return dict.fromkeys(pages, "text/html") | dict.fromkeys([*paths, *versioned, *pages], "*/*")


def answered(desk: LayerDesk) -> dict[str, bytes]:
    """What is answered wherever something of the layer could be."""
    paths = addresses(desk) if "points" in desk.catalog.layers else {}
    paths |= dict.fromkeys(("/", "/layers", "/withdrawn", "/offline.json"), "text/html")
    contents = {
        f"{path} {accept}": desk.client.get(path, headers={"Accept": accept}).content
        for path, accept in paths.items()
    }
    admin = desk.signed_in(ADMIN)
    for path in ("/staff/withdrawals", "/staff/layers/points/features", "/staff/audit"):
        contents[path] = admin.get(path).content
    return contents


def stored(desk: LayerDesk) -> dict[str, bytes]:
    """Every file of the home, and the database."""
    home = desk.city.home
    files = [*home.rglob("*"), *home.parent.glob(f"{home.name}.sqlite*")]
    contents = {}
    for path in files:
        with suppress(FileNotFoundError, IsADirectoryError):
            contents[str(path)] = path.read_bytes()
    return contents


def leaks(contents: dict[str, bytes], words: list[str]) -> list[tuple[str, str]]:
    """Where any of the words is, in whatever spelling."""
    wanted = [(word, spelling) for word in words for spelling in spellings(word)]
    return [
        (name, word)
        for name, content in contents.items()
        for word, spelling in wanted
        if spelling in content
    ]


def withdraw(desk: LayerDesk, what: What) -> None:
    south = desk.features()["南"]["id"]
    path, form = {
        "layer": ("/staff/layers/points/withdraw", {"what": "layer"}),
        "column": ("/staff/layers/points/withdraw", {"what": "column", "column": "remark"}),
        "feature": (f"/staff/layers/points/features/{south}/withdraw", {}),
    }[what]
    status, location = desk.post(PUBLISHER, path, **form)
    assert (status, location.split("?")[0]) == (303, "/staff/withdrawals"), location


@pytest.mark.parametrize("what", ["layer", "column", "feature"])
def test_what_is_withdrawn_is_nowhere(
    desk: LayerDesk, what: What, caplog: pytest.LogCaptureFixture
) -> None:
    words = {"layer": [NAME, REMARK, PLACE], "column": [REMARK], "feature": [NAME, REMARK, PLACE]}
    south = desk.features()["南"]["id"]
    # A correction of it that staff had typed, and one of the column.
    form = {"value-remark": f"{REMARK}-corrected", "form": "values"}
    assert desk.post(EDITOR, f"/staff/layers/points/features/{south}/values", **form)[0] == 303
    desk.until(lambda: desk.features().get("南", {}).get("remark") == form["value-remark"])
    table = (HEADER + "".join(ROWS.values())).encode()  # of a draft that somebody prepares
    drafts = Drafts(desk.engine, desk.city.home / "drafts", len(table), list)
    sent = [("points.csv", len(table), io.BytesIO(table))]
    draft = drafts.add("points.csv", sent, "points", COMMAND_LINE)
    asked = addresses(desk)
    before = {path: desk.client.get(path, headers={"Accept": a}) for path, a in asked.items()}
    assert any(REMARK.encode() in answer.content for answer in before.values())
    revision = desk.catalog.layer("points").revision.id
    withdraw(desk, what)
    desk.until(lambda: desk.catalog.recalls.revisions)
    for path, accept in asked.items():
        if f"v={revision}" in path or (what == "layer" and "points" in path and "?" not in path):
            answer = desk.client.get(path, headers={"Accept": accept})
            assert answer.status_code == 410, path
            assert answer.headers["cache-control"] == "no-store"
            assert "withdrawn" in answer.text or "公開" in answer.text
    if what == "layer":
        desk.until(lambda: not (desk.city.home / "00000" / "revisions" / "points").exists())
    else:
        desk.until(desk.features)
    # What staff had typed of a whole layer is kept for the way back: in the database alone.
    kept = ".sqlite" if what == "layer" else "none"
    desk.until(
        lambda: not [place for place, _ in leaks(stored(desk), words[what]) if kept not in place]
    )
    assert drafts.of(draft.number, COMMAND_LINE).state is State.DISCARDED
    assert leaks(answered(desk), words[what]) == []
    assert not any(word in caplog.text for word in words[what])
    with desk.engine.connect() as connection:
        count = connection.execute(
            text("SELECT count(*) FROM audit WHERE action LIKE '%.withdraw'")
        )
        assert count.scalar_one() == 1


@pytest.mark.parametrize("what", ["layer", "column", "feature"])
def test_what_was_withdrawn_can_be_published_again(desk: LayerDesk, what: What) -> None:
    before, revision = desk.features(), desk.catalog.layer("points").revision.id
    withdraw(desk, what)
    desk.until(lambda: desk.catalog.recalls.revisions)
    assert desk.post(PUBLISHER, "/staff/withdrawals/1/undo")[0] == 303
    desk.until(lambda: desk.features() == before)
    assert desk.catalog.layer("points").revision.id == revision
    tile = desk.client.get(f"/tiles/points/{TILES[0]}.geojson?v={revision}")
    assert tile.status_code == 200
    assert "immutable" in tile.headers["cache-control"]
    assert desk.client.get("/withdrawn", headers={"Accept": "application/json"}).json() == []


def test_everybody_is_told_what_to_delete_and_nothing_of_it(desk: LayerDesk) -> None:
    south = desk.features()["南"]["id"]
    withdraw(desk, "feature")
    (notice,) = desk.client.get("/withdrawn", headers={"Accept": "application/json"}).json()
    assert (notice["layer"], notice["withdrawn"], notice["feature"]) == ("points", "feature", south)
    for lang in ("ja", "en", "vi"):
        page = desk.client.get(f"/withdrawn?lang={lang}", headers={"Accept": "text/html"}).text
        assert str(south) in page
        assert "試験のため" not in page


def test_a_feature_that_is_withdrawn_stays_so_in_a_new_file(desk: LayerDesk) -> None:
    withdraw(desk, "feature")
    desk.until(lambda: sorted(desk.features()) == ["北", "西"])
    desk.city.put(
        "points.csv",
        HEADER + "".join(ROWS.values()).replace(",2\n", ",9\n").replace(",3\n", ",4\n"),
    )
    desk.until(lambda: desk.features().get("西", {}).get("size") == 4)
    assert sorted(desk.features()) == ["北", "西"]
    # A file that seems to lack it is not published before a person says that it does.
    desk.city.put("points.csv", HEADER + ROWS["北"] + "東の井戸,35.18,139.18,new,5\n")
    desk.until(lambda: desk.catalog.layer("points").trouble)
    assert sorted(desk.features()) == ["北", "西"]
    assert desk.post(PUBLISHER, "/staff/withdrawals/1/gone")[0] == 303
    desk.until(lambda: sorted(desk.features()) == ["北", "東"])


def test_who_may_not_withdraw_is_refused_and_a_reason_is_asked_for(desk: LayerDesk) -> None:
    path = "/staff/layers/points/withdraw"
    assert desk.post(EDITOR, path, what="layer")[0] == 403
    status, page = desk.post(PUBLISHER, path, what="layer", reason=" ", form="layer")
    assert status == 400
    assert "理由" in page
    status, page = desk.post(PUBLISHER, path, what="column", column="nothing", form="column")
    assert status == 400
    assert desk.features()
