"""What is published now: every layer by id, what places are designated for, the base map.

Rests on `layers.store`, `layers.tiles` and what lies below them.
"""
