"""The residents' map: Folium elements of our own, and the page they make."""

from __future__ import annotations

from pathlib import Path

# Where `make bundle` puts the browser's files.
BUNDLE = Path(__file__).with_name("static")
