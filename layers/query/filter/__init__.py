"""A filter in CQL2 (OGC 21-065r2): parsed once, evaluated as masks over a layer's columns.

Only published columns, the feature's id and its geometry can be asked about. `parse` bounds and
reads the text, `evaluate` walks the tree; what it compares are `operands`, and `texts`, `times`
and `spatial` know how. A value that is missing makes a predicate unknown, as in SQL: neither it
nor its negation then selects the feature.
"""
