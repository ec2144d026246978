"""A tile of a zoom: what it shows, cut and encoded. Arrays in, bytes out.

Rests on `layers.revision`, `layers.symbology` and what lies below them.
"""
