"""An index of sitemaps → one feed: the news of the newest sitemaps in it, each asked for with the feed's own guards.

An index may list thousands, most of them archives of pages. Followed are those with "news" in their address, or all where none
has it; of these the newest, by what the index says. The sitemaps' protocol allows an index to list its own site only.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import urlsplit

from newsloom_ingestor import dates
from newsloom_ingestor.decide import Read
from newsloom_ingestor.document import Sitemap
from newsloom_ingestor.fetch import FetchFailed, NotModified, Validators
from newsloom_ingestor.parse import MAX_ITEMS, Parsed

MOST: Final = 5  # sitemaps a poll
DEEPEST: Final = 2  # an index within an index is followed, one within that is not

Result = Read | NotModified | FetchFailed
Ask = Callable[[str], Read | FetchFailed]
Found = tuple[Sitemap, Read]
Failed = tuple[Sitemap, FetchFailed]


def follow(index: Read, held: Validators, ask: Ask, late: Callable[[], bool]) -> Result:
    """Return the articles of the newest sitemaps of an index in one. ``late`` ends the asking with what there is by then.

    The index's validators hold for the whole only where it says to the minute when each of these sitemaps changed. Else they
    are left out, and the index and its sitemaps are asked for at each poll: the same bytes of all of them are nothing new.
    """
    best = chosen(index.parsed.sitemaps, index.fetched.url)
    if not best:
        return FetchFailed(f"not a feed: {told(index.parsed.sitemaps)}, none of them on its own site", "hard")
    found, failed = _asked(best, ask, late)
    if not found:
        return _nothing(index, failed)
    exact = all(":" in s.modified for s in best[:MOST]) and all(failure.kind == "hard" for _, failure in failed)
    return _whole(index, held, found, exact=exact)


def _asked(best: list[Sitemap], ask: Ask, late: Callable[[], bool]) -> tuple[list[Found], list[Failed]]:
    """Ask for one after the other, and for what an index among them lists in its place."""
    waiting, found, failed = [(s, 1) for s in best], list[Found](), list[Failed]()
    asked: set[str] = set()
    while waiting and len(asked) < MOST and not (asked and late()):
        sitemap, depth = waiting.pop(0)
        if sitemap.url in asked:
            continue
        asked.add(sitemap.url)
        answer = ask(sitemap.url)
        if isinstance(answer, FetchFailed):
            failed.append((sitemap, answer))
        elif not answer.parsed.sitemaps:
            found.append((sitemap, answer))
        elif depth < DEEPEST:
            waiting[:0] = [(s, depth + 1) for s in chosen(answer.parsed.sitemaps, answer.fetched.url)]
    return found, failed


def chosen(sitemaps: Iterable[Sitemap], index: str) -> list[Sitemap]:
    """Return the sitemaps of an index that are worth following, the best first. ``index``: where it was found."""
    own = [s for s in sitemaps if _site(s.url) == _site(index)]
    news = [s for s in own if "news" in urlsplit(s.url).path.lower()]
    return sorted(news or own, key=_changed, reverse=True)


def told(sitemaps: tuple[Sitemap, ...]) -> str:
    """Name an index."""
    return f"an index of {len(sitemaps)} sitemaps"


def _changed(sitemap: Sitemap) -> float:
    when = dates.read(sitemap.modified)
    return when.time.timestamp() if when else 0.0


def _site(url: str) -> str:
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www.") if parts.scheme in {"http", "https"} else ""


def _whole(index: Read, held: Validators, found: list[Found], *, exact: bool) -> Result:
    fetched = index.fetched
    digest = hashlib.sha256("".join(read.fetched.validators.digest for _, read in found).encode()).hexdigest()
    if digest == held.digest:
        return NotModified("the same bytes", fetched.moved_to, fetched.max_age_s, audited=fetched.denied)
    validators = fetched.validators._replace(digest=digest) if exact else Validators(digest=digest)
    parsed = _joined([read.parsed for _, read in found])
    return Read(fetched._replace(validators=validators), parsed._replace(sitemaps=tuple(s for s, _ in found)))


def _joined(parts: list[Parsed]) -> Parsed:
    listed = [(article.id, article) for part in parts for article in part.articles]
    first = dict(reversed(listed))
    return parts[0]._replace(
        articles=tuple({i: first[i] for i, _ in listed}.values())[:MAX_ITEMS],
        skipped=tuple(skipped for part in parts for skipped in part.skipped),
        whole=frozenset().union(*(part.whole for part in parts)),
    )


def _nothing(index: Read, failed: list[Failed]) -> FetchFailed:
    if not failed:
        return FetchFailed(f"not a feed: {told(index.parsed.sitemaps)} which list nothing but indexes", "hard")
    sitemap, failure = failed[0]
    return failure._replace(reason=f"{told(index.parsed.sitemaps)}; {sitemap.url}: {failure.reason}")
