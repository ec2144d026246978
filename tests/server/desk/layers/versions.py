"""Versions of a layer, for tests."""

from __future__ import annotations

import datetime

HYDRANTS = "hydrants"


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = datetime.datetime.now(datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.now


def definition(title: str) -> str:
    """The text of the definition of a layer of hydrants in `hydrants.csv`."""
    return f"""
title = {{ ja = "{title}", en = "Hydrants" }}
description = {{ ja = "{title}の場所です。", en = "Where the hydrants are." }}
group = "fire"
sample = false

[source]
path = "hydrants.csv"

[credit]
attribution = {{ ja = "朝霞市", en = "Asaka City" }}
licence = {{ ja = "CC BY 4.0", en = "CC BY 4.0" }}
date = 2026-04-01

[fields.name]
column = "名称"
title = {{ ja = "名称", en = "Name" }}
"""
