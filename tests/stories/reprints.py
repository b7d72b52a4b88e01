"""A labelled article → its reprints, as other sites make them; pure, and the same each time."""

import json
import random
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from zlib import crc32

import opencc

LABELLED: Final = Path(__file__).parents[1] / "quality" / "labelled"
SENTENCE: Final = re.compile(r"[^。！？!?\n]+[。！？!?]*[”」』]?\n*|\n+")
ENGLISH: Final = re.compile(r".+?(?:[.!?][\"”’']?(?=\s)|\n|$)\s*", re.DOTALL)
HALVES: Final = ("chosen on", "reported on")
FEWEST: Final = 4  # sentences
JOINED: Final = 4  # labelled articles that make one as long as news are
TEASER: Final = 0.25  # of a text, where a feed has no more than its beginning
PHRASES: Final = {
    "zh": ["据报道，", "值得一提的是，", "与此同时，", "业内人士称，"],
    "en": ["Reportedly, ", "Meanwhile, ", "Notably, ", "As it happens, "],
}
LEADS: Final = {
    "zh": "此事在业内引起不少讨论，本报综合多方消息，为读者梳理事情的来龙去脉，供大家参考。",
    "en": "The news was widely shared on Thursday, and readers asked us to put it in one place. Here is what we know.",
}
TITLE: Final = {"zh": 20, "en": 60}  # code points


class Text(NamedTuple):
    """An article as it stands on a site."""

    id: str
    language: str
    title: str
    content: str
    site: str


def half(name: str) -> str:
    """Return which half an article is in: thresholds were chosen on one of them, and the other is what is reported."""
    return HALVES[crc32(name.encode()) % 2]


@cache
def articles(language: str) -> tuple[Text, ...]:
    """Return the labelled articles of a language that are long enough to be cut, each on a site of its own."""
    lines = (line for path in sorted(LABELLED.glob(f"{language}*.jsonl")) for line in path.read_text("utf-8").splitlines())
    read = (_read(language, json.loads(line)) for line in lines)
    return tuple(a for a in read if len(sentences(a)) >= FEWEST)


@cache
def joined(language: str) -> tuple[Text, ...]:
    """Return articles as long as news are, which the labelled ones are not: each is four of them, no one in two."""
    halves = ([a for a in articles(language) if half(a.id) == which] for which in HALVES)
    rows = (some[n : n + JOINED] for some in halves for n in range(0, len(some) - JOINED + 1, JOINED))
    return tuple(row[0]._replace(content="\n".join(a.content for a in row)) for row in rows)


def _read(language: str, article: dict[str, Any]) -> Text:
    return Text(article["id"], language, article["title"], article["text"], site=f"{article['id']}.example")


def sentences(text: Text) -> list[str]:
    """Return the sentences of a text, with all that stands between them."""
    return (SENTENCE if text.language == "zh" else ENGLISH).findall(text.content)


def written(text: Text, parts: Sequence[str]) -> Text:
    return text._replace(
        content="".join(part if part[-1:].isspace() or text.language == "zh" else part + " " for part in parts)
    )


def copied(text: Text, _: random.Random) -> Text:
    return text


def halved(text: Text, _: random.Random) -> Text:
    """Return the first sentences, up to half of the text."""
    kept, size = [], 0
    for part in sentences(text):
        if kept and size + len(part) > len(text.content) / 2:
            break
        kept.append(part)
        size += len(part)
    return written(text, kept)


def noticed(text: Text, chance: random.Random) -> Text:
    """Return the text between what another site has on all its pages."""
    from .forms import notices

    notice = chance.choice(notices(text.language))
    return text._replace(content="\n".join((notice["before"], text.content, notice["after"])), site=notice["site"])


def retitled(text: Text, chance: random.Random) -> Text:
    """Return the text under words of one of its sentences."""
    return text._replace(title=chance.choice(sentences(text)).strip()[: TITLE[text.language]])


def reordered(text: Text, chance: random.Random) -> Text:
    """Return the text with its paragraphs, or every two sentences, in another order."""
    parts = [p + "\n" for p in text.content.split("\n") if p]
    if len(parts) < 3:
        whole = sentences(text)
        parts = ["".join(whole[n : n + 2]) for n in range(0, len(whole), 2)]
    return written(text, chance.sample(parts, len(parts)))


def rewritten(text: Text, chance: random.Random) -> Text:
    """Return the text with one stretch in three told in other words: those of an article of the other half stand for them."""
    parts = sentences(text)
    others = sentences(chance.choice([a for a in articles(text.language) if half(a.id) != half(text.id)]))
    third = max(1, len(parts) // 3)
    first = chance.randrange(len(parts) - third + 1)
    return written(text, [*parts[:first], *others[:third], *parts[first + third :]])


def traditional(text: Text, _: random.Random) -> Text:
    """Return the text in Taiwan's script with its words for things, 软件 as 軟體."""
    return text._replace(title=_taiwan().convert(text.title), content=_taiwan().convert(text.content))


@cache
def _taiwan() -> opencc.OpenCC:
    return opencc.OpenCC("s2twp")


def led(text: Text, _: random.Random) -> Text:
    """Return the text with a lead of the reprinting desk in the place of its first sentence."""
    return written(text, [LEADS[text.language], *sentences(text)[1:]])


def touched(text: Text, chance: random.Random) -> Text:
    """Return the text with a phrase put before two sentences in five, and its title another one."""
    parts = [chance.choice(PHRASES[text.language]) + p if chance.random() < 0.4 else p for p in sentences(text)]
    return retitled(written(text, parts), chance)


def both(text: Text, chance: random.Random) -> Text:
    """Return the first half under another title between notices."""
    return noticed(retitled(halved(text, chance), chance), chance)


def teased(text: Text, _: random.Random) -> Text:
    """Return what a feed has that gives the beginning only."""
    return text._replace(content=text.content[: max(1, int(TEASER * len(text.content)))] + "……")


WAYS: Final[dict[str, tuple[str, Callable[[Text, random.Random], Text]]]] = {
    "copied": ("word for word", copied),
    "noticed": ("between another site's notices", noticed),
    "retitled": ("under another title", retitled),
    "reordered": ("paragraphs in another order", reordered),
    "led": ("with another lead", led),
    "traditional": ("in Traditional characters, with Taiwan's words", traditional),
    "touched": ("touched up: a phrase before two sentences in five, another title", touched),
    "rewritten": ("one third in other words", rewritten),
    "halved": ("cut to the first half", halved),
    "both": ("cut to the half, another title, between notices", both),
    "teased": ("its first quarter under the same title, as feeds tease", teased),
}


def ways(language: str) -> list[str]:
    return [name for name in WAYS if language == "zh" or name != "traditional"]


def reprint(text: Text, way: str) -> Text:
    """Return the text as another site reprints it."""
    made = WAYS[way][1](text, random.Random(f"{text.id} {way}"))
    site = made.site if made.site != text.site else f"{way}-{text.site}"
    return made._replace(id=f"{text.id}-{way}", site=site)
