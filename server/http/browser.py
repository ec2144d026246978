"""Which browser asks, as a person would name it: to tell sessions apart, and for nothing else."""

from __future__ import annotations

# By what is in the `User-Agent`, the more particular first: most claim to be others as well.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def browser_name(user_agent: str | None) -> str:
    """The browser and its system, such as "Firefox (Windows)"; "" of one that is not known."""
    browser, system = (
        next((name for sign, name in names.items() if sign in (user_agent or "")), "")
        for names in (BROWSERS, SYSTEMS)
    )
    return f"{browser} ({system})" if browser and system else browser or system
