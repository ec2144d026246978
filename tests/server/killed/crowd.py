"""Residents and staff who use a service that dies again and again, and what they were told.

Each remembers what it tried, and what of it was acknowledged (303). What got no answer is sent once
more, as a person presses the button again; a note and a decision are not: staff look first.
"""

from __future__ import annotations

import io
import re
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from random import Random
from urllib.parse import parse_qs, urlsplit

import httpx2
from PIL import Image

from server.http.session import form_token
from tests.mail_server import MailServer, await_that

BASE = "https://map.example.jp"
LINK = re.compile(rf"{BASE}/requests/(\d+)/news/confirm\?key=([\w-]+)")
SEEN = re.compile(r'name="seen" value="(\d+)"')
KINDS = ("publish", "decide", "notes", "merge", "support", "supplements")
STATES = ("checking", "considering", "adopted", "declined", "available")
SAMPLE = ("aed.csv", "名称,緯度,経度\n市役所,35.797,139.594\n".encode(), "text/csv")


@dataclass
class Wish:
    """A form that was sent; `number` and `key` are None until it was acknowledged."""

    fields: Mapping[str, str]
    files: Mapping[str, tuple[str, bytes, str]]
    number: int | None = None
    key: str = ""
    is_confirmed: bool = False

    @property
    def title(self) -> str:
        return self.fields["title"]

    @property
    def email(self) -> str | None:
        return self.fields.get("email")


@dataclass
class Act:
    """What somebody did about a request. `word` is in it and in nothing else.

    `outcome` is None until there was an answer, then whether it was acknowledged. `tells` says that
    the sender had been told that mails come when it was begun.
    """

    kind: str
    number: int
    word: str
    tells: bool = False
    outcome: bool | None = None


@dataclass
class Memory:
    """What all of them tried. Whoever reads it has stopped them before."""

    wishes: list[Wish] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    answers: int = 0

    def acknowledged(self) -> list[Wish]:
        """The wishes that have a number."""
        return [wish for wish in self.wishes if wish.number is not None]

    def of_kind(self, *kinds: str) -> list[Act]:
        """What was tried of these kinds."""
        return [act for act in self.acts if act.kind in kinds]


def photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 20), (200, 30, 30)).save(file, "JPEG")
    return file.getvalue()


PHOTO = ("photo.jpg", photo(), "image/jpeg")


class Person(threading.Thread):
    """Somebody who does one thing after the other until told to stop."""

    def __init__(self, address: str, memory: Memory, chance: Random, cookie: str = "") -> None:
        super().__init__(daemon=True)
        self._address, self.memory, self.chance, self._cookie = address, memory, chance, cookie
        self.stop = threading.Event()
        self.fault: Exception | None = None

    def run(self) -> None:
        headers = {"Cookie": f"__Host-staff={self._cookie}"} if self._cookie else {}
        with httpx2.Client(
            base_url=self._address, headers=headers, verify=False, timeout=120
        ) as self.client:
            while not self.stop.is_set():
                try:
                    self.step()
                except httpx2.TransportError:
                    self.stop.wait(0.05)  # nobody is there
                except Exception as fault:  # noqa: BLE001
                    self.fault = fault
                    return

    def step(self) -> None:
        raise NotImplementedError

    def word(self) -> str:
        """A word that nobody else has."""
        return f"w{self.chance.getrandbits(64):016x}"

    def post(self, path: str, act: Act | None = None, **sent: object) -> httpx2.Response | None:
        """Send a form; the answer, None where it was not taken for now."""
        answer = self.client.post(path, **sent)  # type: ignore[arg-type]
        if answer.status_code in (429, 503):
            self.stop.wait(0.1)
            return None
        if act is not None:
            act.outcome = act.outcome or answer.status_code == 303
        self.memory.answers += answer.status_code == 303
        assert answer.status_code < 500, answer.text
        return answer


class Resident(Person):
    """Sends wishes, supports those of others, adds to its own, withdraws and deletes some."""

    def __init__(
        self, address: str, memory: Memory, chance: Random, office: MailServer, unsure: list[Wish]
    ) -> None:
        super().__init__(address, memory, chance)
        self._office, self._unsure, self._read = office, unsure, set[Path]()

    def step(self) -> None:
        if self._unsure:
            self._send(self._unsure[0])
            self._unsure.pop(0)
            return
        own = [wish for wish in self.memory.acknowledged() if wish.email is None]
        what = self.chance.random()
        if what < 0.5 or not own:
            wish = self._wish()
            self.memory.wishes.append(wish)
            self._unsure.append(wish)
        elif what < 0.7:
            self._support()
        elif what < 0.85:
            self._of_sender(self.chance.choice(own), "supplements")
        elif what < 0.9:
            self._of_sender(self.chance.choice(own), "withdraw")
        elif what < 0.93:
            self._of_sender(self.chance.choice(own), "delete")
        else:
            self._confirm()

    def _wish(self) -> Wish:
        word = self.word()
        fields = {
            "title": f"AEDの場所 {word}",
            "purpose": "大会の日に確かめたい",
            "category": "welfare",
            "urgency": "season",
            "nonce": secrets.token_urlsafe(24),
            "contact": f"{word}@contact.example.jp",
        }
        if self.chance.random() < 0.3:
            fields |= {"layer": "emergency_sites", "category": ""}
        if self.chance.random() < 0.5:
            fields |= {"lat": "35.8", "lon": f"139.59{self.chance.randrange(10)}"}
        if self.chance.random() < 0.15:
            fields |= {"email": f"{word}@mail.example.jp"}
        what = self.chance.random()
        files = {"photo": PHOTO} if what < 0.1 else {"sample": SAMPLE} if what < 0.15 else {}
        return Wish(fields, files)

    def _send(self, wish: Wish) -> None:
        answer = self.post("/requests", data=wish.fields, files=wish.files or None)
        if answer is None:
            self._unsure.append(wish)
            return
        assert answer.status_code == 303, answer.text
        if self.chance.random() < 0.1:  # the answer was lost on the way
            again = self.post("/requests", data=wish.fields, files=wish.files or None)
            assert again is None or again.headers["location"] == answer.headers["location"]
        address = urlsplit(answer.headers["location"])
        wish.key = parse_qs(address.query)["key"][0]
        wish.number = int(address.path.rsplit("/", 1)[1])

    def _support(self) -> None:
        public = [act.number for act in self.memory.of_kind("publish") if act.outcome]
        if not public:
            return
        act = Act("support", self.chance.choice(public), secrets.token_urlsafe(24))
        self.memory.acts.append(act)
        for _ in range(self.chance.randrange(1, 3)):  # pressed once, or twice
            self.client.cookies.clear()
            self.post(f"/requests/{act.number}/support", act, data={"nonce": act.word})

    def _of_sender(self, wish: Wish, kind: str) -> None:
        assert wish.number is not None
        act = Act(kind, wish.number, self.word())
        self.memory.acts.append(act)
        fields = {"key": wish.key, "text": f"追記 {act.word}"}
        self.post(f"/requests/{wish.number}/{kind}", act, data=fields)

    def _confirm(self) -> None:
        new = set(self._office.folder.glob("*.eml")) - self._read
        for mail in [each for each in self._office.mails() if each["Subject"]] if new else []:
            link = LINK.search(mail.get_content())
            if link is None:
                continue
            number, key = int(link[1]), link[2]
            answer = self.post(f"/requests/{number}/news/confirm", params={"key": key})
            if answer is None or answer.status_code >= 400:
                return
            for wish in self.memory.wishes:
                wish.is_confirmed |= wish.number == number
        self._read |= new


class Staff(Person):
    """Publishes, decides, notes, merges, separates and takes back, in turn."""

    _kinds = cycle(
        ("publish", "decide", "notes", "publish", "merge", "decide", "separate", "withdraw")
    )

    def step(self) -> None:
        wishes = self.memory.acknowledged()
        if not wishes:
            self.stop.wait(0.05)
            return
        wish = self.chance.choice(wishes[-40:])
        assert wish.number is not None
        act = Act(next(self._kinds), wish.number, self.word(), wish.is_confirmed)
        fields = {
            "publish": {"title": f"公開 {act.word}", "purpose": "公開する文", "with_place": "1"},
            "decide": {"state": self.chance.choice(STATES), "reason": f"理由 {act.word}"},
            "notes": {"note": f"メモ {act.word}"},
            "merge": {"other": str(self.chance.choice(wishes).number), "stays": "other"},
        }.get(act.kind, {})
        page = self.client.get(f"/staff/requests/{act.number}/decide")
        seen = SEEN.search(page.text)
        if seen is None:  # deleted
            assert page.status_code in (404, 503), page.text
            return
        self.memory.acts.append(act)
        form = {"token": form_token(self._cookie), "seen": seen[1], **fields}
        self.post(f"/staff/requests/{act.number}/{act.kind}", act, data=form)


@contextmanager
def crowd(
    address: str, memory: Memory, chance: Random, office: MailServer, sessions: list[str]
) -> Iterator[None]:
    """They come; in the end they have gone, and whoever found a fault says so."""
    unsure = [wish for wish in memory.wishes if wish.number is None]
    people: list[Person] = [
        Resident(address, memory, Random(chance.random()), office, unsure[place::3])
        for place in range(3)
    ]
    people += [Staff(address, memory, Random(chance.random()), each) for each in sessions]
    for person in people:
        person.start()
    try:
        yield
    finally:
        for person in people:
            person.stop.set()
        for person in people:
            person.join()
        for person in people:  # whoever waited for answers in vain waited for this one's
            if person.fault is not None:
                raise person.fault


def await_answers(memory: Memory, more: int) -> None:
    """Wait until so many more were acknowledged."""
    wanted = memory.answers + more
    await_that(lambda: memory.answers >= wanted)


def await_kinds(memory: Memory) -> None:
    """Wait until something of each kind was acknowledged."""
    await_that(lambda: set(KINDS) <= {act.kind for act in [*memory.acts] if act.outcome})
