"""The prepared revision: the one immutable artefact between a city's files and what is served.

Rests on `layers.schema`, `layers.report` and what lies below them. Reads no city's file.
"""
