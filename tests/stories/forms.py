"""Forms filled in, and articles between a site's notices: much of the text is common, and each is a story of its own."""

import random
from pathlib import Path
from typing import Any, Final

import yaml

from .reprints import Text

HERE: Final = Path(__file__).parent
FILLED: Final = 8  # times that a form is filled in
WORDS: Final[dict[str, dict[str, list[str]]]] = yaml.safe_load((HERE / "words.yaml").read_text("utf-8"))


def forms() -> list[dict[str, Any]]:
    return yaml.safe_load((HERE / "forms.yaml").read_text("utf-8"))


def filled(form: dict[str, Any]) -> list[Text]:
    """Return the form as it is filled in on one site, by different hands or on different days."""
    chance = random.Random(form["id"])
    return [_one(form, n, chance) for n in range(FILLED)]


def _one(form: dict[str, Any], n: int, chance: random.Random) -> Text:
    values = _Values(form["language"], chance)
    title, text = (part.format_map(values) for part in (form["title"], form["text"]))
    return Text(f"{form['id']}-{n}", form["language"], title, text, site=f"{form['id']}.example")


class _Values(dict[str, str]):
    """What is filled in: a name of which the text speaks more than once stays, a number is another one each time."""

    def __init__(self, language: str, chance: random.Random) -> None:
        self._words, self._chance = WORDS[language], chance

    def __missing__(self, name: str) -> str:
        ranges = {
            "number": (2, 99),
            "number2": (2, 99),
            "large": (103, 4_998),
            "percent": (2, 70),
            "day": (1, 28),
            "month": (1, 12),
        }
        if name in ranges:
            found = str(self._chance.randint(*ranges[name]))
            return self.setdefault(name, found) if name in {"day", "month"} else found
        return self.setdefault(name, self._chance.choice(self._words[name]))


def notices(language: str) -> list[dict[str, str]]:
    """Return each site's notices: ``site``, ``before`` and ``after``."""
    return yaml.safe_load((HERE / "notices.yaml").read_text("utf-8"))[language]


def events() -> list[list[Text]]:
    """Return the events, each as its writers tell it."""
    told = yaml.safe_load((HERE / "events.yaml").read_text("utf-8"))
    return [
        [
            Text(f"{e['id']}-{n}", e["language"], t["title"], t["text"], site=f"{e['id']}-{n}.example")
            for n, t in enumerate(e["told"])
        ]
        for e in told
    ]
