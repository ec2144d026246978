"""Finding a place by what people call it: a town or an address, a name, or coordinates.

The browser searches the same index by the same rules, which go to it with the index: `rules`.
"""
