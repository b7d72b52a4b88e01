"""What a thousand saved searches cost an article: `python -m bench.alerts [--write]` → a table, docs/performance-alerts.md.

Real searches are not to be had, so they are made of what articles hold: names, words, phrases, themes, sums. Time is CPU time.
All ways must find the same.
"""

import argparse
import random
import re
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from msgspec.structs import replace
from newsloom_notifier.decide import decide
from newsloom_notifier.memory import Memory
from newsloom_notifier.searches import Searches, warm
from newsloom_query import QueryError, Seen, matches, parse
from newsloom_schemas.alerts import SavedSearch, alert_message
from newsloom_schemas.codec import decode, encode
from newsloom_schemas.topics import ALERTS
from newsloom_schemas.types import TaggedArticle

from bench import page, tagged

PAGE: Final = page.ROOT / "docs" / "performance-alerts.md"
TEMPLATE: Final = Path(__file__).with_name("performance-alerts.md")
SEARCHES: Final = 1_000
ARTICLES: Final = 2_000
FEW: Final = 5  # articles that are held against each search by itself: that takes a second each
SAVED: Final = datetime(2026, 1, 1, tzinfo=UTC)
WORD: Final = re.compile(r"[A-Za-z][a-z]{4,}|[\u4e00-\u9fff]{3}")
Way = Callable[[TaggedArticle], list[str]]


class Cost(NamedTuple):
    """Milliseconds of an article, and how many searches found something in it, on average."""

    ms: float
    found: float


def made(articles: Sequence[TaggedArticle], count: int) -> list[SavedSearch]:
    """Return so many searches, always the same, of which each finds at least the article that it is made of, or nearly."""
    dice, found = random.Random(0), list[SavedSearch]()  # noqa: S311 - the same ones each time
    while len(found) < count:
        text = _query(dice.choice(articles), dice)
        try:
            parse(text, SAVED)
        except QueryError:
            continue
        found.append(SavedSearch(name=f"s{len(found)}", query=text, created_at=SAVED))
    return found


def _query(article: TaggedArticle, dice: random.Random) -> str:
    raw = article.article
    words = dice.sample(found, 3) if len(found := WORD.findall(f"{raw.title} {raw.content}")) >= 3 else ["GPU", "chips", "H100"]
    name = dice.choice([e.name for e in article.entities] or words)
    theme = dice.choice([f"theme:{t.id}" for t in article.themes] or words)
    title = " ".join(raw.title.replace('"', "").split()[:3])
    kinds = (
        f"{theme} {words[0]}", f'"{name}" {words[0]}', f"{words[0]} {words[1]}", f'"{title}"', f"{theme} amount>1e9 USD",
        f"{words[0]} {words[1]} | {words[0]} {words[2]}", f'"{name}" {theme}', f"{words[0]} {words[1]} -{words[2]}",
    )  # fmt: skip
    return dice.choice(kinds)


def ways(saved: Sequence[SavedSearch]) -> dict[str, Way]:
    """Return the ways of finding the searches that ask for an article, the plainest first."""
    queries = [parse(s.query, s.created_at) for s in saved]
    searches = _searches(saved)

    def by_itself(article: TaggedArticle) -> list[str]:
        return [s.name for s, q in zip(saved, queries, strict=True) if matches(q, article)]

    def read_once(article: TaggedArticle) -> list[str]:
        seen = Seen(article)
        return [s.name for s, q in zip(saved, queries, strict=True) if matches(q, seen)]

    def near(article: TaggedArticle) -> list[str]:
        return [asked.saved.name for asked, _ in searches.matching(article)]

    return {
        "each search by itself": by_itself,
        "the article read once": read_once,
        "and only searches that are near it": near,
    }


def _searches(saved: Sequence[SavedSearch]) -> Searches:
    searches = Searches()
    for one in saved:
        searches.add(one.name.encode(), encode(one))
    searches.settle()
    return searches


def cost(way: Callable[[TaggedArticle], Sequence[object]], articles: Sequence[TaggedArticle]) -> Cost:
    """Return what a way costs on these articles."""
    started = time.process_time()
    found = sum(len(way(article)) for article in articles)
    return Cost((time.process_time() - started) / len(articles) * 1e3, found / len(articles))


def whole(saved: Sequence[SavedSearch], values: Sequence[bytes]) -> Cost:
    """Return what all of it costs: a record is decoded, decided about, its alerts are made into records."""
    searches, memory, now = _searches(saved), Memory(), datetime.now(UTC)
    fresh = [_as_news(value, now) for value in values]
    started, alerts = time.process_time(), 0
    for value in fresh:
        found = decide(decode(TaggedArticle, value), searches, memory, now).alerts
        alerts += len([alert_message(ALERTS, alert) for alert in found])
    return Cost((time.process_time() - started) / len(values) * 1e3, alerts / len(values))


def _as_news(value: bytes, now: datetime) -> bytes:
    article = decode(TaggedArticle, value)
    came = {"origin": "feed", "published_at": now - timedelta(minutes=1), "fetched_at": now}
    return encode(replace(article, article=replace(article.article, **came)))


def measured(values: Sequence[bytes]) -> dict[str, Cost]:
    """Return what each way costs. Raises AssertionError where they do not find the same."""
    articles = [decode(TaggedArticle, value) for value in values]
    saved = made(articles, SEARCHES)
    found = ways(saved)
    for article in articles[:FEW]:
        assert len({tuple(way(article)) for way in found.values()}) == 1  # noqa: S101 - figures of a wrong way are worth nothing
    few = next(iter(found))
    costs = {name: cost(way, articles[: FEW if name == few else None]) for name, way in found.items()}
    return {**costs, "all of it, to the alert's record": whole(saved, values)}


def table(costs: dict[str, Cost]) -> str:
    """Return the costs as a Markdown table."""
    first = next(iter(costs.values())).ms
    rows = [f"| {name} | {c.ms:,.2f} | {1000 / c.ms:,.1f} | {first / c.ms:,.0f} |" for name, c in costs.items()]
    head = "| 1,000 searches, held against an article | milliseconds | articles a second | times as fast |"
    return "\n".join([head, "|---|---|---|---|", *rows])


def main() -> None:
    """Measure, show, and with --write put it into the page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--write", action="store_true", help="write docs/performance-alerts.md")
    asked.add_argument("--articles", type=int, default=ARTICLES)
    given = asked.parse_args()
    warm()
    values = list(islice(tagged.values(given.articles), given.articles))
    costs = measured(values)
    shown = table(costs)
    print(shown)
    if given.write:
        found = list(costs.values())[-2].found
        told = {"table": shown, "articles": f"{given.articles:,}", "found": f"{found:.1f}", "machine": page.machine()}
        PAGE.write_text(TEMPLATE.read_text("utf-8").format(**told), "utf-8")


if __name__ == "__main__":
    main()
