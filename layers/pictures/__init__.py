"""The map as a picture: SVG for a share picture, a sheet, a PDF.

Rests on `layers.query` and what lies below it.
"""
