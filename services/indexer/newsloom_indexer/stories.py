"""Documents and the articles that came before them → the story of each: the id of the article that told it first. Pure.

An article has a few keys, the lowest hashes of its text and that of its title. Two that have enough text in common share at
least one of them, nearly always; fingerprints decide. A key that many stories have is of a form, a notice or a phrase, and
leads nowhere.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

from newsloom_schemas.index import ALIAS
from newsloom_schemas.stories import resemblance
from newsloom_schemas.types import Fingerprint

from newsloom_indexer.document import Document, keys

WINDOW: Final = timedelta(days=14).total_seconds()  # between two articles of a story
COMMON: Final = 20  # stories: a key that more have is nobody's
COMPARED: Final = 8  # articles that share most keys
HITS: Final = 5_000  # articles that are fetched for a request: a few megabytes
FIELDS: Final = ("article.id", "story", "fingerprint.text", "fingerprint.figures", "fingerprint.title", "fingerprint.site")


class Known(NamedTuple):
    """An article that came before: ``at`` is its time in seconds since 1970, ``keys`` are those of its fingerprint."""

    id: str
    story: str
    at: float
    fingerprint: Fingerprint
    keys: Sequence[str]


class Shelf:
    """Articles by their keys, the last ``most`` of them; under each key the latest of each story."""

    def __init__(self, most: int, articles: Iterable[Known] = ()) -> None:
        self._most = most
        self._articles: OrderedDict[str, Known] = OrderedDict()
        self._by_key: dict[str, dict[str, Known]] = {}
        for article in articles:
            self.put(article)

    def put(self, article: Known) -> None:
        """Add an article in the place of what it was before."""
        self._drop(self._articles.pop(article.id, None))
        self._articles[article.id] = article
        for key in article.keys:
            self._by_key.setdefault(key, {})[article.story] = article
        if len(self._articles) > self._most:
            self._drop(self._articles.popitem(last=False)[1])

    def story(self, article: str) -> str | None:
        """Return the story of an article that is here."""
        found = self._articles.get(article)
        return found.story if found else None

    def near(self, wanted: Iterable[str]) -> Iterator[Known]:
        """Yield who has these keys, once for each."""
        for key in wanted:
            if len(found := self._by_key.get(key, {})) <= COMMON:
                yield from found.values()

    def common(self) -> list[str]:
        """Return the keys that lead nowhere."""
        return [key for key, found in self._by_key.items() if len(found) > COMMON]

    def _drop(self, article: Known | None) -> None:
        for key in article.keys if article else ():
            found = self._by_key.get(key, {})
            if article and found.get(article.story) is article:
                del found[article.story]
                if not found:
                    del self._by_key[key]


def question(documents: Sequence[Document], common: Mapping[str, object]) -> dict[str, Any] | None:
    """Return the search for earlier articles that may tell a document's story; None where there is nothing to look for."""
    wanted = {key for d in documents for key in d.keys if key not in common}
    if not wanted:
        return None
    times = [d.at for d in documents if d.fingerprint]
    limits = {"gte": int((min(times) - WINDOW) * 1000), "lte": int((max(times) + WINDOW) * 1000), "format": "epoch_millis"}
    return {
        "size": HITS,
        "query": {"bool": {"filter": [{"range": {"@timestamp": limits}}, {"terms": {"story_keys": sorted(wanted)}}]}},
        "sort": [{"@timestamp": "desc"}],
        "track_total_hits": False,
        "_source": False,
        "stored_fields": "_none_",  # columns only: a document is large, and packed
        "docvalue_fields": [*FIELDS, {"field": "@timestamp", "format": "epoch_millis"}],
    }


def full(answer: Mapping[str, Any]) -> bool:
    """Whether there may be more articles than were fetched."""
    return len(answer["hits"]["hits"]) == HITS


def found(answer: Mapping[str, Any]) -> list[Known]:
    """Return the articles that a search found, the oldest first."""
    return [_known(hit["fields"]) for hit in reversed(answer["hits"]["hits"])]


def held(documents: Iterable[Document]) -> list[dict[str, Any]]:
    """Return the ``docs`` of the multi-get for the stories of what may be there already under another text."""
    return [{"_index": ALIAS, "_id": d.id, "_source": ["story"]} for d in documents if d.again]


def stories(answer: Mapping[str, Any]) -> dict[str, str]:
    """Return the story of each document that a multi-get found."""
    return {d["_id"]: d["_source"]["story"] for d in answer["docs"] if d.get("found") and "story" in d["_source"]}


def decide(documents: Iterable[Document], kept: Mapping[str, str], shelves: Sequence[Shelf]) -> list[str]:
    """Return the story of each document, in order.

    An article keeps the story that it has: in ``kept``, or on one of the shelves. Another one gets that of the article which
    resembles it most, there or before it in ``documents``, or else begins one.
    """
    before = Shelf(HITS)
    told: dict[str, str] = dict(kept)
    for document in documents:
        has = told.get(document.id) or next((s for shelf in shelves if (s := shelf.story(document.id))), None)
        told[document.id] = story = has or _nearest(document, [*shelves, before])
        if document.fingerprint:
            before.put(known(document, story))
    return [told[document.id] for document in documents]


def known(document: Document, story: str) -> Known:
    """Return a document as one that came before. It has a fingerprint."""
    return Known(document.id, story, document.at, document.fingerprint, document.keys)  # type: ignore[arg-type]


def _nearest(document: Document, shelves: Sequence[Shelf]) -> str:
    near = [a for shelf in shelves for a in shelf.near(document.keys) if abs(a.at - document.at) <= WINDOW]
    articles = {a.id: a for a in near}
    most_shared = Counter(a.id for a in near).most_common(COMPARED)
    alike = [(resemblance(document.fingerprint, articles[i].fingerprint), articles[i].story) for i, _ in most_shared]
    most, story = max(alike, key=lambda one: one[0], default=(0.0, ""))
    return story if most else document.id


def _known(fields: Mapping[str, list[Any]]) -> Known:
    one = {name: values[0] for name, values in fields.items()}
    fingerprint = Fingerprint(
        text=tuple(fields["fingerprint.text"]),
        figures=tuple(fields.get("fingerprint.figures", ())),
        title=one.get("fingerprint.title", 0),
        site=one.get("fingerprint.site", ""),
    )
    return Known(one["article.id"], one["story"], int(one["@timestamp"]) / 1000, fingerprint, keys(fingerprint))
