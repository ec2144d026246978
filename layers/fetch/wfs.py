"""A feature type of a WFS 2.0.0 or 1.1.0: its features in pages, counted.

https://docs.ogc.org/is/09-025r2/09-025r2.html

GeoJSON is asked for where the service offers it, else its own GML. Features are in the type's own
coordinate reference system, which the answer names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from layers.errors import SourceError
from layers.fetch.http import Visit, file_stem
from layers.fetch.network import refused
from layers.fetch.pages import (
    Feature,
    FeatureFile,
    JsonPage,
    json_feature,
    parameters_of,
    small,
    told,
    whole_number,
    with_parameters,
)
from layers.schema.source import Source
from layers.sources.vector import xml

VERSIONS = ("2.0.0", "2.0.2", "1.1.0")
# Parameters that are ours; all others of an address are sent on, `cql_filter` and `map` say.
OURS = frozenset({
    "service", "version", "acceptversions", "request", "typename", "typenames", "outputformat",
    "resulttype", "startindex", "count", "maxfeatures",
})  # fmt: skip
# What services call GeoJSON, the surest name first.
GEOJSON = (
    "application/geo+json",
    "application/vnd.geo+json",
    "application/json;subtype=geojson",
    "geojson",
    "application/json",
    "json",
)
COLLECTION = "FeatureCollection"
MEMBERS = frozenset({"member", "featureMember", "featureMembers"})
FEATURE_DEPTH = 2  # below the collection and a member
MOST_NAMES = 20  # feature types named in a message
BEFORE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0">\n'
)
AFTER = "\n</wfs:FeatureCollection>\n"


@dataclass(frozen=True)
class Service:
    """What a service says of itself, and how it is asked for one feature type."""

    url: str
    parameters: dict[str, str]
    version: str
    type_name: str
    output_format: str | None  # GeoJSON's; None where it gives GML only

    @property
    def is_second(self) -> bool:
        """Whether it speaks WFS 2, and not 1.1."""
        return self.version.startswith("2")

    def feature_url(self, start: int = 0, **parameters: str) -> str:
        """An address of features from number `start` on."""
        name = "typeNames" if self.is_second else "typeName"
        ours = {"service": "WFS", "version": self.version, "request": "GetFeature"}
        wanted = {name: self.type_name, "startIndex": start or None, **parameters}
        return with_parameters(self.url, {**self.parameters, **ours, **wanted})


@dataclass
class GmlPage:
    """A page of features as GML; `attributes` are the collection's, once features are read."""

    visit: Visit
    path: Path
    attributes: dict[str, str] = field(default_factory=dict)

    def features(self) -> Iterator[Feature]:
        """Each feature. Refuses what is no collection."""
        around: list[Element] = []
        for event, element in _events(self.visit, self.path):
            if event == "start":
                if not around:
                    if xml.local(element.tag) != COLLECTION:
                        raise _told(self.visit, _root(self.visit, self.path))
                    self.attributes = dict(element.attrib)
                around.append(element)
                continue
            around.pop()
            if len(around) == FEATURE_DEPTH:
                if xml.local(around[-1].tag) in MEMBERS:
                    yield _feature(element)
                around[-1].remove(element)
            elif len(around) == 1:
                around[0].remove(element)


def fetch(visit: Visit, source: Source, folder: Path) -> Path:
    """Write every feature of the type into one file in `folder`. Raises `SourceError`."""
    service = _service(visit, source, folder)
    matched = _hits(visit, service, folder)
    stem = file_stem(service.type_name.replace(":", "_"))
    if service.output_format is None:
        file = FeatureFile(visit, folder / f"{stem}.gml", "\n")
    else:
        file = FeatureFile(visit, folder / f"{stem}.geojson", ",\n")
    features = 1
    while features and (matched is None or file.count < matched or not file.count):
        url = service.feature_url(file.count)
        if service.output_format is None:
            features = _add_gml(visit, url, file, folder)
        else:
            url = service.feature_url(file.count, outputFormat=service.output_format)
            features = _add_json(visit, url, file, folder)
    file.require(matched)
    if service.output_format is None:
        return file.finish(BEFORE, AFTER)
    return file.finish_json(type="FeatureCollection")


def _service(visit: Visit, source: Source, folder: Path) -> Service:
    url = str(source.url)
    others = parameters_of(url, OURS)
    given = {name.casefold(): value for name, value in parameters_of(url, ()).items()}
    asked = {"service": "WFS", "request": "GetCapabilities", "version": given.get("version")}
    root = _document(visit, with_parameters(url, {**others, **asked}), folder)
    if xml.local(root.tag) != "WFS_Capabilities":
        raise _told(visit, root)
    version = root.get("version", "")
    if version not in VERSIONS:
        raise refused(visit.url, "wfs_version", version)
    names = [_text(name) for name in root.findall("{*}FeatureTypeList/{*}FeatureType/{*}Name")]
    wanted = source.sublayer or given.get("typenames") or given.get("typename")
    return Service(url, others, version, _type_name(visit, wanted, names), _output_format(root))


def _type_name(visit: Visit, wanted: str | None, names: list[str]) -> str:
    """The feature type that is wanted, with or without its prefix; the only one if none is."""
    matches = [name for name in names if wanted in (None, name)]
    matches = matches or [name for name in names if name.rpartition(":")[2] == wanted]
    if len(matches) != 1:
        more = " …" if len(names) > MOST_NAMES else ""
        listed = ", ".join(names[:MOST_NAMES]) + more
        path, key = Path(visit.url.partition("?")[0]), "source.sublayer"
        raise SourceError(path, "wfs_type", wanted, listed, key=key)
    return matches[0]


def _output_format(capabilities: Element) -> str | None:
    """What the service calls GeoJSON, if it offers it."""
    operations = capabilities.findall("{*}OperationsMetadata/{*}Operation")
    offered = {
        "".join(_text(value).casefold().split()): _text(value)
        for operation in operations
        if operation.get("name") == "GetFeature"
        for parameter in operation.findall("{*}Parameter")
        if parameter.get("name") == "outputFormat"
        for value in parameter.findall(".//{*}Value")
    }
    return next((offered[name] for name in GEOJSON if name in offered), None)


def _hits(visit: Visit, service: Service, folder: Path) -> int | None:
    """The number of features there are; None where the service does not say it."""
    root = _document(visit, service.feature_url(resultType="hits"), folder)
    if xml.local(root.tag) != COLLECTION:
        raise _told(visit, root)
    number = "numberMatched" if service.is_second else "numberOfFeatures"
    return whole_number(root.get(number))


def _add_gml(visit: Visit, url: str, file: FeatureFile, folder: Path) -> int:
    path = folder / "page"
    visit.save(visit.ask(url), path)
    page = GmlPage(visit, path)
    features = file.add(page.features())
    returned = whole_number(page.attributes.get("numberReturned"))
    if returned is not None and returned != features:
        raise refused(visit.url, "service_count", f"{features:,} / {returned:,}")
    return features


def _add_json(visit: Visit, url: str, file: FeatureFile, folder: Path) -> int:
    path = folder / "page"
    visit.save(visit.ask(url), path)
    if _is_xml(path):
        raise _told(visit, _root(visit, path))
    page = JsonPage(visit, path)
    features = file.add(json_feature(feature, feature.get("id")) for feature in page.features())
    page.require_returned(features)
    if features:
        file.keep(page.members, ("crs",), "crs")
    return features


def _feature(element: Element) -> Feature:
    id_ = next((v for name, v in element.attrib.items() if xml.local(name) in ("id", "fid")), None)
    element.tail = None
    return Feature(id_, f"<wfs:member>{tostring(element, encoding='unicode')}</wfs:member>")


def _is_xml(path: Path) -> bool:
    with path.open("rb") as content:
        return content.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _document(visit: Visit, url: str, folder: Path) -> Element:
    return _root(visit, small(visit, url, folder))


def _root(visit: Visit, path: Path) -> Element:
    """The outermost element, whole."""
    outermost = None
    for _, element in _events(visit, path):
        outermost = element if outermost is None else outermost
    if outermost is None:
        raise refused(visit.url, "service_answer", "<")
    return outermost


def _events(visit: Visit, path: Path) -> Iterator[tuple[str, Element]]:
    try:
        yield from xml.events(path)
    except SourceError as error:
        detail = "too deep" if error.kind == "too_deep" else str(error.detail)
        raise refused(visit.url, "service_answer", detail) from None


def _told(visit: Visit, root: Element) -> SourceError:
    """The error for an exception that is sent as a good answer, or for another document."""
    texts = [
        _text(element)
        for element in root.iter()
        if xml.local(element.tag) in ("ExceptionText", "ServiceException")
    ]
    if not any(texts):
        return refused(visit.url, "service_answer", xml.local(root.tag))
    return told(visit, " ".join(texts))


def _text(element: Element) -> str:
    return (element.text or "").strip()
