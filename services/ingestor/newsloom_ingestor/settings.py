"""The environment → what this ingestor polls, and how."""

from importlib.metadata import version
from typing import Annotated, Literal

from msgspec import Meta
from newsloom_common.settings import Settings


class IngestorSettings(Settings, frozen=True, kw_only=True):
    """Addresses, folders and limits; each is NEWSLOOM_ and its name in upper case.

    ``feeds_file``: an OPML file, empty for none. ``feeds``: more feed addresses (http, https, file) or OPML files, parted by
    white space. ``seeds_dir``: where the articles are that open an empty stream, empty for none. ``contact``: an address
    that site owners find in the User-Agent; without one no pages are fetched. ``pages``: auto fetches an article's page where
    the feed has not all of its text, off never does; ``page_fetchers`` at a time. ``allow_private_addresses``: for tests and
    for feeds inside one's own network. ``push_port``: where articles may be pushed in, 0 for nowhere, on ``push_host``, by
    whoever has the token of ``push_token_file``. ``websub_callback``: the public https address by which hubs get to that port.
    ``archive_dir``: where what is fetched is kept as WARC, within ``state_dir`` unless it is absolute, empty for nowhere;
    ``archive_gb`` (10^9 bytes) at most, then the oldest goes.
    """

    feeds_file: str = "seeds/feeds.opml"
    feeds: str = ""
    seeds_dir: str = "seeds"
    state_dir: str = "var/ingestor"
    contact: str = ""
    fetchers: Annotated[int, Meta(ge=1, le=256)] = 64
    pages: Literal["auto", "off"] = "auto"
    page_fetchers: Annotated[int, Meta(ge=1, le=64)] = 4
    allow_private_addresses: bool = False
    push_host: str = "127.0.0.1"
    push_port: Annotated[int, Meta(ge=0, le=65535)] = 0
    push_token_file: str = ""
    websub_callback: str = ""
    archive_dir: str = "warc"
    archive_gb: Annotated[float, Meta(gt=0)] = 5.0

    @property
    def pages_off(self) -> str:
        """Why no pages are fetched, empty where they are."""
        if self.pages == "off":
            return "off by NEWSLOOM_PAGES"
        return "" if self.contact else "off: NEWSLOOM_CONTACT must say where site owners reach you"

    @property
    def user_agent(self) -> str:
        """Who asks, honestly."""
        return f"newsloom/{version('newsloom')} (feed poller{'; +' + self.contact if self.contact else ''})"
