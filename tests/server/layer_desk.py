"""A small city whose layer holds something planted, with staff who correct and withdraw it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from layers.publish.pauses import Pauses
from layers.publish.publisher import Publisher
from layers.store.folder import HomeFolder
from server.app import create_app
from server.database.engine import open_database
from server.desk.accounts.accounts import Accounts
from server.desk.accounts.roles import COMMAND_LINE, Role
from server.desk.accounts.sessions import Sessions
from server.desk.layer_changes.layer_changes import LayerChanges
from server.desk.layer_changes.mirror import Mirror
from server.settings import Settings
from tests.layers.city import SmallCity
from tests.sandbox import SANDBOX
from tests.server.routes.staff.desk import BROWSER, PASSWORD, token_of

PATIENCE = 120.0  # seconds
SOONER = Pauses(poll=0.1, settle=0.2)
SOURCE = 'path = "points.csv"\ncrs = "EPSG:6668"\nlongitude = "経度"\nlatitude = "緯度"'
FIELDS = """
[fields.remark]
title = { ja = "備考", en = "Remark" }
column = "備考"

[fields.size]
title = { ja = "数", en = "Count" }
column = "数"
type = "integer"
"""
HEADER = "名称,緯度,経度,備考,数\n"
ROWS = {
    "北": "北の井戸,35.111,139.111,remark-of-north,1\n",
    "南": "南-planted-name-1807,35.0218071,139.1218072,planted-remark-1807,2\n",
    "西": "西の井戸,35.051,139.051,remark-of-west,3\n",
}
NAME, REMARK, PLACE = "planted-name-1807", "planted-remark-1807", "0218071"


@dataclass
class LayerDesk:
    """The service of a city in this process, and browsers of its staff."""

    city: SmallCity
    client: TestClient
    engine: Engine
    sessions: Sessions
    accounts: dict[Role, int]

    @property
    def catalog(self) -> Catalog:
        catalog: Catalog = self.client.app.state.served.now.catalog  # type: ignore[attr-defined]
        return catalog

    def signed_in(self, role: Role) -> TestClient:
        client = TestClient(
            self.client.app,
            headers=BROWSER,
            follow_redirects=False,
            raise_server_exceptions=False,
        )
        account = Accounts(self.engine).of_id(self.accounts[role])
        client.cookies.set("staff", self.sessions.begin(account))
        return client

    def post(self, role: Role, path: str, **form: str) -> tuple[int, str]:
        """The status of what a form is answered, and the page or where it leads."""
        client = self.signed_in(role)
        token = token_of(client.get("/staff"))
        answer = client.post(path, data={"token": token, "reason": "試験のため", **form})
        return answer.status_code, answer.headers.get("location", answer.text)

    def features(self) -> dict[str, dict[str, object]]:
        """What is published of the layer, by the first letter of its name; {} while it is not."""
        answer = self.client.get("/layers/points/export.geojson")
        if answer.status_code != 200:
            return {}
        return {
            str(each["properties"].get("name", "?"))[0]: {
                **each["properties"],
                "id": each["id"],
                "at": each["geometry"]["coordinates"],
            }
            for each in answer.json()["features"]
        }

    def until(self, what: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not what():
            assert time.monotonic() < deadline, (self.features(), self.catalog.broken)
            time.sleep(0.05)


def planted_city(folder: Path) -> SmallCity:
    folder.mkdir(exist_ok=True)
    city = SmallCity(folder)
    city.put("points.csv", HEADER + "".join(ROWS.values()))
    city.declare("points", SOURCE, top='label = "name"', fields=FIELDS)
    return city


def app_of(city: SmallCity, database: str | None = None) -> tuple[TestClient, Settings]:
    """The service, which notices changes sooner than it does in earnest."""
    home = city.home
    settings = Settings(
        definitions=city.definitions,
        data=city.data,
        home=home,
        database_url=database or f"sqlite:///{home}.sqlite",
        secret_file=city.home.with_suffix(".key"),
    )
    publisher = Publisher(city.definitions, city.data, HomeFolder(home), SANDBOX, pauses=SOONER)
    app = create_app(settings, publisher, follow=0.05)
    return TestClient(app, raise_server_exceptions=False), settings


@contextmanager
def layer_desk(city: SmallCity) -> Iterator[LayerDesk]:
    client, settings = app_of(city)
    engine = open_database(settings.database)
    accounts, ids = Accounts(engine), {}
    for role in Role:
        account, given = accounts.add(f"{role.value} です", role, "", actor=COMMAND_LINE)
        accounts.set_password(account, given, PASSWORD)
        ids[role] = account.id
    with client:
        yield LayerDesk(city, client, engine, Sessions(engine), ids)


def changes_of(engine: Engine, home: Path) -> LayerChanges:
    """What the desk changes, without a service."""
    return LayerChanges(engine, Mirror(engine, HomeFolder(home).desk_changes))
