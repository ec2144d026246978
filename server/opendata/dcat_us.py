"""DCAT-US 1.1 (resources.data.gov/resources/dcat-us), which ArcGIS Hub and CKAN harvest.

Its fields for federal bureaus and programmes do not apply to a city. In Japanese: it has one
language.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.opendata.dataset import Dataset, Publisher, media_type

PATH = "/data.json"
SCHEMA = "https://project-open-data.cio.gov/v1.1/schema"
LANGUAGE = "ja"
MOST_RIGHTS = 255  # characters


def data_json(datasets: Sequence[Dataset], at: str) -> dict[str, object]:
    """The catalogue. `at` is where the service is."""
    return {
        "@context": f"{SCHEMA}/catalog.jsonld",
        "@id": f"{at}{PATH}",
        "@type": "dcat:Catalog",
        "conformsTo": SCHEMA,
        "describedBy": f"{SCHEMA}/catalog.json",
        "dataset": [_dataset(dataset) for dataset in datasets],
    }


def _dataset(dataset: Dataset) -> dict[str, object]:
    definition, credit = dataset.definition, dataset.definition.credit
    rights = f"{credit.attribution[LANGUAGE]} {credit.licence[LANGUAGE]}"
    fields: dict[str, object] = {
        "@type": "dcat:Dataset",
        "identifier": dataset.page,
        "title": definition.title[LANGUAGE],
        "description": definition.description[LANGUAGE],
        "keyword": keywords(dataset, LANGUAGE),
        "theme": [dataset.group[LANGUAGE]],
        "language": [LANGUAGE],
        "issued": dataset.issued.isoformat(),
        "modified": dataset.modified.isoformat(),
        "publisher": {"@type": "org:Organization", "name": dataset.publisher.name[LANGUAGE]},
        "contactPoint": _contact(dataset.publisher),
        "accessLevel": "public",
        "rights": rights if len(rights) <= MOST_RIGHTS else rights[: MOST_RIGHTS - 1] + "…",
        "spatial": ",".join(f"{degrees}" for degrees in dataset.bounds),
        "temporal": f"{dataset.issued}/{dataset.issued}",
        "landingPage": dataset.page,
        "describedBy": dataset.described_by,
        "describedByType": "application/json",
        "distribution": [
            *(
                {
                    "@type": "dcat:Distribution",
                    "title": file_format.label,
                    "format": file_format.label,
                    "mediaType": media_type(file_format),
                    "downloadURL": address,
                }
                for file_format, address in dataset.downloads()
            ),
            *(
                {
                    "@type": "dcat:Distribution",
                    "title": title,
                    "format": "API",
                    "accessURL": address,
                }
                for title, address in (
                    ("OGC API - Features", dataset.collection),
                    ("TileJSON", dataset.tilejson),
                )
            ),
        ],
    }
    if credit.licence_url is not None:
        fields["license"] = credit.licence_url
    if credit.url is not None:
        fields["references"] = [credit.url]
    if dataset.rhythm is not None:
        fields["accrualPeriodicity"] = f"R/P{dataset.rhythm.number}{dataset.rhythm.unit}"
    return fields


def keywords(dataset: Dataset, lang: str) -> list[str]:
    """What a dataset is searched by: the city, the heading and the layer's name, each once."""
    texts = (dataset.city.name, dataset.group, dataset.definition.title)
    return [*dict.fromkeys(text.get(lang, text["ja"]) for text in texts)]


def _contact(publisher: Publisher) -> dict[str, object]:
    """The schema wants an address. Where no office has one none is made up: only it is missing."""
    contact: dict[str, object] = {"@type": "vcard:Contact", "fn": publisher.name[LANGUAGE]}
    if publisher.mail is not None:
        contact["hasEmail"] = f"mailto:{publisher.mail}"
    return contact
