"""Japanese writing: spellings that mean the same, everyday characters, addresses; and Japan's time.

Rests on `layers.geometry`.
"""
