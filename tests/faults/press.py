"""A press that prints a seeded stream of articles into feeds, and edits some: what newsloom must have at the end is known."""

import html
import json
import random
import re
import sqlite3
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from newsloom_ingestor.canonical import canonical_url
from newsloom_schemas.identity import article_id

TEXTS = Path(__file__).parents[1] / "quality" / "labelled"
MARK = re.compile(r"〔(\d+)·(\d+)〕")  # number and edition of an article, in its text
HOURS = 2 * 3600.0


@dataclass
class Printed:
    """An article as it is served now: its number, feed and latest edition, and when it was first served (history's time)."""

    number: int
    feed: str
    edition: int
    at: float


@dataclass(frozen=True)
class Load:
    """Articles an issue, seconds between issues, and the chance of an edit after each."""

    articles: int = 25
    every: float = 1.0
    edits: float = 0.15


def edition(content):
    """Return the edition that a text says it is, None where it says nothing."""
    found = MARK.search(content)
    return int(found[2]) if found else None


class Press:
    """Prints issues, each a feed of its own that is put into the OPML file. The same seed prints the same articles.

    ``printed`` has every article by its id. ``load`` prints from a thread until the block ends, and edits now and then.
    """

    def __init__(self, history, server, folder, load=Load()):
        self.history, self.folder, self.state = history, folder, folder / "state"
        self.printed, self.opml = {}, folder / "feeds.opml"
        self._server, self._load = server, load
        self._chance = random.Random(f"press {history.seed}")
        lines = [line for name in ("zh", "en") for line in (TEXTS / f"{name}.jsonl").read_text("utf-8").splitlines()]
        self._texts = [json.loads(line) for line in lines]
        self._began = time.time() - history.now()  # news of today: of old news nobody is alerted
        self._issues, self._stop, self._thread = {}, threading.Event(), None
        self._write()

    def issue(self, articles=None):
        """Print an issue of new articles and return their ids."""
        path = f"/issue-{len(self._issues)}"
        first = len(self.printed)
        numbers = range(first, first + (articles or self._load.articles))
        at = self.history.now()
        self._issues[path] = new = {identity(n): Printed(n, path, 0, at) for n in numbers}
        self._serve(path)
        self._write()
        self.printed.update(new)
        return set(new)

    def edit(self, number=5):
        """Print a newer edition of some articles; their feeds are due and hours have passed since they were told."""
        chosen = self._chance.sample(sorted(self.printed), min(number, len(self.printed)))
        for one in chosen:
            self.printed[one].edition += 1
        for path in {self.printed[i].feed for i in chosen}:
            self._serve(path)
        self.hours_pass(chosen)
        self.history.note("edited", articles=len(chosen))

    def hours_pass(self, ids):
        """Make it so long ago that these articles were told, and their feeds polled, that both may be done again."""
        with suppress(sqlite3.OperationalError):  # it is not there yet, busy, or its disk is full: hours pass later
            self._turn_back(ids)

    def _turn_back(self, ids):
        feeds = json.dumps(sorted({self._server.url(self.printed[i].feed) for i in ids}))
        with closing(
            sqlite3.connect(f"file:{self.state}/ingestor.sqlite?mode=rw", uri=True, timeout=5, isolation_level=None)
        ) as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("UPDATE feed SET next_poll = 0 WHERE url IN (SELECT value FROM json_each(?))", (feeds,))
            named = json.dumps(sorted(ids))
            db.execute("UPDATE article SET at = at - ? WHERE id IN (SELECT value FROM json_each(?))", (HOURS, named))
            db.execute("COMMIT")

    def since(self, moment):
        """Ids of the articles that were printed after a moment."""
        return [i for i, p in list(self.printed.items()) if p.at >= moment]

    def __enter__(self):
        self.go_on()
        return self

    def __exit__(self, *_):
        self.pause()

    def go_on(self):
        """Print until there is a pause."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="press", daemon=True)
        self._thread.start()

    def pause(self):
        """Print no more for now."""
        self._stop.set()
        self._thread.join(60)

    def _run(self):
        while not self._stop.is_set():
            self.issue()
            if self._load.edits and len(self.printed) > 100 and self._chance.random() < self._load.edits:
                self.edit()
            self._stop.wait(self._load.every)

    def _serve(self, path):
        items = "".join(self._item(p) for p in self._issues[path].values())
        document = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Issue</title>{items}</channel></rss>'
        self._server.ok(path, document.encode())

    def _item(self, one):
        told = self._texts[one.number % len(self._texts)]
        text = f"{told['text']}\n〔{one.number}·{one.edition}〕"
        date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(self._began + one.at))
        markup = html.escape(html.escape(text, quote=False), quote=False)
        return (
            f"<item><title>{html.escape(told['title'])}（{one.number}）</title><link>{link(one.number)}</link>"
            f"<description>{markup}</description><pubDate>{date}</pubDate></item>"
        )

    def _write(self):
        outlines = "".join(f'<outline type="rss" xmlUrl="{self._server.url(path)}"/>' for path in self._issues)
        new = self.opml.with_suffix(".new")
        new.write_text(f'<?xml version="1.0"?><opml version="2.0"><head/><body>{outlines}</body></opml>', "utf-8")
        new.replace(self.opml)


def link(number):
    return f"https://news.invalid/{number}"


def identity(number):
    return article_id(canonical_url(link(number)))
