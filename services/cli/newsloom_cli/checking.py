"""One live poll of one feed → what it says and how it would be polled: `newsloom feeds check`."""

from collections import Counter
from datetime import datetime
from typing import Any, Final

from newsloom_ingestor import decide
from newsloom_ingestor.asks import DAYS
from newsloom_ingestor.discover import discover
from newsloom_ingestor.fetch import Fetched, FetchFailed, Limits, Response, Validators, fetch
from newsloom_ingestor.opml import Source
from newsloom_ingestor.parse import Parsed
from newsloom_ingestor.poll import poll

MOST: Final = 10  # feeds of a page that are named


def checked(url: str, limits: Limits, now: datetime) -> dict[str, Any]:
    """Return what a poll of this address gives, step by step; ``problem`` is null where all is well."""
    answers: list[Response] = []

    def ask(address: str, held: Validators, limits: Limits, now: datetime) -> Response:
        answers.append(fetch(address, held, limits, now))
        return answers[-1]

    polled = poll(Source(url), decide.FeedState(url), limits, now, ask)
    decision = decide.decide(decide.FeedState(url), polled, set(), now.timestamp())
    told = {"url": url, "outcome": decision.outcome, "took_ms": round(polled.took_s * 1000)}
    if isinstance(polled.answer, decide.Read):
        told |= _document(polled.answer.fetched, url) | _articles(polled.answer.parsed)
    told |= _instead(answers[-1]) if isinstance(polled.answer, FetchFailed) else {}
    problem = polled.answer.reason if isinstance(polled.answer, FetchFailed) else _empty(polled)
    next_poll = decision.feed.plan.next_poll
    rhythm = {"next_in_s": round(next_poll - now.timestamp()) if next_poll else None, "why": decision.feed.plan.why}
    return {**told, **rhythm, "problem": problem}


def _document(fetched: Fetched, url: str) -> dict[str, Any]:
    return {
        "found_at": fetched.url if fetched.url != url else None,
        "moved_for_good": bool(fetched.moved_to),
        "content_type": fetched.content_type,
        "bytes": len(fetched.data),
        "etag": bool(fetched.validators.etag),
        "last_modified": fetched.validators.last_modified or None,
        "fresh_for_s": fetched.max_age_s,
    }


def _articles(parsed: Parsed) -> dict[str, Any]:
    dates = [a.published_at for a in parsed.articles if a.published_at]
    return {
        "title": parsed.feed.title,
        "articles": len(parsed.articles),
        "whole": len(parsed.whole),
        "dated": len(dates),
        "newest": max(dates).isoformat() if dates else None,
        "skipped": dict(Counter(s.reason for s in parsed.skipped)),
        "asks_to_wait_s": parsed.pause_s,
        "skip_hours_utc": sorted(parsed.skip_hours),
        "skip_days": [DAYS[n] for n in sorted(parsed.skip_days)],
        "hub": parsed.hub or None,
        "sitemaps": [s.url for s in parsed.sitemaps],
    }


def _instead(answer: Response) -> dict[str, Any]:
    """Return the feeds that a page names, where the address is that of a page."""
    found = discover(answer.data, answer.url) if isinstance(answer, Fetched) else ()
    named = [one.url for one in found if not one.guess]
    return {"feeds": named[:MOST]} if named else {}


def _empty(polled: decide.Polled) -> str | None:
    read = polled.answer
    if isinstance(read, decide.Read) and not read.parsed.articles:
        return "no article in it: " + (", ".join(sorted({s.reason for s in read.parsed.skipped})) or "the document is empty")
    return None
