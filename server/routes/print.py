"""The map as a page for A4 paper, upright or across."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from layers.geometry.tile import Bounds
from layers.japanese.time_zone import JAPAN_TIME
from layers.pictures.frame import scale_bar
from layers.pictures.picture import draw
from server.desk.shelters.board import InForce
from server.edition.edition import Edition, Served
from server.http.language import language_of
from server.http.query import Query
from server.http.responses import READ, REVALIDATE, Body, answer
from server.printing.legend import legends
from server.printing.openings import badges_of, printed_openings, remarks
from server.printing.press import Press
from server.printing.qr import qr_code
from server.printing.share_picture import picture_key
from server.printing.words import notes, warnings
from server.texts import LANGUAGES, plain, translator
from server.texts.wording import localized, long_date
from server.viewer.permalink import ShownMap, map_address, shown_map


@dataclass(frozen=True, slots=True)
class Paper:
    """The map's size on a sheet, in CSS pixels: 96 to an inch."""

    name: str
    width: float
    height: float


# A4 less 10 mm on each side is 718 × 1047; across, the legend stands beside the map.
PAPERS = {
    "portrait": Paper("portrait", 718, 380),
    "landscape": Paper("landscape", 670, 345),
}


def print_router(
    served: Served, press: Press, base_url: str | None, shelters: Callable[[], InForce]
) -> APIRouter:
    """The route of /print. Raises `InvalidQuery` and `PressBusy`."""
    router = APIRouter()

    @router.api_route("/print", methods=READ)
    async def printed(request: Request) -> Response:
        edition = served.now
        lang = language_of(request)
        paper = PAPERS[Query.of(request).choice("paper", PAPERS) or "portrait"]
        shown = shown_map(request.query_params, edition.catalog)
        address = map_address(request, base_url, shown, lang)
        today = datetime.datetime.now(JAPAN_TIME).date()
        openings = shelters()
        drawn = picture_key(edition, shown)
        key = ("print", drawn, address, lang, paper, today, openings.key)
        body = await press.made(
            key, lambda: _page(edition, shown, paper, lang, address, today, openings)
        )
        return answer(request, body, REVALIDATE)

    return router


def _page(
    edition: Edition,
    shown: ShownMap,
    paper: Paper,
    lang: str,
    address: str,
    today: datetime.date,
    openings: InForce,
) -> Body:
    _ = translator(lang)
    city = edition.catalog.city
    frame = shown.frame(Bounds(*city.extent), paper.width, paper.height)
    picture = draw(
        edition.catalog,
        shown.layers,
        frame,
        title=plain(_("{city} disaster layer map").format(city=localized(city.name, lang))),
        mark=plain(_("SAMPLE")),
        strengths=shown.strengths,
        disasters=shown.disasters,
        patterns=True,
        name_tags=LANGUAGES[lang].names,
        badges=badges_of(openings),
    )
    metres, length = scale_bar(frame, 160)
    page = edition.pages.render(
        "print.html",
        lang,
        paper=paper.name,
        papers={name: f"/print?{shown.query(lang=lang, paper=name)}" for name in PAPERS},
        map_href=f"/?{shown.query(lang=lang)}",
        # SVG of our own making, in which texts are escaped.
        picture=Markup(picture.svg),  # noqa: S704
        code=Markup(qr_code(address)),  # noqa: S704
        channel_codes=[Markup(qr_code(channel.link)) for channel in city.channels],  # noqa: S704
        warnings=warnings(shown, picture.hidden, lang, _),
        notes=notes(shown, lang, _),
        openings=printed_openings(shown, openings, frame.bounds(), lang),
        openings_remarks=remarks(shown.layers, openings, lang, _),
        legends=[*legends(shown.layers, lang, _, shown.disasters)],
        metres=metres,
        length=length,
        address=address,
        today=long_date(today, lang),
    )
    return Body(page.encode(), "text/html; charset=utf-8")
