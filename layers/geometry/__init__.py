"""Tiles, parts, clipping, datums: geometry as arrays in degrees, and work shared among threads.

Rests on `layers.errors` only.
"""
