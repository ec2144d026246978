"""Keeps what is served up to date: watches files, runs jobs, checks, opens.

Rests on everything but `layers.worker`, which runs beside it.
"""
