"""How a map looks: legends, symbols.

Rests on `layers.schema` and what lies below it.
"""
