"""A feed document, read → a line that says what it gives and what it asks for. Pure."""

from typing import Final

from newsloom_ingestor.asks import DAYS
from newsloom_ingestor.document import Sitemap
from newsloom_ingestor.parse import Parsed

from newsloom_cli.times import span

NAMED: Final = 20  # sitemaps that a sentence has room for


def outline(parsed: Parsed) -> str:
    """Return what a document gives and asks for, in one line: "12 articles, 9 whole; asks for 30 min between polls"."""
    number = len(parsed.articles)
    asks = [
        f"{span(parsed.pause_s)} between polls" if parsed.pause_s else "",
        f"no polls at {', '.join(map(str, sorted(parsed.skip_hours)))} h UTC" if parsed.skip_hours else "",
        f"none on {', '.join(DAYS[n].capitalize() for n in sorted(parsed.skip_days))}" if parsed.skip_days else "",
    ]
    told = [
        f"{number} article{'' if number == 1 else 's'}, {len(parsed.whole)} whole",
        f"asks for {', '.join(filter(None, asks))}" if any(asks) else "",
        f"hub {parsed.hub}" if parsed.hub else "",
    ]
    return "; ".join(filter(None, told))


def sitemaps_named(sitemaps: tuple[Sitemap, ...]) -> str:
    """Say what an index is that nobody follows here, and where it leads."""
    more = f" and {len(sitemaps) - NAMED} more" if len(sitemaps) > NAMED else ""
    named = " ".join(s.url for s in sitemaps[:NAMED])
    return f"an index of {len(sitemaps)} sitemaps, which are followed when it is polled: {named}{more}"
