"""A whole layer as a file: each format, and what every format says of its source.

Rests on `layers.catalog` and what lies below it.
"""
