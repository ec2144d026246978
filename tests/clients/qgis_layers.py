"""What QGIS sees of a layer; run by the Python that QGIS is installed for.

    python3 qgis_layers.py SITE LAYER MINZOOM MAXZOOM WEST SOUTH EAST NORTH FOLDER

Reads the layer of the service at the address SITE as an export, as a collection of OGC API –
Features with its style as SLD, and as vector tiles with its style for MapLibre. Pictures of the box
in degrees are written into the folder. Prints what came of it, as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsMapLayer,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize, Qt

SIDE = 400  # pixels of a picture


def main() -> None:
    """Read the layer in each way, and print what came of it."""
    site, layer_id, minzoom, maxzoom, *rest = sys.argv[1:]
    box, folder = QgsRectangle(*map(float, rest[:4])), Path(rest[4])
    application = QgsApplication([], False)
    application.initQgis()
    ogc = f"{site}/ogc"
    style = f"{ogc}/collections/{layer_id}/styles/default"

    export = QgsVectorLayer(f"/vsicurl/{site}/layers/{layer_id}/export.geojson", "export", "ogr")
    collection = QgsVectorLayer(f"url='{ogc}' typename='{layer_id}'", "collection", "OAPIF")
    sld = folder / "style.sld"
    with urlopen(f"{style}?f=sld10") as answer:
        sld.write_bytes(answer.read())
    sld_message, sld_read = collection.loadSldStyle(str(sld))

    template = f"{ogc}/collections/{layer_id}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}?f=mvt"
    parts = {"type": "xyz", "zmin": minzoom, "zmax": maxzoom}
    parts |= {"url": template, "styleUrl": f"{style}?f=mbs"}
    uri = "&".join(f"{name}={quote(value, safe='')}" for name, value in parts.items())
    tiles = QgsVectorTileLayer(uri, "tiles")
    style_message, style_read = tiles.loadDefaultStyle()

    document = {
        "export": export.featureCount() if export.isValid() else None,
        "collection": sum(1 for _ in collection.getFeatures()) if collection.isValid() else None,
        "fields": [field.name() for field in collection.fields()],
        "sld": sld_read or sld_message,
        "style": style_read or style_message,
        "pictures": {
            layer.name(): colors(layer, box, folder / f"{layer.name()}.png")
            for layer in (collection, tiles)
        },
    }
    print(json.dumps(document))


def colors(layer: QgsMapLayer, box: QgsRectangle, path: Path) -> dict[str, int]:
    """The colours of a picture of the box, on white, with how many pixels have each."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(in_metres(box))
    settings.setOutputSize(QSize(SIDE, SIDE))
    settings.setBackgroundColor(Qt.white)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    picture.save(str(path))
    counts: dict[str, int] = {}
    for x in range(SIDE):
        for y in range(SIDE):
            name = picture.pixelColor(x, y).name()
            counts[name] = counts.get(name, 0) + 1
    return counts


def in_metres(box: QgsRectangle) -> QgsRectangle:
    """The box in Web Mercator."""
    degrees, mercator = (QgsCoordinateReferenceSystem(f"EPSG:{code}") for code in (4326, 3857))
    transform = QgsCoordinateTransform(degrees, mercator, QgsProject.instance())
    return transform.transformBoundingBox(box)


main()
