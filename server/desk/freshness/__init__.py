"""Layers whose data was to be renewed by now: told to whose they are."""
