"""DCAT-AP 3 (semiceu.github.io/DCAT-AP/releases/3.0.1), which European portals and CKAN harvest.

In all languages of the map. What RDF would leave nameless has an address in this document, so that
the same datasets give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from layers.schema.city import CityDefinition
from layers.schema.renewal import Rhythm
from layers.schema.values import Text
from server.opendata.dataset import TAGS, Dataset, Publisher, media_type, publisher_of, site_name
from server.opendata.dcat_us import keywords
from server.opendata.rdf import Iri, Literal, Node, Value, texts
from server.texts import plain, translator

PATH_JSON, PATH_TURTLE = "/catalog.jsonld", "/catalog.ttl"
AUTHORITY = "http://publications.europa.eu/resource/authority"
# As on the page that lists the layers.
SCOPE = "All layers on the map, with their sources, dates and terms. Each layer can be downloaded."
MEDIA_TYPES = "https://www.iana.org/assignments/media-types"
JAPANESE = Iri(f"{AUTHORITY}/language/JPN")  # of the values; the titles are in six languages
# The frequencies of AUTHORITY that are a rhythm of ours; others are left out.
FREQUENCIES: Mapping[Rhythm, str] = {
    Rhythm(1, "D"): "DAILY",
    Rhythm(1, "W"): "WEEKLY",
    Rhythm(2, "W"): "BIWEEKLY",
    Rhythm(1, "M"): "MONTHLY",
    Rhythm(2, "M"): "BIMONTHLY",
    Rhythm(3, "M"): "QUARTERLY",
    Rhythm(6, "M"): "ANNUAL_2",
    Rhythm(1, "Y"): "ANNUAL",
    Rhythm(2, "Y"): "BIENNIAL",
    Rhythm(3, "Y"): "TRIENNIAL",
    Rhythm(4, "Y"): "QUADRENNIAL",
    Rhythm(5, "Y"): "QUINQUENNIAL",
    Rhythm(10, "Y"): "DECENNIAL",
}


def catalogue(city: CityDefinition, datasets: Sequence[Dataset], at: str) -> list[Node]:
    """The catalogue, then everything that it names. `at` is where the service is."""
    home, publisher = Iri(f"{at}{PATH_JSON}"), Iri(f"{at}{PATH_JSON}#publisher")
    site = {tag: site_name(city, code) for code, tag in TAGS.items()}
    scope = {tag: plain(translator(code)(SCOPE)) for code, tag in TAGS.items()}
    modified = [max(d.modified for d in datasets).isoformat()] if datasets else []
    listed = (
        ("dct:title", texts(site)),
        ("dct:description", texts(scope)),
        ("dct:publisher", [publisher]),
        ("dct:language", [JAPANESE]),
        ("dct:modified", [Literal(at, datatype="xsd:dateTime") for at in modified]),
        ("foaf:homepage", [Iri(f"{at}/")]),
        ("dcat:dataset", [_iri(dataset) for dataset in datasets]),
    )
    nodes = [
        Node(home, ["dcat:Catalog"], listed),
        Node(Iri(f"{at}/"), ["foaf:Document"], ()),
        *_publisher(publisher, publisher_of(city)),
        Node(JAPANESE, ["dct:LinguisticSystem"], ()),
    ]
    for dataset in datasets:
        nodes += _dataset(dataset, publisher)
    return [*{str(node.iri): node for node in nodes}.values()]


def _iri(dataset: Dataset, part: str = "dataset") -> Iri:
    """The dataset, which is not the page about it, or what belongs to it."""
    return Iri(f"{dataset.page}#{part}")


def _publisher(iri: Iri, publisher: Publisher) -> Iterator[Node]:
    yield Node(iri, ["foaf:Agent"], [("foaf:name", _words(publisher.name))])
    mail: list[Value] = [] if publisher.mail is None else [Iri(f"mailto:{publisher.mail}")]
    named = [("vcard:fn", _words(publisher.name)), ("vcard:hasEmail", mail)]
    yield Node(_contact(iri), ["vcard:Kind"], named)


def _contact(publisher: Iri) -> Iri:
    return Iri(f"{publisher.address}-contact")


def _dataset(dataset: Dataset, publisher: Iri) -> Iterator[Node]:
    definition, credit = dataset.definition, dataset.definition.credit
    frequency = FREQUENCIES.get(dataset.rhythm) if dataset.rhythm else None
    frequencies = [Iri(f"{AUTHORITY}/frequency/{frequency}")] if frequency else []
    area, period, source = (_iri(dataset, part) for part in ("area", "period", "source"))
    licence = Iri(credit.licence_url or _iri(dataset, "licence").address)
    page = Iri(dataset.page)
    distributions = [*_distributions(dataset, licence)]
    words: list[Value] = [
        Literal(keyword, tag) for code, tag in TAGS.items() for keyword in keywords(dataset, code)
    ]
    yield Node(
        _iri(dataset),
        ["dcat:Dataset"],
        [
            ("dct:identifier", [Literal(dataset.page)]),
            ("dct:title", _words(definition.title)),
            ("dct:description", _words(definition.description)),
            ("dct:publisher", [publisher]),
            ("dcat:contactPoint", [_contact(publisher)]),
            ("dcat:keyword", words),
            ("dct:language", [JAPANESE]),
            ("dct:issued", [Literal(dataset.issued.isoformat(), datatype="xsd:date")]),
            ("dct:modified", [Literal(dataset.modified.isoformat(), datatype="xsd:dateTime")]),
            ("dct:accrualPeriodicity", [*frequencies]),
            ("dct:spatial", [area]),
            ("dct:temporal", [period]),
            ("dct:provenance", [source]),
            ("dcat:landingPage", [page]),
            ("dcat:distribution", [n.iri for n in distributions if "dcat:Distribution" in n.types]),
        ],
    )
    yield Node(page, ["foaf:Document"], ())
    for iri in frequencies:
        yield Node(iri, ["dct:Frequency"], ())
    box = Literal(_wkt(dataset), datatype="geo:wktLiteral")
    yield Node(area, ["dct:Location"], [("dcat:bbox", [box])])
    day = Literal(dataset.issued.isoformat(), datatype="xsd:date")
    yield Node(period, ["dct:PeriodOfTime"], [("dcat:startDate", [day]), ("dcat:endDate", [day])])
    yield Node(source, ["dct:ProvenanceStatement"], [("rdfs:label", _words(credit.attribution))])
    yield Node(licence, ["dct:LicenseDocument"], [("dct:title", _words(credit.licence))])
    yield from distributions


def _distributions(dataset: Dataset, licence: Iri) -> Iterator[Node]:
    for file_format, address in dataset.downloads():
        type_iri = Iri(f"{MEDIA_TYPES}/{media_type(file_format)}")
        yield Node(type_iri, ["dct:MediaType"], ())
        yield Node(
            _iri(dataset, f"as-{file_format.name}"),
            ["dcat:Distribution"],
            [
                ("dct:title", [Literal(file_format.label)]),
                ("dcat:accessURL", [Iri(address)]),
                ("dcat:downloadURL", [Iri(address)]),
                ("dcat:mediaType", [type_iri]),
                ("dct:license", [licence]),
            ],
        )


def _words(text: Text) -> list[Value]:
    return texts({tag: text[code] for code, tag in TAGS.items() if code in text})


def _wkt(dataset: Dataset) -> str:
    west, south, east, north = dataset.bounds
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"POLYGON(({', '.join(f'{x} {y}' for x, y in ring)}))"
