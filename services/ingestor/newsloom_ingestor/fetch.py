"""One polite request for one feed → Fetched | NotModified | FetchFailed. Errors are values; nothing is raised."""

import hashlib
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from ssl import SSLContext
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

import httpx

from newsloom_ingestor import metrics
from newsloom_ingestor.canonical import absolute
from newsloom_ingestor.exchange import Keep, Listener, address, exchange
from newsloom_ingestor.guard import Guard, RefusedAddressError, Transport
from newsloom_ingestor.inflate import BodyError, inflate
from newsloom_ingestor.parse import MAX_BYTES
from newsloom_ingestor.schedule import Kind

TOTAL_S: Final = 30.0  # Media Cloud: RSS_FETCH_TIMEOUT_SECS
STEP_S: Final = 10.0  # to connect, or between two reads
MAX_REDIRECTS: Final = 5
GZIP: Final = b"\x1f\x8b\x08"  # RFC 1952, 2.3.1
ACCEPT: Final = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
# Not the feed's fault, or likely to pass (Media Cloud counts these as soft): slow, too early, too often, any 5xx.
SOFT_STATUSES: Final = frozenset({404, 408, 421, 423, 425, 429})


class Validators(NamedTuple):
    """What proves that a document was held: ETag and Last-Modified byte for byte (as latin-1), and the SHA-256 of its bytes."""

    etag: str = ""
    last_modified: str = ""
    digest: str = ""


class Fetched(NamedTuple):
    """The document, where it was found at last, and what to ask with next time.

    ``moved_to``: where every redirect on the way was a permanent one, else empty. ``max_age_s``: how long the server calls
    the document fresh, 0 where it does not. ``denied``: the server had just said that nothing changed. ``robots``: its
    X-Robots-Tag headers. ``hub`` and ``self_url``: what its Link headers say of WebSub.
    """

    data: bytes
    content_type: str
    url: str
    validators: Validators
    moved_to: str = ""
    max_age_s: float = 0.0
    denied: bool = False
    robots: tuple[str, ...] = ()
    hub: str = ""
    self_url: str = ""


class NotModified(NamedTuple):
    """The document is the one that is held: the server says so (``how`` is 304), or its bytes are the same.

    ``audited``: both, one right after the other.
    """

    how: str
    moved_to: str = ""
    max_age_s: float = 0.0
    audited: bool = False


class FetchFailed(NamedTuple):
    """No document. ``kind`` weighs the failure; ``retry_after_s`` is how long the server asks to wait."""

    reason: str
    kind: Kind
    retry_after_s: float = 0.0


class Limits(NamedTuple):
    """What one fetch may cost and reach. ``keep`` is given what was had over http; it neither raises nor waits."""

    user_agent: str
    allow_private: bool = False
    total_s: float = TOTAL_S
    max_bytes: int = MAX_BYTES
    keep: Keep | None = None


Response = Fetched | NotModified | FetchFailed


def fetch(url: str, held: Validators, limits: Limits, now: datetime) -> Response:
    """Ask for a feed (http, https, or a file of this machine) unless it is as held. ``now`` reads a Retry-After date."""
    try:
        answer = _file(url, limits) if url.startswith("file:") else _http(url, held, limits, now)
    except Exception as error:  # noqa: BLE001 - whatever one feed does must stay the matter of that feed
        return _failure(error)
    _count("feed", answer)
    if isinstance(answer, Fetched) and answer.validators.digest == held.digest:
        return NotModified("the same bytes", answer.moved_to, answer.max_age_s)
    return answer


def get(url: str, limits: Limits, now: datetime, *, accept: str, max_bytes: int) -> Fetched | FetchFailed:
    """Ask for something that is no feed (a page, a robots.txt) over http or https, with the same guards."""
    try:
        answer = _http(url, Validators(), limits._replace(max_bytes=max_bytes), now, accept)
    except Exception as error:  # noqa: BLE001 - as above
        return _failure(error)
    _count("page", answer)
    return FetchFailed("HTTP 304 unasked", "hard") if isinstance(answer, NotModified) else answer


def _count(kind: str, answer: Response) -> None:
    if isinstance(answer, Fetched):
        metrics.BYTES.labels(kind).inc(len(answer.data))


def _http(url: str, held: Validators, limits: Limits, now: datetime, accept: str = ACCEPT) -> Response:
    guard = Guard(time.monotonic() + limits.total_s, allow_private=limits.allow_private)
    client = httpx.Client(
        transport=Transport(guard, _tls()),
        timeout=STEP_S,
        follow_redirects=True,
        max_redirects=MAX_REDIRECTS,
        trust_env=False,  # through a proxy nobody could check the address that is connected to
    )
    with client, client.stream("GET", url, headers=_headers(held, limits, accept)) as response:
        return _answer(response, limits, now)


def _answer(response: httpx.Response, limits: Limits, now: datetime) -> Response:
    status = response.status_code
    moved, age = _moved(response), _max_age(response.headers)
    if status == 304:
        return NotModified("304", moved, age)
    if status != 200:
        return FetchFailed(f"HTTP {status}", _kind(status), _retry_after(response.headers, now))
    data = _heard(response, limits, now)
    raw = {k.lower(): v.decode("latin-1") for k, v in response.headers.raw}
    validators = Validators(raw.get(b"etag", ""), raw.get(b"last-modified", ""), _digest(data))
    robots = tuple(response.headers.get_list("x-robots-tag"))
    hub, own = (_link(response, name) for name in ("hub", "self"))
    return Fetched(
        data, response.headers.get("content-type", ""), str(response.url), validators, moved, age, False, robots, hub, own
    )


def _link(response: httpx.Response, name: str) -> str:
    """The address that a Link header (RFC 8288) gives for a relation, or nothing."""
    found = response.links.get(name, {}).get("url")
    return absolute(found, str(response.url)) or "" if found else ""


def _heard(response: httpx.Response, limits: Limits, now: datetime) -> bytes:
    """The body, which is kept as it came, also where nobody will be able to read it."""
    at_address, body = address(response), Listener(response.iter_raw(), limits.max_bytes)
    data = _body(body, response.headers.get("content-encoding", ""), limits)
    if limits.keep:
        limits.keep(exchange(response, body.heard, at_address, now))
    return data


def _body(chunks: Iterable[bytes], encoding: str, limits: Limits) -> bytes:
    """The body, and where that is a file of gzip (sitemap.xml.gz), what is in it."""
    data = inflate(chunks, encoding, limits.max_bytes)
    return inflate([data], "gzip", limits.max_bytes) if data.startswith(GZIP) else data


def _moved(response: httpx.Response) -> str:
    """Where permanent redirects alone led (RFC 9110, 15.4.2 and 15.4.9), or nothing: with one temporary one the way is that."""
    permanent = response.history and all(hop.status_code in {301, 308} for hop in response.history)
    return str(response.url) if permanent else ""


def _max_age(headers: Mapping[str, str]) -> float:
    """Seconds for which the answer stays fresh from now (RFC 9111, 5.2.2.1 and 5.1), 0 where it must be asked about again."""
    given = dict(_directive(d) for d in headers.get("cache-control", "").lower().split(","))
    if given.keys() & {"no-cache", "no-store"}:
        return 0.0
    return max(0.0, _seconds(given.get("max-age", "")) - _seconds(headers.get("age", "")))


def _directive(text: str) -> tuple[str, str]:
    name, _, value = text.strip().partition("=")
    return name, value.strip('"')


def _seconds(text: str) -> float:
    digits = text.strip()
    return float(digits[:9]) if digits.isascii() and digits.isdecimal() else 0.0


def _file(url: str, limits: Limits) -> Response:
    """``file:seeds/sample/feed.xml`` is relative to the working directory, ``file:///feeds/x.xml`` is not."""
    path = Path(unquote(urlsplit(url).path))
    with path.open("rb") as file:
        data = _body(iter(lambda: file.read(65536), b""), "", limits)
    return Fetched(data, "", url, Validators(digest=_digest(data)))


def _headers(held: Validators, limits: Limits, accept: str) -> list[tuple[bytes, bytes]]:
    given = {
        "User-Agent": limits.user_agent,
        "Accept": accept,
        "Accept-Encoding": "gzip, deflate",
        "If-None-Match": held.etag,
        "If-Modified-Since": held.last_modified,
    }
    return [(name.encode(), value.encode("latin-1", "replace")) for name, value in given.items() if value]


def _kind(status: int) -> Kind:
    if status == 410:
        return "gone"
    return "soft" if status >= 500 or status in SOFT_STATUSES else "hard"


def _retry_after(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds from a Retry-After header, which is a number of seconds or a date (RFC 9110, section 10.2.3); 0 for nonsense."""
    value = headers.get("retry-after", "").strip()
    if seconds := _seconds(value):
        return seconds
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    return max(0.0, ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds())


def _failure(error: Exception) -> FetchFailed:
    """Name an exception. Names that do not resolve and doors that are shut are mostly the network's fault; the rest of TLS,
    time-outs and broken answers is likely to pass; a refused address or scheme and a body that is none are not.
    """
    reason = f"{type(error).__name__}: {error}".removesuffix(": ")
    if isinstance(error.__cause__, RefusedAddressError):
        return FetchFailed(str(error.__cause__), "hard")
    if isinstance(error, (httpx.UnsupportedProtocol, httpx.InvalidURL, BodyError)):
        return FetchFailed(reason, "hard")
    if isinstance(error, httpx.NetworkError):
        return FetchFailed(reason, "network")
    return FetchFailed(reason, "soft" if isinstance(error, (httpx.HTTPError, OSError)) else "hard")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@cache
def _tls() -> SSLContext:
    return httpx.create_ssl_context()
