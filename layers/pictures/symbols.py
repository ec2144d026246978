"""A point symbol as SVG around 0, 0: as `web/map/symbols.js` draws it on screen."""

from __future__ import annotations

from layers.pictures import svg
from layers.schema.values import PictogramId
from layers.symbology.legend import LegendEntry
from layers.symbology.look import LOOK
from layers.symbology.symbols import ink_on, pale_color

LEGEND_RADIUS = 11  # CSS pixels: half the width of a symbol in a legend
LEGEND_BOX = 29  # CSS pixels: the side of the square around 0, 0 that such a symbol needs


def legend_svg(entry: LegendEntry, *, hollow: bool) -> str:
    """Draw the symbol of a look as a legend shows it; `hollow` of a sample."""
    return symbol_svg(entry, LEGEND_RADIUS, hollow=hollow)


def symbol_svg(entry: LegendEntry, radius: float, *, hollow: bool) -> str:
    """Draw the symbol of a look; `radius` is half its width in CSS pixels, `hollow` of a sample."""
    look, outline = LOOK.symbols, LOOK.symbols.outlines[entry.shape]
    fill, ink = ("#fff", entry.color) if hollow else (entry.color, ink_on(entry.color))
    edge = look.hollow if hollow else look.filled
    path = f'<path d="{outline.path}" stroke-linejoin="round"'
    opacity = f' stroke-opacity="{edge.opacity:g}"' if edge.opacity < 1 else ""
    sign = ""
    if radius >= look.least and entry.pictogram:
        sign = pictogram_svg(entry.pictogram, 0, radius * outline.drop, radius * outline.room, ink)
    elif radius >= look.least and entry.glyph:
        sign = svg.text(entry.glyph, 0, radius * outline.drop, radius * look.glyph, ink)
    return (
        f'<g transform="scale({radius:g})">'
        f'{path} stroke="#fff" stroke-width="{2 * look.halo / radius:.3f}"/>'
        f'{path} fill="{fill}" stroke="{edge.color or entry.color}"{opacity} '
        f'stroke-width="{edge.width / radius:.3f}"/></g>{sign}'
    )


def badge_svg(code: str, radius: float) -> str:
    """Draw a badge around 0, 0; `radius` is half its width in CSS pixels."""
    look, badge = LOOK.badges, LOOK.badges.looks[code]
    return (
        f'<g transform="scale({radius:g})"><circle r="{1 - look.edge / 2:g}" '
        f'fill="{badge.color}" stroke="#fff" stroke-width="{look.edge:g}"/>'
        f'<path d="{badge.sign}" fill="none" stroke="#fff" stroke-width="{look.line:g}"/></g>'
    )


def crossed_svg(entry: LegendEntry, radius: float) -> str:
    """Draw a place that is not designated for a disaster in view: hollow, pale, with a cross."""
    outline, color = LOOK.symbols.outlines[entry.shape], pale_color(entry.color)
    path = f'<path d="{outline.path}" stroke-linejoin="round"'
    width = f'stroke-width="{LOOK.crossed.width / radius:.3f}"'
    return (
        f'<g transform="scale({radius:g})">'
        f'{path} stroke="#fff" stroke-width="{2 * LOOK.symbols.halo / radius:.3f}"/>'
        f'{path} fill="#fff" stroke="{color}" {width}/>'
        f'<path d="{LOOK.crossed.cross}" transform="translate(0 {outline.drop:g})" fill="none" '
        f'stroke="{color}" {width}/></g>'
    )


def pictogram_svg(name: PictogramId, x: float, y: float, half: float, ink: str) -> str:
    """Draw a pictogram around a place; `half` is half the width of its box in CSS pixels."""
    pictogram = LOOK.symbols.pictograms[name]
    width = f'stroke-width="{pictogram.width:g}"'
    solid = f'<path d="{pictogram.solid}" fill="{ink}"/>' if pictogram.solid else ""
    line = f'<path d="{pictogram.line}" fill="none" stroke="{ink}" {width}/>'
    return (
        f'<g transform="translate({x:.1f} {y:.1f}) scale({half:.2f})" stroke-linecap="round" '
        f'stroke-linejoin="round">{solid}{line if pictogram.line else ""}</g>'
    )
