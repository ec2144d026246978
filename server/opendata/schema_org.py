"""A layer as schema.org/Dataset, in its page, for search engines of datasets."""

from __future__ import annotations

import json

from layers.schema.values import Text
from server.opendata.dataset import Dataset, media_type
from server.opendata.dcat_us import keywords

# What would end the script element, or begin a comment, in which the page has it.
IN_SCRIPT = str.maketrans({"<": r"\u003c", ">": r"\u003e", "&": r"\u0026"})


def structured_data(dataset: Dataset, lang: str) -> str:
    """The dataset as JSON-LD that can stand in a script element, in the language's own words."""
    definition, credit = dataset.definition, dataset.definition.credit
    west, south, east, north = dataset.bounds

    def words(text: Text) -> str:
        return text.get(lang, text["ja"])

    document = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": f"{dataset.page}#dataset",
        "url": dataset.page,
        "name": words(definition.title),
        "description": words(definition.description),
        "keywords": keywords(dataset, lang),
        "license": credit.licence_url or words(credit.licence),
        "creditText": words(credit.attribution),
        "isAccessibleForFree": True,
        "version": dataset.layer.revision.id,
        "datePublished": dataset.issued.isoformat(),
        "dateModified": dataset.modified.isoformat(),
        "temporalCoverage": dataset.issued.isoformat(),
        "publisher": {"@type": "Organization", "name": words(dataset.publisher.name)},
        "spatialCoverage": {
            "@type": "Place",
            "name": words(dataset.city.name),
            "geo": {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"},
        },
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": media_type(file_format),
                "contentUrl": address,
            }
            for file_format, address in dataset.downloads()
        ],
    }
    return json.dumps(document, ensure_ascii=False).translate(IN_SCRIPT)
