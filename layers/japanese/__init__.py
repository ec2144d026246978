"""Japanese writing: spellings that mean the same, everyday characters, addresses.

Rests on `layers.geometry`.
"""
