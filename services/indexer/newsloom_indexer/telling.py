"""Documents → documents with their story: asks the index for earlier articles, and remembers what was written lately."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Protocol

from newsloom_common import batching

from newsloom_indexer import bulk, stories
from newsloom_indexer.bulk import Answer, Outcome, Verdict
from newsloom_indexer.document import Document, told
from newsloom_indexer.metrics import REPRINTS, STORY_SECONDS
from newsloom_indexer.stories import Known, Shelf
from newsloom_indexer.writing import Wait

LATELY: Final = 8_000  # articles: what some seconds bring, and a search does not find yet
COMMON: Final = 20_000  # keys that lead nowhere
ROUNDS: Final = 3  # searches for one request, at most
ASKED: Final = 5_000  # documents in one search: Elasticsearch takes 65,536 terms


class Store(Protocol):
    """Elasticsearch, as far as stories need it."""

    def find(self, body: dict[str, Any]) -> Answer:
        """Send a search."""

    def look(self, docs: list[dict[str, Any]]) -> Answer:
        """Send a multi-get."""


class Teller:
    """Tells documents their stories. What it remembers is to be had from the index too, a second later."""

    def __init__(self) -> None:
        self._lately = Shelf(LATELY)
        self._common: OrderedDict[str, None] = OrderedDict()

    def tell(self, documents: Sequence[Document], store: Store, wait: Wait) -> list[Document]:
        """Return the documents with their stories. ``wait`` is as in ``writing.write``."""
        with STORY_SECONDS.time():
            kept = self._kept(documents, store, wait)
            earlier = self._earlier([d for d in documents if d.id not in kept], store, wait)
        decided = stories.decide(documents, kept, [self._lately, earlier])
        return [d if d.id == story else told(d, story) for d, story in zip(documents, decided, strict=True)]

    def remember(self, documents: Iterable[Document], verdicts: Iterable[Verdict]) -> None:
        """Note what was written."""
        for document, verdict in zip(documents, verdicts, strict=True):
            if verdict.outcome is Outcome.INDEXED:
                REPRINTS.inc(document.story != document.id)
                if document.fingerprint:
                    self._lately.put(stories.known(document, document.story))

    def _kept(self, documents: Sequence[Document], store: Store, wait: Wait) -> dict[str, str]:
        docs = stories.held(documents)
        return stories.stories(_asked(lambda: store.look(docs), wait)) if docs else {}

    def _earlier(self, documents: Sequence[Document], store: Store, wait: Wait) -> Shelf:
        """Return the earlier articles that share a key with one of the documents."""
        rows = batching.batches(documents, lambda _: 1, ASKED, ASKED)
        return Shelf(stories.HITS * (1 + len(documents) // ASKED), (a for row in rows for a in self._found(row, store, wait)))

    def _found(self, documents: Sequence[Document], store: Store, wait: Wait) -> list[Known]:
        """Search once; where too many are found, again without the keys that too many stories have."""
        found: list[Known] = []
        for _ in range(ROUNDS):
            body = stories.question(documents, self._common)
            if body is None:
                return found
            answer = _asked(lambda body=body: store.find(body), wait)  # type: ignore[misc]
            found = stories.found(answer)
            common = Shelf(stories.HITS, found).common()
            self._avoid(common)
            if not common or not stories.full(answer):
                return found
        return found

    def _avoid(self, common: Iterable[str]) -> None:
        for key in common:
            self._common[key] = None
            if len(self._common) > COMMON:
                self._common.popitem(last=False)


def _asked(ask: Callable[[], Answer], wait: Wait) -> Any:
    """Return what Elasticsearch answers, as soon as it does. Raises RefusedError, and what ``wait`` raises."""
    attempt = 0
    while problem := bulk.problem(answer := ask()):
        wait(problem, attempt)
        attempt += 1
    return answer.body
