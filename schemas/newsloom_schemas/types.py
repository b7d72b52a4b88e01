"""The contract's types: what a message on each topic says.

Frozen msgspec structs are the single source; the JSON Schemas and the AsyncAPI document are generated from them.
Every offset is a Unicode code point index into the named field of the article, and ``field[start:end] == text`` holds.
Every time carries a zone. A reader must ignore fields that it does not know; a field is never renamed or removed.
"""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

ArticleId = Annotated[str, Meta(min_length=1, max_length=128, pattern=r"^[0-9A-Za-z._:-]+$", description="Stable identity.")]
Time = Annotated[datetime, Meta(tz=True, description="RFC 3339 with a zone.")]
Positive = Annotated[int, Meta(ge=1)]
Offset = Annotated[int, Meta(ge=0, description="Unicode code points from the start of the field.")]
Score = Annotated[float, Meta(ge=0.0, le=1.0)]
FieldName = Literal["title", "content"]
Text = Annotated[str, Meta(min_length=1)]


class Feed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The feed that an article came from: its address, its own title, and the folder of the OPML file it is kept in."""

    url: str
    title: str = ""
    category: str = ""


class Extraction(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the text is from: the feed, the article's page, or whoever pushed it in; and its length in code points.

    ``reason`` says why the page was not used where it was asked for: refused by robots.txt, behind a wall, not to be had.
    """

    method: Literal["feed", "page", "pushed"]
    length: Annotated[int, Meta(ge=0)]
    reason: str = ""


class Edit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a revision changed in the one before it: the text, or the feeds that list the article. Nobody is alerted again.

    ``diff`` is a unified diff of sentences, at most 20,000 characters; ``changed`` the share of the text that it touches.
    """

    kind: Literal["text", "feeds"]
    revision: Annotated[int, Meta(ge=1, description="The revision before this one.")]
    changed: Score = 0.0
    diff: str = ""


class RawArticle(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An article as published, text only, before anything is understood of it.

    ``id`` is the hash of the canonical URL (of a seed: the hash in its file name); an edited article keeps its id and has
    a higher ``revision``. ``origin`` says how it came in. ``language`` is what the feed declares (BCP 47), not a finding.
    ``fetched_at`` is when newsloom first held this revision; ``published_at`` is absent where the source gives no date, and
    ``date_note`` says what was wrong with the date that it gave. ``feed`` brought the article first, ``also_in`` lists further
    feeds that have it. ``canonical`` is what the page calls its own address, ``image`` the address of its lead picture.
    """

    id: ArticleId
    revision: Positive = 1
    origin: Literal["seed", "feed", "push", "backfill"]
    url: str | None = None
    title: str
    content: str
    language: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    published_at: Time | None = None
    updated_at: Time | None = None
    fetched_at: Time
    feed: Feed | None = None
    also_in: tuple[Feed, ...] = ()
    canonical: str | None = None
    image: str | None = None
    date_note: Literal["future", "absurd", "no-zone"] | None = None
    extraction: Extraction | None = None
    edit: Edit | None = None


class Span(Struct, frozen=True, kw_only=True):
    """A stretch of a field that another message part names."""

    start: Offset
    end: Offset


class Evidence(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A span of the original that speaks for a theme, the rule or model that says so and how strongly.

    ``sentence`` is the one around it in the same field, absent where that is the span itself.
    """

    field: FieldName
    start: Offset
    end: Offset
    text: Text
    rule: str
    weight: float
    sentence: Span | None = None


class Mention(Struct, frozen=True, kw_only=True):
    """A span of the original: one that names an entity, or the sentence that tells most of a theme."""

    field: FieldName
    start: Offset
    end: Offset
    text: Text


class Theme(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A theme of the taxonomy that the article is about, with a score from 0 to 1 and at least one piece of evidence.

    ``telling`` is the one sentence of the article that tells most of it, for summaries and alerts.
    """

    id: str
    score: Score
    evidence: Annotated[tuple[Evidence, ...], Meta(min_length=1)]
    telling: Mention | None = None


class Entity(Struct, frozen=True, kw_only=True):
    """A company, person or product, under one stable id and name whatever it is called in the text."""

    id: str
    name: str
    type: Literal["company", "person", "product"]
    mentions: Annotated[tuple[Mention, ...], Meta(min_length=1)]


class Amount(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sum of money as written and as a number in units of the currency (ISO 4217): 50亿美元 is 5e9 USD.

    Of a range ``value`` is the lower bound and ``high`` the upper one. ``about`` says that the number is no exact one:
    over (逾, more than), under (近, up to) or about it. ``per`` is what the sum is a price of, as written: month, 月.
    """

    field: FieldName
    start: Offset
    end: Offset
    text: Text
    value: float
    currency: str
    high: float | None = None
    about: Literal["about", "over", "under"] | None = None
    per: str | None = None


class Quantity(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of the industry's numbers that is no money: GPUs, megawatts, parameters, tokens, users, percent.

    ``unit`` is an id of the tagger's table of units; ``value``, ``high`` and ``about`` are as in an amount.
    """

    field: FieldName
    start: Offset
    end: Offset
    text: Text
    value: float
    unit: str
    high: float | None = None
    about: Literal["about", "over", "under"] | None = None


class Words(Struct, frozen=True, kw_only=True):
    """The words of a Chinese or mixed text as segmented, folded, parted by spaces: for search, not for reading."""

    title: str
    content: str


class Fingerprint(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is enough of an article to see that another one tells the same in the same words: the same story.

    ``text`` holds the lowest hashes of its runs of words, ascending, ``figures`` those of its numbers; ``title`` is a hash of
    the title, ``site`` the host that has the article. ``newsloom_schemas.stories`` compares them.
    """

    text: tuple[int, ...]
    figures: tuple[int, ...] = ()
    title: int = 0
    site: str = ""


class Quote(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Direct speech, without its quotation marks, and its speaker as named in the text where that is clear."""

    field: FieldName
    start: Offset
    end: Offset
    text: Text
    speaker: str | None = None


class Tagger(Struct, frozen=True, kw_only=True):
    """What decided: ``version`` rises with every change that may decide otherwise; ``taxonomy`` is that of the themes.

    ``digest`` is of the rules themselves: one number that stood for two sets of rules is found out by it.
    """

    version: Positive
    taxonomy: Positive
    digest: str = ""


class Retag(Struct, frozen=True, kw_only=True):
    """Says that an article was tagged anew, after a change of themes, and what that changed. Nobody is alerted again.

    ``run`` names the `newsloom retag` that did it. On the topic of a theme that is ``gained`` the article is an addition; on
    that of one that is ``lost``, which is not among the article's themes, it takes the article back.
    """

    run: str
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


class TaggedArticle(Struct, frozen=True, kw_only=True):
    """The raw article, whole and unchanged, with what the tagger understood of it.

    ``words`` is there for texts with Chinese in them, whose words no space parts, ``fingerprint`` for all but the
    shortest. Amounts, quantities, quotes and mentions of entities are at most 1,000 of each kind, the first ones in the text.
    """

    article: RawArticle
    language: Annotated[str, Meta(description="Found in the text: zh, en, or another ISO 639-1 code; und where unsure.")]
    themes: tuple[Theme, ...]
    entities: tuple[Entity, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    quotes: tuple[Quote, ...] = ()
    words: Words | None = None
    fingerprint: Fingerprint | None = None
    tagger: Tagger
    tagged_at: Time
    retag: Retag | None = None


class FeedHealth(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a feed stands after its latest poll: the newest record of a feed on news.feeds is the valid one.

    ``outcome`` is what the poll gave; ``entries`` are in the feed's document, ``new`` of them were unknown. Times of polls that
    never were are absent; so is ``next_poll`` of a feed that ended. ``why`` says what set the interval, ``failures`` counts
    failures in a row by their weight. ``silent`` says that nothing new came for much longer than is usual for this feed.
    ``validators`` are what spares the server an answer: ETag, Last-Modified, none, or distrusted ones.
    """

    url: str
    title: str = ""
    category: str = ""
    outcome: Literal["new", "nothing-new", "not-modified", "failed", "gone"]
    checked_at: Time
    succeeded_at: Time | None = None
    new_at: Time | None = None
    next_poll: Time | None = None
    interval_s: float
    why: str
    entries: int = 0
    new: int = 0
    skipped: int = 0
    failures: float = 0.0
    error: str = ""
    silent: bool = False
    usual_gap_s: float = 0.0
    validators: Literal["etag", "last-modified", "none", "distrusted"] = "none"
    moved_to: str | None = None


class DeadLetter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What news.dead says of a record that could not be processed: where it was, which service gave up, and why.

    On the topic these are headers (Kafka Connect's names), beside the original key, value and headers byte for byte. In
    this form, which the command line prints, ``value`` is the record's text, or base64 where ``encoding`` says so.
    """

    topic: str
    partition: int
    offset: int
    service: str
    stage: str
    error: str
    message: str
    dead_at: Time
    key: str | None = None
    value: str | None = None
    encoding: Literal["utf-8", "base64"] = "utf-8"
