"""What other hosts and databases hold: fetched within limits, and the last good copy kept.

Rests on `layers.sources` and what lies below it.
"""
