"""What every format is read into: a feed document of drafts. Markup and dates are still as they were written."""

from typing import NamedTuple


class FeedError(ValueError):
    """The document is no feed; the text says what it is instead, as far as that can be told."""


class Draft(NamedTuple):
    """An entry as its format gives it. ``full`` are bodies that are the whole article by their form, ``bodies`` all others; the
    longest of both, as text, becomes the content. Dates are as written, the better ones first.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    full: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str = ""
    image: str = ""


class Asks(NamedTuple):
    """What a feed asks of its pollers.

    ``pause_s``: seconds to wait at least, 0 where it says nothing. ``skip_hours``: hours (UTC) in which not to poll;
    ``skip_days``: days of the week, Monday is 0. ``hub`` and ``self_url``: where WebSub can be had, and for which topic.
    """

    pause_s: int = 0
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    hub: str = ""
    self_url: str = ""


class Sitemap(NamedTuple):
    """A sitemap that an index lists, and when that says it was changed, as written."""

    url: str
    modified: str = ""


class Document(NamedTuple):
    """A feed of any format; or an index, which has no entries but ``sitemaps``."""

    title: str
    language: str
    entries: tuple[Draft, ...]
    asks: Asks = Asks()
    sitemaps: tuple[Sitemap, ...] = ()
