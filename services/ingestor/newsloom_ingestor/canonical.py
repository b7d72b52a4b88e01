"""An address → the one form that says which article it is.

What RFC 3986 (section 6) calls equivalent is made equal first: case of scheme and host, default port, dot segments, percent
encoding, empty path. Then what names the same article in practice: tracking parameters (``tracking_parameters.csv``, a source
for each), the order of parameters, the scheme, ``www.`` and mobile hosts, index pages, a final slash, AMP copies.
The result identifies; it is not meant to be opened. What people open is ``readable_url``, which changes nothing that a server
sees except tracking.
"""

import csv
import re
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import SplitResult, quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

MAX_URL: Final = 2048  # characters; what browsers, sitemaps and Media Cloud accept
SCHEMES: Final = frozenset({"http", "https"})
DEFAULT_PORTS: Final = {"http": 80, "https": 443}
COPY_HOSTS: Final = re.compile(r"^(?:(?:www|m|mobile|wap|amp)\.)+(?=[^.]+\.)")  # www.m.example.org → example.org
INDEX_PAGE: Final = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
AMP_PATH: Final = re.compile(r"(?:/amp|\.amp)(?=/?$)", re.IGNORECASE)
SESSION_PATH: Final = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/]*", re.IGNORECASE)
UNRESERVED: Final = "-._~"  # RFC 3986, section 2.3, beside letters and digits, which quote() never touches
SUB_DELIMS: Final = "!$&'()*+,;=:@"


class Tracking(NamedTuple):
    """A row of the table: a parameter's name and, where only some values are tracking, the value; ``*`` ends a prefix."""

    name: str
    value: str


@cache
def tracking_table() -> tuple[Tracking, ...]:
    """Return the rows of ``tracking_parameters.csv``."""
    text = Path(__file__).with_name("tracking_parameters.csv").read_text("utf-8")
    return tuple(Tracking(row["name"], row["value"]) for row in csv.DictReader(text.splitlines()))


def absolute(link: str, base: str) -> str | None:
    """Return the link as an absolute http(s) address, or None where it is none (``javascript:``, ``mailto:``, nonsense)."""
    try:
        url = urljoin(base, link.strip())
        parts = urlsplit(url)
        empty = urlsplit(link.strip()).scheme in SCHEMES and not urlsplit(link.strip()).netloc  # "https://" is no relative link
        usable = parts.scheme in SCHEMES and parts.hostname and (parts.port or 1) and len(url) <= MAX_URL and not empty
    except ValueError:  # brackets or a port that are no address
        return None
    return url if usable else None


def readable_url(url: str, guid: str = "") -> str:
    """Return an absolute address as people open it: no tracking, no user name, no fragment unless the guid has it too.

    A page of release notes lists each release under a fragment of its own, and the feed's guid says so; in any other
    link the fragment is a place on the page or tracking.
    """
    parts = urlsplit(url)
    fragment = parts.fragment if parts.fragment and guid.endswith("#" + parts.fragment) else ""
    path = _encoded(parts.path or "/", SUB_DELIMS + "/")
    return urlunsplit((parts.scheme, _authority(parts), path, _encoded(_query(parts.query), SUB_DELIMS + "/?"), fragment))


def canonical_url(url: str, guid: str = "") -> str:
    """Return the identity of an absolute address; what is canonical already stays as it is."""
    parts = urlsplit(readable_url(url, guid))
    host = COPY_HOSTS.sub("", parts.netloc)
    query = "&".join(sorted(p for p in parts.query.split("&") if p and p.lower() not in {"amp", "amp=1"}))
    return urlunsplit(("https", host, _same_page(parts.path), query, parts.fragment))


def _same_page(path: str) -> str:
    """Path without dot segments, session ids, AMP suffix, index page and final slash."""
    plain = AMP_PATH.sub("", SESSION_PATH.sub("", urlsplit(urljoin("http://h/", path)).path))
    return INDEX_PAGE.sub("/", plain).rstrip("/") or "/"


def _authority(parts: SplitResult) -> str:
    """Host in lower case and ASCII (IDNA), with its port where that is not the scheme's own."""
    host = (parts.hostname or "").rstrip(".")
    try:
        host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        host = quote(host)
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in {None, DEFAULT_PORTS[parts.scheme]} else f"{host}:{parts.port}"


def _query(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if pair and not _is_tracking(pair))


@cache
def _rules() -> tuple[frozenset[str], tuple[str, ...], tuple[Tracking, ...]]:
    """The table by kind: whole names, beginnings of names, names with a value."""
    plain = [row.name for row in tracking_table() if not row.value]
    names = frozenset(n for n in plain if not n.endswith("*"))
    return names, tuple(n[:-1] for n in plain if n.endswith("*")), tuple(row for row in tracking_table() if row.value)


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.lower().partition("=")
    names, beginnings, valued = _rules()
    return name in names or name.startswith(beginnings) or any(name == row.name and _fits(value, row.value) for row in valued)


def _fits(value: str, pattern: str) -> bool:
    return value.startswith(pattern[:-1]) if pattern.endswith("*") else value == pattern


def _encoded(text: str, safe: str) -> str:
    """Percent-encode what must be, decode what need not be, upper-case hex digits (RFC 3986, section 6.2.2)."""
    return re.sub(r"%[0-9A-Fa-f]{2}|[^%]+|%", lambda m: _piece(m.group(), safe), text)


def _piece(piece: str, safe: str) -> str:
    if len(piece) == 3 and piece[0] == "%":
        char = unquote_to_bytes(piece).decode("latin-1")
        return char if char.isascii() and (char.isalnum() or char in UNRESERVED) else piece.upper()
    return quote(piece, safe=safe, errors="replace")
