"""QR codes as they are drawn, read by a decoder that has nothing to do with what drew them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import zxingcpp
from PIL import Image, ImageDraw

SVG = re.compile(r"<svg[^>]*>\s*<path [^>]*/>\s*</svg>")
STEP = re.compile(r"([Mmh])([-\d. ]+)")
PIXELS = 8  # for each square of a code


def codes_of(page: str, start: str) -> list[str]:
    """What the codes say that stand behind each `start` of a page's source."""
    return [decoded(SVG.search(part)[0]) for part in page.split(start)[1:] if SVG.search(part)]  # type: ignore[index]


def decoded(svg: str) -> str:
    """What a code says: of lines in SVG, one a row of squares."""
    root = ElementTree.fromstring(svg)
    size = int(root.attrib["viewBox"].split()[2])
    image = Image.new("L", (size * PIXELS, size * PIXELS), 255)
    draw = ImageDraw.Draw(image)
    x = y = 0.0
    for command, numbers in STEP.findall(root[0].attrib["d"]):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":
            top = (y - 0.5) * PIXELS
            end = (x + values[0]) * PIXELS - 1
            draw.rectangle((x * PIXELS, top, end, top + PIXELS - 1), fill=0)
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    (code,) = zxingcpp.read_barcodes(image)
    return code.text
