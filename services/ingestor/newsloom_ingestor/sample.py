"""Labelled articles of our own → the sample feed, so that a demo without internet has a stream too.

``python -m newsloom_ingestor.sample zh.jsonl en.jsonl --out seeds/sample`` writes feed.xml (Atom, whole texts) and
labels.jsonl. The news in it is invented, and the feed's title and every article say so: in a category, and in a last
paragraph in the article's own language, so that it disturbs neither its language nor its themes.
"""

import argparse
import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from newsloom_schemas.identity import article_id

from newsloom_ingestor.canonical import canonical_url

BASE: Final = "https://newsloom.invalid/sample/"  # .invalid never resolves (RFC 2606)
TITLE: Final = "newsloom sample feed: invented news / 样例：虚构新闻"
NOTICE: Final = {"en": "This news is invented.", "zh": "本文为虚构新闻。"}
CATEGORY: Final = {"en": "invented news", "zh": "虚构新闻"}
NEWEST: Final = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
SPREAD: Final = timedelta(days=28)


def feed(articles: Iterable[dict[str, Any]]) -> str:
    """Return the Atom document: newest first, the order and the times drawn from the articles' ids, always alike."""
    ordered = sorted(articles, key=lambda a: hashlib.sha256(a["id"].encode()).digest())
    step = SPREAD / len(ordered)
    entries = (_entry(article, NEWEST - n * step) for n, article in enumerate(ordered))
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n<title>{TITLE}</title>\n<id>{BASE}</id>\n'
        f"<updated>{_time(NEWEST)}</updated>\n<author><name>newsloom</name></author>\n{''.join(entries)}</feed>\n"
    )


def labels(articles: Iterable[dict[str, Any]]) -> str:
    """Return a JSON line an article: its id on the topics, its name in the labelled set, and the themes people gave it."""
    rows = ({"id": article_id(canonical_url(BASE + a["id"])), "sample": a["id"], **_labels(a)} for a in articles)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _labels(article: dict[str, Any]) -> dict[str, Any]:
    return {"language": article["lang"], "required": article["required"], "allowed": article["allowed"]}


def _entry(article: dict[str, Any], published: datetime) -> str:
    language, url = article["lang"], BASE + article["id"]
    paragraphs = [*article["text"].split("\n\n"), NOTICE[language]]
    html = "".join(f"<p>{escape(p).replace(chr(10), '<br/>')}</p>\n" for p in paragraphs)
    return (
        f'<entry xml:lang="{language}">\n<title>{escape(article["title"])}</title>\n<id>{url}</id>\n<link href="{url}"/>\n'
        f"<published>{_time(published)}</published>\n<updated>{_time(published)}</updated>\n"
        f'<category term="{CATEGORY[language]}"/>\n<content type="html">\n{escape(html)}</content>\n</entry>\n'
    )


def _time(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:00Z")


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def main() -> None:
    """Write feed.xml and labels.jsonl."""
    parser = argparse.ArgumentParser(prog="python -m newsloom_ingestor.sample", description="Make the sample feed.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="labelled articles, a JSON object a line")
    parser.add_argument("--out", type=Path, default=Path("seeds/sample"), help="folder to write to")
    arguments = parser.parse_args()
    articles = [a for path in arguments.files for a in _read(path)]
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "feed.xml").write_text(feed(articles), "utf-8")
    (arguments.out / "labels.jsonl").write_text(labels(articles), "utf-8")


if __name__ == "__main__":
    main()
