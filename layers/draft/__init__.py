"""A definition proposed from a data file.

Rests on `layers.prepare`, `layers.process` and what lies below them.
"""
