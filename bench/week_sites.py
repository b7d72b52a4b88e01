"""The sites of the simulated week: each kind of behaviour by name, several sites of it, and what each published when.

``KINDS`` is the table: what a kind does, when it publishes, how it answers. A site's entries are numbered from 0 in
the order in which they were published.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache, partial
from random import Random
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from newsloom_ingestor.fetch import Fetched, FetchFailed, NotModified, Response, Validators
from newsloom_ingestor.schedule import DAY, HOUR, MINUTE

from bench.simulated import START

WEEK: Final = 7 * DAY
EACH: Final = 3  # sites of a kind
SLOW_S: Final = 8.0
TIMEOUT_S: Final = 30.0
ALWAYS: Final = 10 * WEEK
Times = Sequence[float]  # when something was published, seconds since 1970, in order
Rhythm = Callable[[Random], Times]


class Site(NamedTuple):
    """A feed, what it published when, and how many entries its document lists."""

    kind: str
    url: str
    times: Times
    lists: int = 30

    @property
    def host(self) -> str:
        """Whose it is."""
        return urlsplit(self.url).hostname or ""

    @property
    def moved(self) -> str:
        """Where it may have moved to."""
        return self.url.replace("/feed", "/new-feed")


Way = Callable[[Site, str, Validators, float], Response]  # the site, the address asked for, what is held, the time


class Kind(NamedTuple):
    """A behaviour: its rhythm, its answers, how long they take, what its document asks for, whether its sites share a host."""

    says: str
    rhythm: Rhythm
    way: Way
    took_s: float = 0.4
    head: str = ""
    number: int = EACH
    shared: bool = False


def published(site: Site, now: float) -> int:
    """Return how many entries a site has published by a time."""
    return bisect_right(site.times, now)


def link(site: Site, entry: int) -> str:
    """Return the address of an entry's article."""
    return f"https://{site.host}/{urlsplit(site.url).path.split('/')[1]}/{entry}"


def document(site: Site, now: float) -> bytes:
    """Return what the feed says at a time."""
    last = published(site, now)
    return _document(site, last)


@cache
def _document(site: Site, last: int) -> bytes:
    items = "".join(
        f"<item><title>Entry {n}</title><link>{link(site, n)}</link><description>Text {n}.</description></item>"
        for n in range(last - 1, max(-1, last - 1 - site.lists), -1)
    )
    head = KINDS[site.kind].head
    return f'<rss version="2.0"><channel><title>{site.kind}</title>{head}{items}</channel></rss>'.encode()


# rhythms


def every(gap_s: float, rng: Random) -> Times:
    """All week, at random, so far apart on average; some are there when the week begins."""
    now, times = START - 5 * gap_s, list[float]()
    while now < START + WEEK:
        now += rng.expovariate(1 / gap_s)
        times.append(now)
    return times[:-1]


def office(rng: Random) -> Times:
    """A newsroom: every 20 minutes from 8 to 18 o'clock, Monday to Friday."""
    return [t for t in every(20 * MINUTE, rng) if 8 * HOUR <= (t - START) % DAY < 18 * HOUR and (t - START) // DAY < 5]


def digest(rng: Random) -> Times:
    """Three at once, every morning at about seven."""
    at = [START + day * DAY + 7 * HOUR + rng.random() * MINUTE for day in range(-1, 7)]
    return sorted(t + n for t in at for n in range(3))


def burst(rng: Random) -> Times:
    """Something now and then, and on Wednesday an event: 28 within six hours. A feed lists 30: more might pass unseen."""
    event = START + 2 * DAY + 10 * HOUR
    return sorted([*every(DAY, rng), *(event + rng.random() * 6 * HOUR for _ in range(28))])


def silent(rng: Random) -> Times:
    """Nothing any more."""
    return [START - DAY * rng.randrange(20, 40) - n for n in range(10, 0, -1)]


# ways


def plain(site: Site, url: str, held: Validators, now: float, max_age_s: float = 0.0) -> Response:
    """Validators that tell the truth."""
    etag = f'"{published(site, now)}"'
    if held.etag == etag:
        return NotModified("304", max_age_s=max_age_s)
    return Fetched(document(site, now), "", url, Validators(etag, "", etag), max_age_s=max_age_s)


def bare(site: Site, url: str, held: Validators, now: float) -> Response:
    """No validators at all."""
    digest_ = str(published(site, now))
    return (
        NotModified("the same bytes")
        if held.digest == digest_
        else Fetched(document(site, now), "", url, Validators("", "", digest_))
    )


def lying(site: Site, url: str, held: Validators, now: float) -> Response:
    """Nothing ever changes, it says to whoever asks with its ETag."""
    answer = bare(site, url, held, now)
    if held.etag:
        return NotModified("304")
    return answer._replace(validators=answer.validators._replace(etag='"x"')) if isinstance(answer, Fetched) else answer


def moving(site: Site, url: str, held: Validators, now: float) -> Response:
    """From Tuesday on, somewhere else for good."""
    if now < START + DAY:
        return plain(site, url, held, now) if url == site.url else FetchFailed("HTTP 404", "soft")
    answer = plain(site, site.moved, held, now)
    if url == site.moved or isinstance(answer, FetchFailed):
        return answer
    return answer._replace(moved_to=site.moved)


def between(first: float, last: float, failure: FetchFailed) -> Way:
    """A failure from one time of the week to another."""

    def way(site: Site, url: str, held: Validators, now: float) -> Response:
        return failure if START + first <= now < START + last else plain(site, url, held, now)

    return way


def flaky(site: Site, url: str, held: Validators, now: float) -> Response:
    """Every third time or so, no answer."""
    return FetchFailed("HTTP 503", "soft") if Random(now).random() < 1 / 3 else plain(site, url, held, now)  # noqa: S311


def broken(reason: str) -> Way:
    """Never anything else."""
    return between(-WEEK, ALWAYS, FetchFailed(reason, "soft"))


HOURLY: Final = partial(every, HOUR)
HOURS: Final = "".join(f"<hour>{n}</hour>" for n in range(8))
KINDS: Final[dict[str, Kind]] = {
    "lively": Kind("something new every six minutes", partial(every, 6 * MINUTE), plain),
    "busy": Kind("something new every hour", HOURLY, plain),
    "newsroom": Kind("every 20 minutes, in office hours", office, plain),
    "morning": Kind("three articles each morning", digest, plain),
    "slow": Kind("something new every two days", partial(every, 2 * DAY), plain),
    "silent": Kind("nothing new for weeks", silent, plain),
    "burst": Kind("28 articles on Wednesday", burst, plain),
    "no validators": Kind("every two hours, no ETag", partial(every, 2 * HOUR), bare),
    "lying": Kind("its ETag says that nothing changed", partial(every, 4 * HOUR), lying),
    "moved": Kind("moves for good on Tuesday (301)", partial(every, 2 * HOUR), moving),
    "dead": Kind("410 Gone from Wednesday on", HOURLY, between(2 * DAY, ALWAYS, FetchFailed("HTTP 410", "gone"))),
    "always 500": Kind("500 all week", HOURLY, broken("HTTP 500")),
    "hanging": Kind("30 s of dripping, all week", HOURLY, broken("ReadTimeout"), took_s=TIMEOUT_S),
    "flaky": Kind("503 every third time", HOURLY, flaky),
    "out of order": Kind("404 on Thursday", HOURLY, between(3 * DAY, 4 * DAY, FetchFailed("HTTP 404", "soft"))),
    "network": Kind("no way there on Friday", HOURLY, between(4 * DAY, 5 * DAY, FetchFailed("ConnectError", "network"))),
    "retry after": Kind(
        "429 on Wednesday, wait five hours",
        HOURLY,
        between(2 * DAY, 2 * DAY + 4 * HOUR, FetchFailed("HTTP 429", "soft", 5 * HOUR)),
    ),
    "max-age": Kind("its answers hold for two hours", HOURLY, partial(plain, max_age_s=2 * HOUR)),
    "ttl": Kind("it asks for three hours between polls", HOURLY, plain, head="<ttl>180</ttl>"),
    "skip hours": Kind("it asks for no polls from 0 to 8", HOURLY, plain, head=f"<skipHours>{HOURS}</skipHours>"),
    "platform": Kind("twelve slow feeds of one host", HOURLY, plain, took_s=SLOW_S, number=12, shared=True),
}  # fmt: skip


@cache
def sites() -> tuple[Site, ...]:
    """Return all sites of the week."""
    return tuple(_site(kind, n) for kind in KINDS for n in range(KINDS[kind].number))


def _site(kind: str, number: int) -> Site:
    word = kind.replace(" ", "-")
    host = f"{word}.example" if KINDS[kind].shared else f"{word}-{number}.example"
    times = KINDS[kind].rhythm(Random(f"{kind}{number}"))  # noqa: S311 - chosen, not guessed
    return Site(kind, f"https://{host}/{number}/feed", tuple(times))
