"""Datasets in a portal that runs CKAN (docs.ckan.org/en/2.11/api): what would change there, and
changing it.

What the portal's own people add to a dataset (fields, tags, resources that lead elsewhere) stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ckanapi import NotFound, RemoteCKAN

from server.opendata.dataset import Dataset, media_type
from server.opendata.dcat_us import keywords

Package = Mapping[str, Any]
LANGUAGE = "ja"
# CKAN's own names of licences, by how their addresses begin behind the host's scheme.
LICENCES: Mapping[str, str] = {
    "creativecommons.org/licenses/by/": "cc-by",
    "creativecommons.org/licenses/by-sa/": "cc-by-sa",
    "creativecommons.org/publicdomain/zero/": "cc-zero",
    "opendatacommons.org/licenses/odbl/": "odc-odbl",
}
NO_LICENCE = "notspecified"  # then the terms stand among the extras alone


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one dataset. `changes` names the fields that differ in the portal."""

    act: Literal["create", "update", "leave"]
    package: Package
    changes: Sequence[str] = ()


def steps(portal: RemoteCKAN, datasets: Sequence[Dataset], organization: str) -> Iterator[Step]:
    """What would have to be done, for each dataset. Raises what `ckanapi` raises."""
    for dataset in datasets:
        wanted = package_of(dataset, organization)
        try:
            present = portal.call_action("package_show", {"id": wanted["name"]})
        except NotFound:
            yield Step("create", wanted)
            continue
        merged = _merged(present, wanted, dataset)
        changes = [name for name in merged if merged[name] != _as_sent(present).get(name)]
        yield Step("update" if changes else "leave", merged, changes)


def carry_out(portal: RemoteCKAN, step: Step) -> None:
    """Do it. Raises what `ckanapi` raises."""
    if step.act != "leave":
        portal.call_action(f"package_{step.act}", dict(step.package))


def package_of(dataset: Dataset, organization: str) -> dict[str, Any]:
    """The dataset as CKAN takes it."""
    definition, credit = dataset.definition, dataset.definition.credit
    west, south, east, north = dataset.bounds
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    extras = {
        "attribution": credit.attribution[LANGUAGE],
        "licence": credit.licence[LANGUAGE],
        "licence_url": credit.licence_url,
        "issued": dataset.issued.isoformat(),
        "modified": dataset.modified.isoformat(),
        "revision": dataset.layer.revision.id,
        "frequency": dataset.rhythm and f"P{dataset.rhythm.number}{dataset.rhythm.unit}",
        "spatial": json.dumps({"type": "Polygon", "coordinates": [ring]}),
    }
    return {
        "name": f"{dataset.city.code}-{dataset.layer.id}",
        "title": definition.title[LANGUAGE],
        "notes": definition.description[LANGUAGE],
        "url": dataset.page,
        "owner_org": organization,
        "author": dataset.publisher.name[LANGUAGE],
        "author_email": dataset.publisher.mail or "",
        "license_id": _licence(credit.licence_url),
        "tags": [{"name": keyword} for keyword in keywords(dataset, LANGUAGE)],
        "extras": [{"key": key, "value": value} for key, value in extras.items() if value],
        "resources": [
            {
                "name": file_format.label,
                "url": address,
                "format": file_format.label,
                "mimetype": media_type(file_format),
            }
            for file_format, address in dataset.downloads()
        ],
    }


def _licence(address: str | None) -> str:
    _, _, rest = (address or "").partition("://")
    return next((name for start, name in LICENCES.items() if rest.startswith(start)), NO_LICENCE)


def _as_sent(package: Package) -> dict[str, Any]:
    """What the portal has, in the form in which it is sent."""
    return {
        **package,
        "owner_org": package.get("organization", {}).get("name", package.get("owner_org")),
        "tags": [{"name": tag["name"]} for tag in package.get("tags", ())],
    }


def _merged(present: Package, wanted: Package, dataset: Dataset) -> dict[str, Any]:
    """The portal's package with what is wanted put into it."""
    sent = _as_sent(present)
    ours = {extra["key"]: extra for extra in wanted["extras"]}
    extras = [ours.pop(extra["key"], extra) for extra in sent.get("extras", ())]
    tags = [tag for tag in wanted["tags"] if tag not in sent["tags"]]
    return {
        **sent,
        **wanted,
        "extras": [*extras, *ours.values()],
        "tags": [*sent["tags"], *tags],
        "resources": [*_resources(sent.get("resources", ()), wanted["resources"], dataset)],
    }


def _resources(
    present: Sequence[Package], wanted: Sequence[Package], dataset: Dataset
) -> Iterator[Package]:
    """Resources that lead elsewhere as they are, ours brought up to date by their address."""
    missing = {resource["url"]: resource for resource in wanted}
    for resource in present:
        if not resource["url"].startswith(f"{dataset.page}/"):
            yield resource
        elif resource["url"] in missing:
            yield {**resource, **missing.pop(resource["url"])}
    yield from missing.values()
