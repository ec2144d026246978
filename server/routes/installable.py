"""What lets a phone put the map on its home screen: a manifest in each language, and icons."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

import orjson
from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from layers.schema.city import CityDefinition
from server.edition.edition import Served
from server.http.language import language_of
from server.http.links import query
from server.http.responses import READ, REVALIDATE, Body, answer, freshness
from server.texts import LANGUAGES, plain, translator
from server.texts.wording import localized

ICONS = Path(__file__).parent.parent / "pages" / "icons"
THEME = "#16385c"
PAPER = "#ffffff"


def installable_router(served: Served) -> APIRouter:
    """`/manifest.webmanifest` and the icons under /icons."""
    router = APIRouter()
    icons = {
        file.name: Body(file.read_bytes(), "image/png") for file in sorted(ICONS.glob("*.png"))
    }

    @router.api_route("/manifest.webmanifest", methods=READ)
    def manifest(request: Request) -> Response:
        lang = language_of(request)
        document = plain(orjson.dumps(_manifest(served.now.catalog.city, lang, icons)).decode())
        return answer(request, Body(document.encode(), "application/manifest+json"), REVALIDATE)

    @router.api_route("/icons/{name}", methods=READ)
    def icon(name: str, request: Request) -> Response:
        if name not in icons:
            raise HTTPException(404)
        return answer(request, icons[name], freshness(request, _revision(icons[name])))

    return router


def _manifest(city: CityDefinition, lang: str, icons: dict[str, Body]) -> dict[str, object]:
    """The web application manifest (www.w3.org/TR/appmanifest)."""
    translate = translator(lang)
    name = translate("{city} disaster layer map").format(city=localized(city.name, lang))
    unofficial = "" if city.official else f" ({translate('unofficial')})"
    return {
        "id": "/",
        "name": name + unofficial,
        "short_name": translate("Disaster layer map"),
        "lang": LANGUAGES[lang].tag,
        "start_url": f"/{query(lang)}",
        "scope": "/",
        "display": "standalone",
        "theme_color": THEME,
        "background_color": PAPER,
        "icons": [
            {
                "src": f"/icons/{name}?v={_revision(body)}",
                "sizes": "{0}x{0}".format(name.removesuffix(".png").split("-")[-1]),
                "type": "image/png",
                "purpose": "maskable" if name.startswith("maskable") else "any",
            }
            for name, body in icons.items()
        ],
    }


def _revision(icon: Body) -> str:
    return blake2b(icon.plain.content, digest_size=8).hexdigest()
