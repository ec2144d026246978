"""The commands about alerts: `bosai alert …`. Like the staff's pages, they show first what they
would send, in every language and way out; `--send` sends it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, NoReturn

import typer

from server.console.catalog import catalog_of
from server.console.command import command, group, option, settings as read_settings
from server.console.desk_database import desk_database
from server.console.help import help_text
from server.console.lines import WRONG_USE, refuse, say
from server.desk.accounts.roles import COMMAND_LINE
from server.desk.alerts.alert import Alert
from server.desk.alerts.alerts import Alerts
from server.desk.alerts.form import DRILL, PLACE, REAL, read_draft, read_hours
from server.desk.alerts.ready import ready_texts
from server.desk.alerts.words import in_words
from server.desk.errors import AlertNotFound, InvalidAlert, InvalidForm
from server.settings import Settings
from server.texts import LANGUAGES, console as words, plain, translator
from server.viewer.presets import preset_layers

alert = group("alert")

Number = Annotated[
    int, typer.Argument(metavar="NUMBER", min=1, help=help_text(words.OPTIONS["alert_number"]))
]
Send = Annotated[bool, option("send", "--send")]
Hours = Annotated[str, option("hours", "--hours", metavar="N")]


@command("alert issue", alert)
def issue(
    what: Annotated[str, option("what", "--what", metavar="WHAT")],
    drill: Annotated[bool | None, option("drill", "--drill/--real")] = None,
    places: Annotated[list[str] | None, option("alert_place", "--place", metavar="NAME")] = None,
    zone: Annotated[str, option("zone", "--zone", metavar="LAYER")] = "",
    city: Annotated[bool, option("whole_city", "--city")] = False,
    area: Annotated[str, option("area", "--area", metavar="TEXT")] = "",
    title: Annotated[str, option("alert_title", "--title", metavar="TEXT")] = "",
    text: Annotated[str, option("alert_text", "--text", metavar="TEXT")] = "",
    issuer: Annotated[str, option("issuer", "--issuer", metavar="TEXT")] = "",
    hours: Hours = "12",
    preset: Annotated[str, option("preset", "--preset", metavar="ID")] = "",
    send: Send = False,
) -> None:
    """Issue an alert, or show what would be sent."""
    typed = {
        "what": what,
        "drill": "" if drill is None else DRILL if drill else REAL,
        "reach": "city" if city else "zone" if zone else "places" if places else "own",
        "zone": zone,
        "area": area,
        "title": title,
        "text": text,
        "issuer": issuer,
        "hours": hours,
        "preset": preset,
        **{f"{PLACE}{name}": "1" for name in places or ()},
    }
    settings = read_settings()
    catalog = catalog_of(settings)
    presets = {preset.id: preset_layers(catalog, preset) for preset in catalog.city.presets}
    with _desk(settings) as alerts:
        try:
            draft = read_draft(typed, catalog, presets, translator("ja"))
        except InvalidForm as error:
            _refuse_form(error, lambda lang: read_draft(typed, catalog, presets, translator(lang)))
        unissued = draft.alert(datetime.datetime.now(datetime.UTC))
        _show(unissued)
        if send:
            number = alerts.issue(unissued, actor=COMMAND_LINE)
            say(words.ALERT["sent"], number=number)
        else:
            say(words.ALERT["not_sent"])


@command("alert extend", alert)
def extend(number: Number, hours: Hours = "12", send: Send = False) -> None:
    """Let an alert run longer, or show what would be sent."""
    with _desk(read_settings()) as alerts:
        try:
            more = datetime.timedelta(hours=read_hours({"hours": hours}, translator("ja")))
        except InvalidForm as error:
            _refuse_form(error, lambda lang: read_hours({"hours": hours}, translator(lang)))
        until = datetime.datetime.now(datetime.UTC) + more
        _show(replace(alerts.of(number), expires_at=until))
        if send:
            alerts.extend(number, until, actor=COMMAND_LINE)
        say(words.ALERT["sent" if send else "not_sent"], number=number)


@command("alert end", alert)
def end(number: Number, send: Send = False) -> None:
    """Lift an alert, or show what would be sent."""
    now = datetime.datetime.now(datetime.UTC)
    with _desk(read_settings()) as alerts:
        _show(replace(alerts.of(number), ended_at=now))
        if send:
            alerts.end(number, now, actor=COMMAND_LINE)
        say(words.ALERT["sent" if send else "not_sent"], number=number)


@command("alert list", alert)
def list_alerts() -> None:
    """List the alerts of the last weeks."""
    with _desk(read_settings()) as alerts:
        for each, _told in alerts.recent():
            told = in_words(each, "ja", translator("ja"))
            state = {
                "in_force": "発令中",
                "ended": "解除",
                "expired": "期限切れ（解除していません）",
            }
            instants = f"{each.issued_at:%Y-%m-%d %H:%M} – {each.expires_at:%Y-%m-%d %H:%M} UTC"
            line = [
                str(each.number),
                state[told.state],
                plain(told.title),
                plain(told.area),
                instants,
            ]
            typer.echo("\t".join(line))


@contextmanager
def _desk(settings: Settings) -> Iterator[Alerts]:
    """The alerts in the database of the settings; what is wrong is said."""
    try:
        with desk_database(settings) as engine:
            yield Alerts(engine, webhooks=settings.webhooks)
    except AlertNotFound:
        refuse("no_alert")
    except InvalidAlert as error:
        refuse("ended_alert" if error.field == "number" else "shorter_alert")


def _show(unsent: Alert) -> None:
    """Write the alert in every language, as each channel gets it."""
    for lang, language in LANGUAGES.items():
        typer.echo(f"== {language.name}")
        for text in ready_texts(unsent, lang):
            for part, length in zip(text.parts, text.lengths, strict=True):
                limit = f"/{text.longest:,}" if text.longest else ""
                typer.echo(f"-- {text.way} ({length:,}{limit})")
                typer.echo(part)
        typer.echo()


def _refuse_form(japanese: InvalidForm, read: Callable[[str], object]) -> NoReturn:
    """Write why what was written cannot be taken, in both languages, and exit."""
    try:
        read("en")
    except InvalidForm as english:
        texts = {"ja": plain(str(japanese)), "en": plain(str(english))}
        say({"ja": "bosai: {ja}", "en": "{en}"}, err=True, **texts)
        raise typer.Exit(WRONG_USE) from None
    raise AssertionError("the form is refused in one language alone")
