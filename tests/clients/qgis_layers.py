"""What QGIS sees of an export and of vector tiles; run by the Python that QGIS is installed for.

    python3 qgis_layers.py EXPORT TILES MINZOOM MAXZOOM WEST SOUTH EAST NORTH

Prints how many features the export at that address has, and how many pixels of a picture of the
box in degrees the tiles of that template fill, as JSON.
"""

from __future__ import annotations

import json
import sys
from urllib.parse import quote

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize, Qt

SIDE = 400  # pixels of the picture


def main() -> None:
    """Read both, and print what came of it."""
    export, template, minzoom, maxzoom, *box = sys.argv[1:]
    application = QgsApplication([], False)
    application.initQgis()
    features = QgsVectorLayer(f"/vsicurl/{export}", "export", "ogr")
    uri = f"type=xyz&zmin={minzoom}&zmax={maxzoom}&url={quote(template, safe='')}"
    tiles = QgsVectorTileLayer(uri, "tiles")
    valid = features.isValid() and tiles.isValid()
    document = {
        "valid": valid,
        "features": features.featureCount(),
        "pixels": pixels(tiles, QgsRectangle(*map(float, box))),
    }
    print(json.dumps(document))


def pixels(layer: QgsVectorTileLayer, box: QgsRectangle) -> int:
    """How many pixels of a picture of the box, on white, are not white."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    settings.setExtent(box)
    settings.setOutputSize(QSize(SIDE, SIDE))
    settings.setBackgroundColor(Qt.white)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    white = picture.pixel(0, 0)
    return sum(picture.pixel(x, y) != white for x in range(SIDE) for y in range(SIDE))


main()
