"""Questions to a catalogue: what is known of a place, lists, neighbourhoods, search.

Rests on `layers.catalog` and what lies below it.
"""
