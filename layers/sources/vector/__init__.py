"""Geodata: a reader for each format, GDAL for the rest."""
