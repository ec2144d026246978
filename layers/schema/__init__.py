"""What a definition may say: one layer (`<id>.toml`) or the city (`city.toml`), strict and frozen.

Rests on `layers.errors` and `layers.messages`.
"""
