"""Layers on their way to the map: uploaded, read, worded, compared, and published by people."""
