"""The time that Japan's clocks show."""

from __future__ import annotations

import datetime

# One zone and no summer time: no time zone database is needed.
JAPAN_TIME = datetime.timezone(datetime.timedelta(hours=9))
