"""`bosai publish`: the layers in other people's portals. It shows first what it would change there;
`--send` changes it.
"""

from __future__ import annotations

from typing import Annotated

from server.console.catalog import catalog_of
from server.console.command import command, option, settings as read_settings
from server.console.lines import refuse, say
from server.texts import console as words

MOST_REASON = 500  # characters of what a portal answered


@command("publish")
def publish(
    portal_url: Annotated[str, option("ckan", "--ckan", metavar="URL")],
    organization: Annotated[str, option("organization", "--organization", metavar="NAME")],
    send: Annotated[bool, option("send_portal", "--send")] = False,
) -> None:
    """Show what would change in a portal that runs CKAN, or change it."""
    # Here: every other command starts without what speaks to portals.
    from ckanapi import CKANAPIError, RemoteCKAN
    from requests import RequestException

    from server.opendata.ckan import carry_out, steps
    from server.opendata.dataset import datasets

    settings = read_settings()
    if settings.base_url is None:
        refuse("portal_without_base_url")
    if send and settings.ckan_token is None:
        refuse("portal_without_token")
    listed = datasets(catalog_of(settings), settings.base_url)
    if not listed:
        refuse("nothing_for_portal")
    try:
        with RemoteCKAN(portal_url, apikey=settings.ckan_token) as portal:
            for step in steps(portal, listed, organization):
                if send:
                    carry_out(portal, step)
                changes = ", ".join(step.changes)
                act = words.PORTAL[f"{step.act}_sent" if send else step.act]
                say(act, name=step.package["name"], changes=changes)
    except (CKANAPIError, RequestException) as error:
        refuse("portal_refused", f"{type(error).__name__}: {error}"[:MOST_REASON])
    if not send:
        say(words.PORTAL["not_sent"])
