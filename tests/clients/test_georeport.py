"""A public client of Open311 reads the requests: georeport, as its own documentation has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from georeport import GeoReport

from layers.catalog.catalog import Catalog
from layers.schema.bundled import BUNDLED_DATA, BUNDLED_DEFINITIONS
from server.database.engine import open_database
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.answers.answers import Answers, Verdict, Wording
from server.desk.intake.form import Place, RequestForm
from server.desk.intake.requests import Requests
from server.desk.labels import CATEGORIES
from tests.service import running
from tests.vaults import vault_of


@pytest.fixture(scope="module")
def city(asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service with two public requests, and one that is not."""
    assert asaka.layers
    folder = tmp_path_factory.mktemp("georeport")
    url = f"sqlite:///{folder / 'bosai.sqlite'}"
    settings = {
        "BOSAI_DEFINITIONS": str(BUNDLED_DEFINITIONS),
        "BOSAI_DATA": str(BUNDLED_DATA),
        "BOSAI_HOME": str(home / "asaka"),
        "BOSAI_DATABASE_URL": url,
        "BOSAI_SECRET_FILE": str(folder / "secret.key"),
    }
    with running(settings, folder / "serve.log") as service:
        engine = open_database(url)
        requests, answers = Requests(engine, vault_of(engine)), Answers(engine)
        for title in ("AEDの場所", "消火栓の場所", "内緒"):
            form = RequestForm(
                title=title, purpose="使うため", category="fire", place=Place(35.8, 139.6)
            )
            requests.submit(form)
        answers.answer(1, Wording(), actor=COMMAND_LINE)
        verdict = Verdict("declined", "載せません。")
        answers.answer(2, Wording(with_place=False), verdict, actor=COMMAND_LINE)
        engine.dispose()
        yield service.address


@pytest.mark.parametrize("output_format", ["json", "xml"])
def test_a_public_client_reads_the_requests(city: str, output_format: str) -> None:
    client = GeoReport(f"{city}/open311/v2", output_format=output_format)
    assert [each["service_code"] for each in client.get_service_list()] == list(CATEGORIES)
    assert client.get_service_definition("fire")["service_code"] == "fire"
    listed = client.get_service_requests()
    assert [each["service_request_id"] for each in listed] == ["2", "1"]
    closed = client.get_service_request("2")
    assert closed["status"] == "closed"
    assert "載せません。" in closed["status_notes"]
    assert closed["lat"] is None
    chosen = client.get_service_requests(service_request_id="1,3", service_code="welfare")
    assert "AEDの場所" in str(chosen)
    assert "内緒" not in str(listed) + str(chosen)
