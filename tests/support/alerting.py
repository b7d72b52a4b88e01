"""Articles and saved searches for tests of alerts."""

from datetime import UTC, datetime, timedelta

from newsloom_schemas.alerts import SavedSearch
from newsloom_schemas.stories import SAMPLE
from newsloom_schemas.types import Edit, Fingerprint, RawArticle, Retag, TaggedArticle, Tagger

SAVED = datetime(2026, 11, 24, 8, tzinfo=UTC)  # when searches are saved
CAME = SAVED + timedelta(hours=1)  # when articles come


def search(query="H100", name="s", **fields):
    return SavedSearch(name=name, query=query, **{"created_at": SAVED, **fields})


def article(name="a", title="The H100 is short", *, text=None, version=1, retag=False, **fields):
    """A tagged article; of those with the same number as ``text`` one is the other's reprint."""
    given = {"origin": "feed", "content": "", "published_at": CAME, "fetched_at": CAME, **fields}
    if given.get("revision", 1) > 1:
        given["edit"] = Edit(kind="text", revision=given["revision"] - 1)
    return TaggedArticle(
        article=RawArticle(id=name, title=title, **given),
        language="en",
        themes=(),
        fingerprint=None if text is None else fingerprint(text),
        tagger=Tagger(version=version, taxonomy=1),
        tagged_at=given["fetched_at"],
        retag=Retag(run="r", gained=("chips",)) if retag else None,
    )


def fingerprint(text):
    return Fingerprint(text=tuple(text * 10_000 + 7 * n for n in range(SAMPLE)), title=text)
