"""Articles as feeds and pages give them → all that changes in the state because of them. Decides, and touches nothing."""

from collections import Counter
from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from newsloom_schemas.types import Feed, RawArticle

from newsloom_ingestor import articles, edits
from newsloom_ingestor.articles import Edited, Known, New, Outcome, Reread, Same, sized
from newsloom_ingestor.measure import about_the_same
from newsloom_ingestor.pagequeue import Waiting
from newsloom_ingestor.state import Changes, Kept

TRIES: Final = 6  # of a page
PATIENCE_S: Final = 6 * 3600.0  # that an article waits for its page: news that is older is none


class PageAnswer(NamedTuple):
    """What fetching an article's page gave: the article with the page's text, or None and the ``reason``.

    ``ids`` are further identities that the page gives itself (where redirects ended, its canonical address); ``retry_s`` is
    when to try again, None for never.
    """

    article: RawArticle | None
    reason: str = ""
    ids: tuple[str, ...] = ()
    retry_s: float | None = None


class Sorting:
    """One poll's or page's articles, one after the other; ``changes`` is what came of them, ``outcomes`` counts them.

    ``with_text`` finds the published article that has a text.
    """

    def __init__(self, with_text: Callable[[str], Known | None], now: float) -> None:
        self._with_text, self._now = with_text, now
        self._prints: dict[bytes, str] = {}  # of the articles that are about to be published
        self.outcomes: Counter[str] = Counter()
        self._kept: list[Kept] = []
        self._noted: list[tuple[Known, bytes]] = []
        self._aliases: list[tuple[str, str]] = []
        self._waiting: list[Waiting] = []
        self._joined: list[tuple[str, Feed]] = []
        self._dropped: list[str] = []
        self._buried: list[tuple[RawArticle, str]] = []

    @property
    def changes(self) -> Changes:
        """What is to be recorded."""
        return Changes(
            kept=self._kept,
            noted=self._noted,
            aliases=self._aliases,
            waiting=self._waiting,
            joined=self._joined,
            dropped=self._dropped,
            buried=self._buried,
        )

    def listed(self, article: RawArticle, known: Known | None, *, page: bool) -> None:
        """Sort an article of a feed's document; a new one waits for its page first where ``page`` says so."""
        if known and known.waiting:
            self._join(article, known)
            return
        digest = edits.digest(article.title, article.content)
        outcome = articles.decide(article, digest, known, self._now)
        if isinstance(outcome, Reread) or (page and isinstance(outcome, New)):
            self._wait(outcome.article, digest)
        elif isinstance(outcome, New):
            self._publish(sized(article, "feed"), digest)
        else:
            self._settle(outcome, known, digest)

    def page(self, waiting: Waiting, answer: PageAnswer, known: Known | None, elsewhere: Known | None) -> None:
        """Sort an article that waited for its page. ``elsewhere`` is the article that is known under the page's own address."""
        published = known is not None and not known.waiting
        if answer.article is None and answer.retry_s is not None and self._patient(waiting):
            self._waiting.append(waiting._replace(due=self._now + answer.retry_s, tries=waiting.tries + 1))
            self.outcomes["page-later"] += 1
            return
        self._dropped.append(waiting.article.id)
        if known and published:
            self._again(waiting, answer, known)
        elif elsewhere and elsewhere.id != waiting.article.id and not elsewhere.waiting and _tells_the_same(elsewhere, answer):
            self._found_elsewhere(waiting.article, elsewhere)
        elif answer.article is None and not waiting.article.content and waiting.article.origin == "push":
            self._buried.append((waiting.article, answer.reason))  # an address was pushed in, and nothing is there to tell
            self.outcomes["dead"] += 1
        else:
            self._publish(answer.article or sized(waiting.article, "feed", answer.reason), waiting.digest)
            self._aliases += [(i, waiting.article.id) for i in answer.ids]

    def pushed(self, article: RawArticle, known: Known | None) -> None:
        """Sort an article that somebody pushed in: a known one is edited by whoever pushes it again."""
        digest = edits.digest(article.title, article.content)
        if known is None or known.waiting:
            self._dropped.append(article.id)
            self._publish(article, digest)
        else:
            self._settle(articles.edited(article, digest, known, self._now), known, digest)

    def address(self, article: RawArticle, known: Known | None) -> None:
        """Sort an address that somebody pushed in: its article is unknown until its page is read."""
        if known is None:
            self._wait(article, edits.digest("", ""))
        else:
            self.outcomes["waiting" if known.waiting else "known"] += 1

    def _patient(self, waiting: Waiting) -> bool:
        return waiting.tries + 1 < TRIES and self._now < waiting.since + PATIENCE_S

    def _join(self, article: RawArticle, known: Known) -> None:
        """Another feed lists an article that still waits for its page."""
        if article.feed and article.feed.url != known.feed:
            self._joined.append((known.id, article.feed))
        self.outcomes["waiting"] += 1

    def _wait(self, article: RawArticle, digest: bytes) -> None:
        host = urlsplit(article.url or "").hostname or ""
        self._waiting.append(Waiting(article, host, self._now, self._now, 0, digest))
        self.outcomes["page"] += 1

    def _again(self, waiting: Waiting, answer: PageAnswer, known: Known) -> None:
        """The page of a published article was read anew, since its feed tells it anew."""
        if answer.article is None:
            self._noted.append((known, waiting.digest))
            self.outcomes["page-lost"] += 1
        else:
            self._settle(articles.edited(answer.article, waiting.digest, known, self._now), known, waiting.digest)

    def _publish(self, article: RawArticle, digest: bytes) -> None:
        """Publish a new article, unless its text is there already under another address."""
        mark = edits.fingerprint(article.content)
        twin = self._with_text(article.content) if mark else None
        if mark and mark in self._prints:
            self._aliases.append((article.id, self._prints[mark]))
            self.outcomes["same-text"] += 1
        elif twin and twin.id != article.id:
            self._found_elsewhere(article, twin)
        else:
            self._kept.append(Kept(article, digest))
            self.outcomes["new"] += 1
            if mark:
                self._prints[mark] = article.id

    def _found_elsewhere(self, article: RawArticle, known: Known) -> None:
        self._aliases.append((article.id, known.id))
        self._settle(articles.listed(article.feed, known), known, known.digest)

    def _settle(self, outcome: Outcome, known: Known | None, digest: bytes) -> None:
        if isinstance(outcome, Edited):
            self._kept.append(Kept(outcome.article, outcome.digest))
            edit = outcome.article.edit
            self.outcomes[f"edited-{edit.kind}" if edit else "new"] += 1
        elif isinstance(outcome, Same):
            self.outcomes[outcome.why] += 1
            if known and outcome.why in {"cosmetic", "too-often"}:  # else the same comparison would be made at every poll
                self._noted.append((known, digest))


def _tells_the_same(known: Known, answer: PageAnswer) -> bool:
    """Whether a page may be the article that is known under its address.

    Sites give many pages one canonical address by mistake, and send dead links to one page: that must cost no article.
    """
    if known.article is None or answer.article is None:
        return True
    both = sorted((known.article.content, answer.article.content), key=len)
    return about_the_same(*both)
