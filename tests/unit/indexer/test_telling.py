"""Documents are told their stories by a store that may be away, and by what was written a moment ago."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_indexer import document as document_module
from newsloom_indexer import stories
from newsloom_indexer.bulk import Answer, Outcome, RefusedError, Verdict
from newsloom_indexer.document import Document, keys, prepare, told
from newsloom_indexer.telling import ASKED, ROUNDS, Teller
from newsloom_indexer.writing import write
from newsloom_schemas.codec import encode
from newsloom_schemas.dead import Origin
from newsloom_schemas.types import Fingerprint, RawArticle, TaggedArticle, Tagger
from support.fate import Fate
from support.groups import Index
from support.indexing import NOW

ORIGIN = Origin("news.tagged", 0, 0, b"", b"", ())
ONE = Fingerprint(text=tuple(range(1000, 1064)), title=1)
OTHER = Fingerprint(text=tuple(range(5000, 5064)), title=2)


def document(name, fingerprint=ONE, *, again=False):
    lines = b'{"index":{}}\n{"story":"%b"}\n' % name.encode()
    return Document(ORIGIN, name, 1, lines, 0.0, again, fingerprint, name, keys(fingerprint))


def hit(name, story, fingerprint=ONE):
    fields = {"article.id": [name], "story": [story], "@timestamp": ["0"], "fingerprint.text": list(fingerprint.text)}
    return {"fields": {**fields, "fingerprint.title": [fingerprint.title]}}


class Store:
    """Answers searches from a list, the last one again and again; knows the stories of some ids."""

    def __init__(self, *answers, held=None):
        self.answers, self.held, self.searches, self.looks = list(answers), held or {}, [], []

    def find(self, body):
        self.searches.append(body)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0] if self.answers else []
        return found if isinstance(found, Answer) else Answer(200, {"hits": {"hits": found}})

    def look(self, docs):
        self.looks.append([d["_id"] for d in docs])
        held = [{"_id": i, "found": i in self.held, "_source": {"story": self.held.get(i)}} for i in self.looks[-1]]
        return Answer(200, {"docs": held})


def tell(teller, documents, store, wait=lambda reason, attempt: None):
    return [d.story for d in teller.tell(documents, store, wait)]


def made(name, fingerprint=ONE, revision=1):
    raw = RawArticle(id=name, revision=revision, origin="feed", title="t", content="c", fetched_at=NOW)
    tagged = TaggedArticle(
        article=raw, language="en", themes=(), fingerprint=fingerprint, tagger=Tagger(version=1, taxonomy=1), tagged_at=NOW
    )
    return prepare(Origin("news.tagged", 0, 0, name.encode(), encode(tagged), ()), NOW)


def test_a_document_is_its_own_story_until_it_is_told_another_and_nothing_else_of_it_changes():
    document = made("a")
    before, after = ([json.loads(line) for line in d.lines.splitlines()] for d in (document, told(document, "“s”")))
    assert before[1]["story"] == document.story == "a"
    assert before[1]["story_keys"] == keys(ONE)
    assert after == [before[0], {**before[1], "story": "“s”"}]


def test_one_search_a_request_finds_the_stories_of_all():
    store = Store([hit("first", "story")])
    assert tell(Teller(), [document("a"), document("b", OTHER)], store) == ["story", "b"]
    assert len(store.searches) == 1
    assert store.looks == []


def test_what_was_written_a_moment_ago_is_known_without_the_index():
    teller, store = Teller(), Store([])
    for name in ("a", "b"):
        documents = teller.tell([document(name)], store, lambda reason, attempt: None)
        teller.remember(documents, [Verdict(Outcome.INDEXED)])
    assert [d.story for d in documents] == ["a"]


def test_the_keys_of_an_article_are_made_once(monkeypatch):
    made_of = []
    for module in (document_module, stories):
        monkeypatch.setattr(module, "keys", lambda fingerprint: made_of.append(fingerprint) or keys(fingerprint))
    teller, third = Teller(), Fingerprint(text=tuple(range(9000, 9064)), title=3)
    told = teller.tell([made("a"), made("b", third)], Store([hit("first", "story", OTHER)]), lambda reason, attempt: None)
    teller.remember(told, [Verdict(Outcome.INDEXED)] * 2)
    assert sorted(made_of, key=lambda f: f.text) == [ONE, OTHER, third]


def test_what_was_not_written_is_not_remembered():
    teller, store = Teller(), Store([])
    documents = teller.tell([document("a")], store, lambda reason, attempt: None)
    teller.remember(documents, [Verdict(Outcome.REJECTED)])
    assert tell(teller, [document("b")], store) == ["b"]


def test_a_revision_keeps_the_story_that_its_document_has():
    store = Store([hit("first", "story")], held={"a": "mine"})
    assert tell(Teller(), [document("a", again=True), document("b", again=True)], store) == ["mine", "story"]
    assert store.looks == [["a", "b"]]


def test_more_articles_than_elasticsearch_takes_terms_for_are_looked_for_in_parts():
    store = Store([hit("first", "story")])
    documents = [document(f"a{n}", Fingerprint(text=(n, n + 10**6), title=n)) for n in range(ASKED + 1)]
    assert tell(Teller(), [*documents, document("reprint")], store)[-1] == "story"
    sizes = [len(s["query"]["bool"]["filter"][1]["terms"]["story_keys"]) for s in store.searches]
    assert len(sizes) == 2
    assert max(sizes) <= 65_536


def test_while_the_store_is_away_it_waits_and_says_why():
    waits = []
    store = Store(Answer(0, "refused"), Answer(503, "starting"), [hit("first", "story")])
    assert tell(Teller(), [document("a")], store, lambda *said: waits.append(said)) == ["story"]
    assert waits == [("no answer: refused", 0), ("503: starting", 1)]


def test_where_it_is_not_let_in_it_stops():
    denied = Answer(403, {"error": {"type": "security_exception", "reason": "no"}})
    with pytest.raises(RefusedError):
        tell(Teller(), [document("a")], Store(denied))


def test_keys_that_too_many_share_are_left_out_of_the_next_search_and_of_later_ones():
    crowd = [hit(f"n{i}", f"n{i}") for i in range(stories.HITS)]
    store, teller = Store(crowd), Teller()
    assert tell(teller, [document("a"), document("b", OTHER)], store) == ["a", "b"]
    assert 1 < len(store.searches) <= ROUNDS
    assert set(store.searches[0]["query"]["bool"]["filter"][1]["terms"]["story_keys"]) == {
        *keys(ONE),
        *keys(OTHER),
    }
    assert set(store.searches[1]["query"]["bool"]["filter"][1]["terms"]["story_keys"]) == set(keys(OTHER))
    before = len(store.searches)
    assert tell(teller, [document("c")], store) == ["c"]
    assert len(store.searches) == before, "nothing is left to look for"


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 3), st.sampled_from([ONE, OTHER]), st.booleans()), max_size=30)
)
def test_a_story_that_an_article_has_it_keeps_whatever_is_redelivered_edited_and_restarted(events):
    """What is remembered may be lost at any moment; the index has all of it."""
    index, begun, texts, teller = Index(""), {}, {}, Teller()
    store = index.store(Fate)
    for name, revision, fingerprint, restart in events:
        teller = Teller() if restart else teller
        text = texts.setdefault((name, revision), fingerprint)  # a revision has one text, however often it comes
        documents = teller.tell([made(name, text, revision)], store, lambda reason, attempt: None)
        teller.remember(documents, write(documents, store, lambda reason, attempt: None))
        story = index.kept[name][1]["story"]
        assert begun.setdefault(name, story) == story
        assert begun[story] == story, "a story is named after the article that began it"
