"""The layers as portals, search engines and GIS programs read them, by readers of others."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import feedparser
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pyshacl import validate
from rdflib import DCAT, DCTERMS, FOAF, XSD, Graph, Literal as RdfLiteral, URIRef
from rdflib.compare import isomorphic
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from layers.schema.city import Office
from layers.schema.renewal import Renewal, Rhythm
from server.app import create_app
from server.opendata.dataset import Dataset, datasets, publisher_of
from server.opendata.dcat_ap import FREQUENCIES, catalogue
from server.opendata.dcat_us import data_json
from server.opendata.rdf import Iri, Literal, Node, to_json_ld, to_turtle
from server.settings import Settings

# rdflib's own reader of JSON-LD uses it.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

AT = "https://map.example.jp"
PAGE = {"Accept": "text/html"}
LISTED = ["emergency_sites", "evacuation_shelters"]
DOCUMENTS = (
    "/data.json",
    "/catalog.jsonld",
    "/catalog.ttl",
    "/layers.txt",
    "/layers.atom",
    "/sitemap.xml",
)
ADDRESS = {"type": "string", "format": "uri", "pattern": "^https://"}
TEXT = {"type": "string", "minLength": 1}
# What DCAT-US 1.1 asks of a dataset that is not a federal bureau's
# (resources.data.gov/resources/dcat-us), and what of the rest has a form.
DATASET = {
    "type": "object",
    "required": [
        "title",
        "description",
        "keyword",
        "modified",
        "publisher",
        "contactPoint",
        "identifier",
        "accessLevel",
    ],
    "properties": {
        "title": TEXT,
        "description": TEXT,
        "identifier": TEXT,
        "keyword": {"type": "array", "items": TEXT, "minItems": 1},
        "modified": {"type": "string", "format": "date-time"},
        "issued": {"type": "string", "format": "date"},
        "publisher": {"type": "object", "required": ["name"], "properties": {"name": TEXT}},
        "contactPoint": {
            "type": "object",
            "required": ["fn", "hasEmail"],
            "properties": {"fn": TEXT, "hasEmail": {"pattern": r"^mailto:[\w.+-]+@[\w.]+\w$"}},
        },
        "accessLevel": {"enum": ["public", "restricted public", "non-public"]},
        "license": ADDRESS,
        "landingPage": ADDRESS,
        "describedBy": ADDRESS,
        "rights": {"type": "string", "maxLength": 255},
        "accrualPeriodicity": {"pattern": r"^R/P\d+[DWMY]$"},
        "temporal": {"pattern": r"^\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d$"},
        "references": {"type": "array", "items": ADDRESS, "minItems": 1},
        "distribution": {
            "type": "array",
            "minItems": 2,
            "items": {
                "type": "object",
                "anyOf": [
                    {"required": ["downloadURL", "mediaType"]},
                    {"required": ["accessURL"]},
                ],
                "properties": {"downloadURL": ADDRESS, "accessURL": ADDRESS},
            },
        },
    },
}
# What DCAT-AP 3.0.1 requires, and of which class what is named has to be.
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] a sh:NodeShape ; sh:targetClass dcat:Catalog ;
  sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:uniqueLang true ],
    [ sh:path dct:description ; sh:minCount 1 ; sh:uniqueLang true ],
    [ sh:path dct:publisher ; sh:minCount 1 ; sh:maxCount 1 ; sh:class foaf:Agent ],
    [ sh:path dcat:dataset ; sh:minCount 1 ; sh:class dcat:Dataset ] .
[] a sh:NodeShape ; sh:targetClass dcat:Dataset ;
  sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:uniqueLang true ],
    [ sh:path dct:description ; sh:minCount 1 ],
    [ sh:path dct:publisher ; sh:maxCount 1 ; sh:class foaf:Agent ],
    [ sh:path dcat:contactPoint ; sh:minCount 1 ; sh:class vcard:Kind ],
    [ sh:path dct:issued ; sh:maxCount 1 ; sh:datatype xsd:date ],
    [ sh:path dct:modified ; sh:maxCount 1 ; sh:datatype xsd:dateTime ],
    [ sh:path dct:accrualPeriodicity ; sh:maxCount 1 ; sh:class dct:Frequency ],
    [ sh:path dct:spatial ; sh:minCount 1 ; sh:class dct:Location ],
    [ sh:path dct:temporal ; sh:minCount 1 ; sh:class dct:PeriodOfTime ],
    [ sh:path dcat:distribution ; sh:minCount 1 ; sh:class dcat:Distribution ] .
[] a sh:NodeShape ; sh:targetClass dcat:Distribution ;
  sh:property [ sh:path dcat:accessURL ; sh:minCount 1 ; sh:nodeKind sh:IRI ],
    [ sh:path dcat:mediaType ; sh:maxCount 1 ; sh:class dct:MediaType ],
    [ sh:path dct:license ; sh:minCount 1 ; sh:maxCount 1 ; sh:class dct:LicenseDocument ] .
"""


@pytest.fixture(scope="module")
def client(asaka: Catalog, home: Path, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    assert asaka.layers
    database = tmp_path_factory.mktemp("opendata") / "bosai.sqlite"
    settings = Settings(home=home / "asaka", database_url=f"sqlite:///{database}", base_url=AT)
    return TestClient(create_app(settings))


@pytest.fixture(scope="module")
def official(asaka: Catalog) -> list[Dataset]:
    """The datasets of a city that has adopted the map, and renews each every year."""
    office = Office(
        name={"ja": "危機管理室", "en": "Crisis management"}, mail="kiki@city.example.jp"
    )
    city = asaka.city.model_copy(update={"official": True, "office": office})
    return [
        replace(dataset, city=city, publisher=publisher_of(city)) for dataset in datasets(asaka, AT)
    ]


def renewed(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    definition = dataset.definition.model_copy(update={"renewal": Renewal(every="yearly")})
    monkeypatch.setattr(type(dataset), "definition", property(lambda _: definition))
    return dataset


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_sample_is_in_no_catalogue(client: TestClient, path: str, asaka: Catalog) -> None:
    samples = [layer.id for layer in asaka.layers.values() if layer.definition.sample]
    assert samples
    text = client.get(path).text
    assert f"/layers/{LISTED[0]}" in text
    assert [layer_id for layer_id in samples if layer_id in text] == []


def test_the_pages_of_samples_are_no_datasets(client: TestClient) -> None:
    assert "ld+json" in client.get(f"/layers/{LISTED[0]}", headers=PAGE).text
    assert "ld+json" not in client.get("/layers/hydrants", headers=PAGE).text


def test_each_dataset_is_as_dcat_us_wants_it(official: list[Dataset]) -> None:
    document: Any = data_json(official, AT)
    validator = Draft202012Validator(DATASET, format_checker=FormatChecker())
    assert [dataset["identifier"] for dataset in document["dataset"]] == [
        f"{AT}/layers/{layer_id}" for layer_id in LISTED
    ]
    for dataset in document["dataset"]:
        validator.validate(json.loads(json.dumps(dataset)))
        assert dataset["contactPoint"]["hasEmail"] == "mailto:kiki@city.example.jp"
        assert dataset["publisher"]["name"] == "朝霞市"


def test_the_city_does_not_publish_what_it_has_not_adopted(client: TestClient) -> None:
    for dataset in client.get("/data.json").json()["dataset"]:
        assert dataset["publisher"]["name"] == "朝霞市 防災レイヤーマップ（非公式）"
        assert "hasEmail" not in dataset["contactPoint"]


def test_a_rhythm_is_told(official: list[Dataset], monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = renewed(official[0], monkeypatch)
    document: Any = data_json([dataset], AT)
    assert document["dataset"][0]["accrualPeriodicity"] == "R/P1Y"
    graph = Graph().parse(data=to_turtle(catalogue(dataset.city, [dataset], AT)))
    frequency = graph.value(URIRef(f"{dataset.page}#dataset"), DCTERMS.accrualPeriodicity)
    assert str(frequency).endswith("/frequency/ANNUAL")
    assert FREQUENCIES[Rhythm(1, "Y")] == "ANNUAL"


@pytest.mark.breadth
def test_the_addresses_of_downloads_answer(client: TestClient) -> None:
    for dataset in client.get("/data.json").json()["dataset"]:
        addresses = [
            part.get("downloadURL", part.get("accessURL")) for part in dataset["distribution"]
        ]
        for address in [*addresses, dataset["landingPage"], dataset["describedBy"]]:
            answer = client.head(address.removeprefix(AT))
            assert answer.status_code == 200, address


def test_turtle_and_json_ld_say_the_same(client: TestClient) -> None:
    turtle = Graph().parse(data=client.get("/catalog.ttl").text, format="turtle")
    linked = Graph().parse(data=client.get("/catalog.jsonld").text, format="json-ld")
    assert isomorphic(turtle, linked)
    assert len({*turtle.objects(None, DCAT.dataset)}) == len(LISTED)


def test_the_catalogue_has_the_shape_of_dcat_ap(client: TestClient) -> None:
    graph = Graph().parse(data=client.get("/catalog.ttl").text, format="turtle")
    shapes = Graph().parse(data=SHAPES, format="turtle")
    conforms, _, report = validate(graph, shacl_graph=shapes)
    assert conforms, report
    title = graph.value(predicate=FOAF.homepage, object=URIRef(f"{AT}/"))
    titles = graph.objects(title, DCTERMS.title)
    languages = {str(word.n3()).rpartition("@")[2].lower() for word in titles}
    assert languages == {"ja", "en", "zh-hans", "ko", "vi"}


def test_a_shape_that_is_not_met_is_seen(client: TestClient) -> None:
    graph = Graph().parse(data=client.get("/catalog.ttl").text, format="turtle")
    graph.remove((None, DCAT.accessURL, None))
    assert not validate(graph, shacl_graph=Graph().parse(data=SHAPES, format="turtle"))[0]


def test_what_people_write_stays_a_value() -> None:
    hostile = 'a "b" \\ c\n\r\t\x00\u2028 <x> . ; @ja 🜁'
    address = 'https://example.jp/a b<>"{}|^`\\\n?q=あ#x'
    nodes = [
        Node(
            Iri(address),
            ["dcat:Dataset"],
            [
                ("dct:title", [Literal(hostile, "ja"), Literal(hostile)]),
                ("dct:issued", [Literal("2026-01-01", datatype="xsd:date")]),
                ("dct:creator", []),
            ],
        )
    ]
    turtle = Graph().parse(data=to_turtle(nodes), format="turtle")
    linked = Graph().parse(data=json.dumps(to_json_ld(nodes)), format="json-ld")
    assert isomorphic(turtle, linked)
    assert {str(value) for value in turtle.objects(None, DCTERMS.title)} == {hostile}
    assert RdfLiteral("2026-01-01", datatype=XSD.date) in turtle.objects(None, DCTERMS.issued)


def test_layers_txt_leads_to_styled_tiles(client: TestClient) -> None:
    answer = client.get("/layers.txt")
    assert answer.headers["access-control-allow-origin"] == "*"
    [group] = answer.json()["layers"]
    assert (group["type"], group["title"]) == ("LayerGroup", "避難")
    assert [entry["title"] for entry in group["entries"]] == ["指定緊急避難場所", "指定避難所"]
    template = group["entries"][0]["url"].removeprefix(AT)
    tile = client.get(template.format(z=14, x=14545, y=6443)).json()
    assert tile["features"]
    assert all(
        "_iconUrl" in f["properties"] or "_color" in f["properties"] for f in tile["features"]
    )


def test_the_sitemap_leads_to_pages(client: TestClient) -> None:
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    names = {
        "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
        "x": "http://www.w3.org/1999/xhtml",
    }
    pages = [str(element.text) for element in root.findall("s:url/s:loc", names)]
    assert f"{AT}/layers/{LISTED[0]}" in pages
    robots = RobotFileParser()
    robots.parse(client.get("/robots.txt").text.splitlines())
    assert robots.site_maps() == [f"{AT}/sitemap.xml"]
    for page in pages:
        answer = client.get(page.removeprefix(AT), headers=PAGE)
        assert answer.status_code == 200, page
        assert 'name="robots"' not in answer.text, page
        assert robots.can_fetch("*", page), page
    first = root.find("s:url", names)
    assert first is not None
    assert len(first.findall("x:link", names)) == 6


@pytest.mark.parametrize(
    "path", ["/staff", "/staff/queue", "/here?lat=1", "/tiles/flood/1/1/1.mvt"]
)
def test_what_is_not_for_search_engines(client: TestClient, path: str) -> None:
    robots = RobotFileParser()
    robots.parse(client.get("/robots.txt").text.splitlines())
    assert not robots.can_fetch("*", f"{AT}{path}")


@pytest.mark.parametrize(
    ("lang", "summary"), [("ja", "はじめて公開しました。"), ("en", "Published for the first time.")]
)
def test_readers_of_feeds_see_what_was_published(
    client: TestClient, lang: str, summary: str
) -> None:
    feed = feedparser.parse(client.get(f"/layers.atom?lang={lang}").content)
    assert not feed.bozo
    assert len(feed.entries) == len(LISTED)
    assert {entry.summary for entry in feed.entries} == {summary}
    for entry in feed.entries:
        page = client.get(entry.link.removeprefix(AT), headers=PAGE)
        assert f'id="{entry.link.partition("#")[2]}"' in page.text


def structured(page: str) -> Any:
    found: Callable[[str], re.Match[str] | None] = re.compile(
        r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL
    ).search
    match = found(page)
    assert match is not None
    return json.loads(match[1])


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_search_engines_of_datasets_read_the_page(client: TestClient, lang: str) -> None:
    page = client.get(f"/layers/{LISTED[0]}?lang={lang}", headers=PAGE).text
    dataset = structured(page)
    assert dataset["@type"] == "Dataset"
    assert f"<h1>{html.escape(dataset['name'])}</h1>" in page
    assert 50 <= len(dataset["description"]) <= 5000 or lang == "ja"  # as Google asks for
    assert dataset["distribution"][0]["contentUrl"].startswith(f"{AT}/layers/")
