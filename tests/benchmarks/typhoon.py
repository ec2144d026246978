"""What the city asks for on the morning of the typhoon."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

from layers.catalog.layer import Layer
from tests.benchmarks.tiles import tile_addresses

LANGUAGES = ("ja", "en", "zh", "ko", "vi", "easy")
PLACES = 2000
# Of a hundred addresses, how many are what: whoever opens the map asks for dozens of tiles.
SHARES = {"tile": 80, "page": 5, "place": 6, "search": 4, "layer": 3, "picture": 1, "sheet": 1}
SEARCHES = ("本町", "避難所", "朝霞駅", "膝折町一丁目", "shelter", "根岸台", "35.797,139.594")
FORM = {"title": "AEDの場所", "purpose": "大会の日に", "category": "welfare"}


def mixed(layers: Sequence[Layer]) -> Sequence[str]:
    """The addresses of the mix, in an order that is the same each time."""
    chance = Random(17)
    tiles = [*tile_addresses(layers)]
    kinds: Mapping[str, Callable[[], str]] = {
        "tile": lambda: chance.choice(tiles),
        "page": lambda: f"/?lang={chance.choice(LANGUAGES)}",
        "place": lambda: f"/here?lat={_latitude(chance)}&lon=139.594&f=json",
        "search": lambda: f"/search?q={chance.choice(SEARCHES)}&f=json",
        "layer": lambda: f"/layers/{chance.choice(layers).id}?lang={chance.choice(LANGUAGES)}",
        "picture": lambda: f"/og.png?at=15/{_latitude(chance)}/139.6",
        "sheet": lambda: "/towns/本町一丁目.pdf",
    }
    chosen = chance.choices([*SHARES], [*SHARES.values()], k=PLACES * 10)
    return [kinds[kind]() for kind in chosen]


def network(number: int) -> str:
    """The address of one of many networks: a form is taken only so often from each."""
    return f"203.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _latitude(chance: Random) -> str:
    return f"35.79{chance.randrange(PLACES):04}"
