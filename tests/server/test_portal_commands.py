"""`bosai publish`: the layers in a portal that runs CKAN."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from layers.catalog.catalog import Catalog
from server.cli import program
from tests.server.ckan_portal import ORGANIZATION, TOKEN, Portal, ckan_portal

AT = "https://map.example.jp"
NAMES = ["11227-emergency_sites", "11227-evacuation_shelters"]
Publish = Callable[..., Result]


@pytest.fixture
def portal() -> Iterator[Portal]:
    with ckan_portal() as portal:
        yield portal


@pytest.fixture
def publish(
    asaka: Catalog, home: Path, portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Publish:
    assert asaka.layers
    token = tmp_path / "token"
    token.write_text(TOKEN + "\n")
    monkeypatch.setenv("BOSAI_HOME", str(home / "asaka"))
    monkeypatch.setenv("BOSAI_DATABASE_URL", f"sqlite:///{tmp_path}/bosai.sqlite")
    monkeypatch.setenv("BOSAI_BASE_URL", AT)
    monkeypatch.setenv("BOSAI_CKAN_TOKEN_FILE", str(token))

    def run(*options: str, organization: str = ORGANIZATION) -> Result:
        named = ["--ckan", portal.address, "--organization", organization]
        return CliRunner().invoke(program(), ["publish", *named, *options])

    return run


def test_nothing_is_changed_before_it_was_shown(publish: Publish, portal: Portal) -> None:
    shown = publish()
    assert shown.exit_code == 0, shown.output
    assert [f"{name}: 新しく載せます。" in shown.output for name in NAMES] == [True, True]
    assert "--send" in shown.output
    assert portal.packages == {}


def test_samples_are_not_published(publish: Publish, portal: Portal) -> None:
    assert publish("--send").exit_code == 0
    assert [*portal.packages] == NAMES


def test_publishing_again_changes_nothing(publish: Publish, portal: Portal) -> None:
    publish("--send")
    before = dict(portal.packages)
    again = publish("--send")
    assert [f"{name}: 変更はありません。" in again.output for name in NAMES] == [True, True]
    assert portal.written == [("package_create", name) for name in NAMES]
    assert portal.packages == before


def test_what_the_portal_has_wrong_is_put_right_and_what_its_people_added_stays(
    publish: Publish, portal: Portal
) -> None:
    publish("--send")
    package = portal.packages[NAMES[0]]
    ids = {resource["url"]: resource["id"] for resource in package["resources"]}
    package["title"] = "古い名前"
    package["maintainer"] = "危機管理室"
    package["tags"].append({"name": "防災", "display_name": "防災"})
    package["extras"].append({"key": "担当", "value": "危機管理室"})
    package["resources"][0]["url"] = f"{AT}/layers/emergency_sites/export.gone"
    leaflet = {"id": "r9", "name": "手引き", "url": "https://www.city.example.jp/a.pdf"}
    package["resources"].append(leaflet)
    shown = publish()
    assert f"{NAMES[0]}: 更新します（title, resources）。" in shown.output
    assert publish("--send").exit_code == 0
    assert portal.written[-1] == ("package_update", NAMES[0])
    package = portal.packages[NAMES[0]]
    assert package["title"] == "指定緊急避難場所"
    assert package["maintainer"] == "危機管理室"
    assert "防災" in {tag["name"] for tag in package["tags"]}
    assert {"key": "担当", "value": "危機管理室"} in package["extras"]
    addresses = {resource["url"] for resource in package["resources"]}
    assert addresses == {*ids, leaflet["url"]}
    kept = [r for r in package["resources"] if ids.get(r["url"]) == r["id"]]
    assert len(kept) == len(ids) - 1  # the one whose address was spoilt is a new one


def test_the_resources_lead_to_the_exports(publish: Publish, portal: Portal) -> None:
    publish("--send")
    package = portal.packages[NAMES[0]]
    assert package["url"] == f"{AT}/layers/emergency_sites"
    assert package["resources"][0]["url"] == f"{AT}/layers/emergency_sites/export.geojson"
    assert {"key": "licence", "value": "国土地理院コンテンツ利用規約"} in package["extras"]


@pytest.mark.parametrize(
    ("fault", "part"),
    [
        ((403, {"__type": "Authorization Error", "message": "no"}), "NotAuthorized"),
        ((409, {"__type": "Validation Error", "title": ["too long"]}), "too long"),
        ((500, {"__type": "Internal Server Error"}), "the portal did not take it"),
    ],
)
def test_why_the_portal_refuses_is_told(
    publish: Publish, portal: Portal, fault: tuple[int, dict[str, object]], part: str
) -> None:
    portal.fault = fault
    refused = publish("--send")
    assert refused.exit_code == 2
    assert part in refused.output
    assert "Traceback" not in refused.output
    assert TOKEN not in refused.output


def test_a_portal_that_is_not_there_is_told(
    publish: Publish, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal, "address", "http://127.0.0.1:9")
    refused = publish()
    assert (refused.exit_code, "ConnectionError" in refused.output) == (2, True)


@pytest.mark.parametrize(
    ("setting", "part"),
    [("BOSAI_BASE_URL", "BOSAI_BASE_URL"), ("BOSAI_CKAN_TOKEN_FILE", "BOSAI_CKAN_TOKEN_FILE")],
)
def test_what_is_missing_is_named(
    publish: Publish, portal: Portal, monkeypatch: pytest.MonkeyPatch, setting: str, part: str
) -> None:
    monkeypatch.delenv(setting)
    refused = publish("--send")
    assert (refused.exit_code, portal.packages) == (2, {})
    assert part in refused.output
