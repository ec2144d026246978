"""What search engines are told of: pages worth finding, and those that are not for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, register_namespace

from server.http.links import with_language
from server.opendata.dataset import Dataset
from server.pages.xml import document, put
from server.texts import LANGUAGES

PATH = "/sitemap.xml"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
register_namespace("xhtml", XHTML)
PAGES = ("/", "/light", "/layers", "/requests", "/towns", "/contact", "/terms", "/privacy")
# Of people and of single places; and what is many and no page.
KEPT_OUT = (
    "/here",
    "/language",
    "/offline",
    "/print",
    "/requests/new",
    "/search",
    "/staff",
    "/tiles/",
)


def sitemap(datasets: Sequence[Dataset], at: str) -> bytes:
    """The sitemap (sitemaps.org), each page with its languages."""
    root = Element(f"{{{SITEMAP}}}urlset")
    for path, modified in _pages(datasets):
        url = put(root, f"{{{SITEMAP}}}url")
        put(url, f"{{{SITEMAP}}}loc", f"{at}{path}")
        if modified:
            put(url, f"{{{SITEMAP}}}lastmod", modified)
        for code, language in LANGUAGES.items():
            link = put(url, f"{{{XHTML}}}link")
            link.set("rel", "alternate")
            link.set("hreflang", language.tag)
            link.set("href", f"{at}{with_language(path, code)}")
    return document(root)


def _pages(datasets: Sequence[Dataset]) -> Iterator[tuple[str, str]]:
    """Paths, and since when their data is as it is."""
    for path in PAGES:
        yield path, ""
    for dataset in datasets:
        modified = dataset.modified.isoformat()
        yield f"/layers/{dataset.layer.id}", modified
        yield f"/layers/{dataset.layer.id}/table", modified


def robots_txt(at: str) -> str:
    """robots.txt (RFC 9309)."""
    rules = "\n".join(f"Disallow: {path}" for path in KEPT_OUT)
    return f"User-agent: *\n{rules}\n\nSitemap: {at}{PATH}\n"
