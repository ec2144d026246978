"""Draws the icons of a home screen from one drawing, in Chromium."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from server.routes.installable import ICONS, THEME
from tests.browser.conftest import CHROMIUM, SWITCHES

# Layers lying on one another, in a square of 32 units; a phone may cut a maskable icon to the
# circle of 40 % around its middle (www.w3.org/TR/appmanifest, "safe zone").
DRAWING = """
<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" viewBox="0 0 32 32">
<rect width="32" height="32" rx="{corner}" fill="{theme}"/>
<g transform="translate(16 16) scale({scale}) translate(-16 -15)">
<path d="M16 6l11 6-11 6L5 12z" fill="#fff"/>
<path d="M5 18l11 6 11-6" fill="none" stroke="#9cc4ee" stroke-width="2.6"/>
</g></svg>"""
SQUARE = {"corner": 7.0, "scale": 1.0}
WHOLE = {"corner": 0.0, "scale": 0.8}
MADE: dict[str, dict[str, float]] = {
    "icon-192": SQUARE,
    "icon-512": SQUARE,
    "maskable-180": WHOLE,
    "maskable-512": WHOLE,
}


def draw() -> list[Path]:
    """Draw every icon and return where each is kept."""
    made = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        for name, look in MADE.items():
            side = int(name.split("-")[1])
            page = browser.new_page(viewport={"width": side, "height": side})
            drawing = DRAWING.format(side=side, theme=THEME, **look)
            page.set_content(f'<body style="margin:0">{drawing}</body>')
            made.append(ICONS / f"{name}.png")
            page.locator("svg").screenshot(path=made[-1], omit_background=True)
        browser.close()
    return made


if __name__ == "__main__":
    for path in draw():
        print(path)
