"""What the service says of its work: one log line a poll, and its metrics."""

from collections import Counter as Count
from collections.abc import Collection, Mapping

from newsloom_common import tracing
from newsloom_common.tracing import Span
from newsloom_schemas.codec import trace_of
from structlog.stdlib import BoundLogger

from newsloom_ingestor import metrics
from newsloom_ingestor.decide import Polled, article_ids
from newsloom_ingestor.fetch import FetchFailed, NotModified
from newsloom_ingestor.intake import PageTaken, Taken
from newsloom_ingestor.merge import WALLS
from newsloom_ingestor.opening import Opened
from newsloom_ingestor.outbox import Sent
from newsloom_ingestor.pages import Crawled
from newsloom_ingestor.parse import without_password
from newsloom_ingestor.robotsmeta import REFUSALS
from newsloom_ingestor.sorting import PageAnswer
from newsloom_ingestor.standing import STATES

NAMED = 10  # feeds that a line of the log has room for
ORDINARY = frozenset({"new", "known"})  # outcomes of articles that need no word of their own


def opened(log: BoundLogger, start: Opened, feeds: int, pages_off: str) -> None:
    """Say how the stream was found."""
    _count(start.sent)
    if start.forgotten:
        log.warning("news.raw was made anew, starting over", articles_forgotten=start.forgotten)
    if start.learned:
        log.info("the state was new beside an older stream, its ids were read from the topic", articles=start.learned)
    seeds = start.sent.published if start.empty else 0
    log.info("started", feeds=feeds, pages=pages_off or "auto", seeds_published=seeds, found_after_kill=start.sent.found)


def reconfigured(log: BoundLogger, before: Collection[str], feeds: Collection[str]) -> None:
    """Say that other feeds are configured than before."""
    new, gone = ([without_password(u) for u in one if u not in other] for one, other in ((feeds, before), (before, feeds)))
    log.info("feeds changed", feeds=len(feeds), added=len(new), removed=len(gone), names=[*new, *gone][:NAMED])


def standings(counts: Mapping[str, int]) -> None:
    """Tell how many feeds are in each state."""
    for state in STATES:
        metrics.FEEDS.labels(state).set(counts.get(state, 0))


def polled(log: BoundLogger, poll: Polled, taken: Taken, now: float) -> None:
    """Tell of one poll, after all that it brought is acknowledged."""
    decision, outcomes, trace = taken
    metrics.POLLS.labels(decision.outcome).inc()
    metrics.POLL_SECONDS.observe(poll.took_s)
    for outcome, number in outcomes.items():
        metrics.ARTICLES.labels(outcome).inc(number)
    skipped: Count[str] = Count(s.reason for s in decision.skipped)
    for reason, number in skipped.items():
        metrics.SKIPPED.labels(reason).inc(number)
    feed = without_password(poll.url)
    tracing.tell(Span("poll", trace, poll.took_s, attributes={"newsloom.feed": feed, "newsloom.outcome": decision.outcome}))
    plan = decision.feed.plan
    say = log.warning if decision.outcome in {"failed", "gone"} else log.info
    say(
        "poll",
        feed=feed,
        outcome=decision.outcome,
        entries=len(article_ids(poll)),
        new=outcomes["new"],
        seconds=round(poll.took_s, 3),
        next_in_s=None if plan.next_poll is None else round(plan.next_poll - now),
        why=plan.why,
        **_details(poll, skipped, outcomes),
        **_trace(trace, outcomes),
    )


def sent(log: BoundLogger, what: Sent) -> None:
    """Count what was published, and tell of records that went another way."""
    _count(what)
    if what.dead or what.found:
        log.warning("published", articles=what.published, dead=what.dead, found_after_error=what.found)


def paged(log: BoundLogger, crawled: Crawled, taken: PageTaken) -> None:
    """Tell of one page, after its article is acknowledged, or waits again."""
    waiting, answer, took_s = crawled
    article = answer.article or waiting.article
    gave = page_outcome(answer)
    metrics.PAGES.labels(gave).inc()
    metrics.ARTICLES.labels(taken.outcome).inc()
    metrics.PAGE_SECONDS.observe(took_s)
    tracing.tell(Span("page", taken.trace, took_s, attributes={"newsloom.outcome": taken.outcome, "newsloom.gave": gave}))
    details = {"reason": answer.reason, "tries": waiting.tries, "again_in_s": answer.retry_s if gave == "later" else None}
    log.info(
        "page",
        url=without_password(article.url or ""),
        id=article.id,
        gave=gave,
        outcome=taken.outcome,
        method=article.extraction.method if article.extraction else "feed",
        length=len(article.content),
        seconds=round(took_s, 3),
        **{name: value for name, value in details.items() if value},
        **_trace(taken.trace, [taken.outcome]),
    )


def page_outcome(answer: PageAnswer) -> str:
    """Name what a page gave, in few enough words for a metric's label: text, less, a wall, robots, later or failed."""
    if answer.article:
        return "text" if answer.article.extraction and answer.article.extraction.method == "page" else "less"
    if answer.retry_s is not None:
        return "later"
    return answer.reason if answer.reason in {*WALLS.values(), *REFUSALS, "robots.txt", "no text"} else "failed"


def _trace(traceparent: str, outcomes: Collection[str]) -> dict[str, str]:
    """Name the trace where it goes on: where something was published under it."""
    told = any(o in {"new", "dead"} or o.startswith("edited") for o in outcomes)
    return {"trace": trace_of(traceparent)} if told else {}


def _details(poll: Polled, skipped: Count[str], outcomes: Count[str]) -> dict[str, object]:
    """What is worth a word only where there is something."""
    answer = poll.answer
    others = {name: number for name, number in outcomes.items() if name not in ORDINARY}
    details: dict[str, object] = {
        "others": others,
        "skipped": dict(skipped),
    }
    if isinstance(answer, FetchFailed):
        details |= {"error": answer.reason, "kind": answer.kind}
    if isinstance(answer, NotModified):
        details["how"] = answer.how
    return {name: value for name, value in details.items() if value}


def _count(sent: Sent) -> None:
    metrics.PUBLISHED.inc(sent.published)
    metrics.DEAD.inc(sent.dead)
    metrics.FOUND.inc(sent.found)
