"""Themes change: the difference is shown, then applied over a kill, while the real services run."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import newsloom_setup.index
import newsloom_setup.topics
import pytest
import yaml
from elasticsearch import Elasticsearch
from newsloom_schemas.codec import decode, header, message
from newsloom_schemas.index import ALIAS
from newsloom_schemas.topics import RAW, TAGGED, theme_topic
from newsloom_schemas.types import RawArticle, TaggedArticle
from support import indices, records
from support.commandline import Command
from support.services import Service

pytestmark = pytest.mark.engines
ARTICLES = range(300)
PUBLISHED_AHEAD = 150  # what may wait for the indexer, and a batch: then a retag waits
SUBSCRIBING = (Path(__file__).parents[2] / "docs/subscribing.md").read_text("utf-8")
EXAMPLE = re.search(r"<!-- example: retag -->\n```python\n(.*?)```", SUBSCRIBING, re.DOTALL).group(1)
OLD = {"bread": ["wheat loaf"], "tea": ["green tea"], "salt": ["sea salt"]}
NEW = {"bread": ["rye loaf"], "tea": ["green tea"], "honey": ["honeycomb"]}  # one changed, one gone, one new


def wares(n):
    """What is said in an article: which says by itself what its themes are."""
    said = {"wheat loaf": n % 2 == 0, "rye loaf": n % 3 == 1, "green tea": n % 3 == 0, "sea salt": n % 5 == 0}
    return [ware for ware, there in {**said, "honeycomb": n % 7 == 0}.items() if there]


def themes(n, taxonomy):
    return {theme for theme, (ware,) in taxonomy.items() if ware in wares(n)}


def gained(n):
    return themes(n, NEW) - themes(n, OLD)


def lost(n):
    return themes(n, OLD) - themes(n, NEW)


# What has bread before and after has it for another reason: its evidence is another.
DIFFER = [n for n in ARTICLES if gained(n) | lost(n) or "bread" in themes(n, OLD) & themes(n, NEW)]


def article(n):
    told = " ".join(f"On Monday the bakery sold more {ware} than it had in the whole of the last year." for ware in wares(n))
    content = f"The bakery of the town has told us what people buy there now. {told} People said that they were happy with it."
    at = datetime(2026, 11, n % 20 + 1, tzinfo=UTC)
    return RawArticle(
        id=f"a{n}", origin="feed", title="What the bakery sells", content=content, published_at=at, fetched_at=at
    )  # fmt: skip


def written(folder, taxonomy, number):
    folder.mkdir()
    (folder / "taxonomy.yaml").write_text(yaml.safe_dump({"version": number, "subject": ["bakery"]}), "utf-8")
    for theme, phrases in taxonomy.items():
        rule = {"name": "it is named", "weight": 1.5, "any": phrases}
        about = {"id": theme, "group": "supply", "names": {"en": theme, "zh": theme}, "about": theme, "rules": [rule]}
        (folder / f"{theme}.yaml").write_text(yaml.safe_dump(about, allow_unicode=True), "utf-8")
    return folder


def put(kafka, numbers):
    found = [article(n) for n in numbers]
    records.put(kafka, [message(RAW, a, source="test", now=a.fetched_at) for a in found])


def told(kafka, topic):
    """Return what a topic says of articles that were tagged anew: event → (article's number, gained, lost), and all events."""
    events = [(header(r.headers, "ce_id"), decode(TaggedArticle, r.value)) for r in records.read(kafka, topic)]
    again = [(event, a) for event, a in events if a.retag]
    return {
        e: (int(a.article.id[1:]), set(a.retag.gained), set(a.retag.lost), {t.id for t in a.themes}) for e, a in again
    }, again


def documents(es):
    es.indices.refresh(index=ALIAS)
    hits = es.search(index=ALIAS, size=1000, version=True)["hits"]["hits"]
    return {int(h["_id"][1:]): h for h in hits}


def tags(es):
    return {n: set(document["_source"]["tags"]) for n, document in documents(es).items()}


@pytest.fixture
def es(elasticsearch_url):
    with Elasticsearch(elasticsearch_url) as client:
        indices.drop(client)
        newsloom_setup.index.ensure(client)
        yield client
        indices.drop(client)


def test_themes_are_changed_over_the_whole_archive(engine, es, elasticsearch_url, tmp_path):
    old, new = written(tmp_path / "old", OLD, 1), written(tmp_path / "new", NEW, 2)
    kafka, newsloom = engine.address, Command(engine.address, elasticsearch_url)
    newsloom_setup.topics.ensure(kafka, OLD)
    put(kafka, ARTICLES)
    given = {"kafka": kafka, "elasticsearch": elasticsearch_url}
    with Service("indexer", tmp_path, **given) as indexer:
        with Service("tagger", tmp_path, **given, themes_dir=old, instance="up"):
            newsloom.settled()
            assert tags(es) == {n: themes(n, OLD) for n in ARTICLES}
            shows_the_difference(newsloom, new)
            code, _, err = newsloom("retag", "--themes", str(new), "--workers", "1")
            assert (code, "news.theme.honey" in err, "set-up" in err) == (1, True, True), err
            newsloom_setup.topics.ensure(kafka, NEW)
        with Service("tagger", tmp_path, **given, themes_dir=new, instance="up") as tagger:
            dies_in_the_middle(kafka, es, newsloom, new, tagger)
            records.until(lambda: 1000 in tags(es), 90, indexer.tail)
            assert 1000 not in {n for n, *_ in told(kafka, TAGGED)[0].values()}, "what the new themes have tagged is left alone"
            is_applied(newsloom, new)
            the_archive_is_as_the_new_themes_say(kafka, es)
            ledger = newsloom.settled()
            assert (ledger["seen"], ledger["indexed"], ledger["documents"]) == (301, 301, 301)
            assert ledger["stages"]["indexer"]["retagged"] >= len(DIFFER)
            code, lines, _ = newsloom("reconcile")
            assert (code, lines[:-1]) == (0, [])


def dies_in_the_middle(kafka, es, newsloom, new, tagger):
    """While the index takes no writes a retag waits when it is so far ahead; then live news comes, and it is killed."""
    es.indices.put_settings(index=ALIAS, settings={"index.blocks.write": True})
    with newsloom.started("retag", "--themes", str(new), "--workers", "1") as killed:
        ahead = len(ARTICLES) + PUBLISHED_AHEAD
        records.until(lambda: records.count(kafka, TAGGED) >= ahead, 120, lambda: f"{killed.poll()} {tagger.tail()}")
        put(kafka, [1000])
        records.until(lambda: records.count(kafka, TAGGED) > ahead, 60, tagger.tail)
        killed.kill()
    assert records.count(kafka, TAGGED) == ahead + 1, "and no further: live news would wait behind it"
    es.indices.put_settings(index=ALIAS, settings={"index.blocks.write": False})


def shows_the_difference(newsloom, new):
    """What is shown is what can be reckoned by hand, whatever it is read from."""
    wanted = {
        theme: (
            sum(theme in themes(n, OLD) for n in ARTICLES), sum(theme in themes(n, NEW) for n in ARTICLES),
            sum(theme in gained(n) for n in ARTICLES), sum(theme in lost(n) for n in ARTICLES),
        )
        for theme in OLD | NEW
    }  # fmt: skip
    for source in ("index", "topic"):
        code, lines, err = newsloom("retag", "--dry-run", "--themes", str(new), "--from", source, "--workers", "1")
        assert (code, err) == (0, "")
        *each, total = lines
        assert {x["theme"]: (x["before"], x["after"], x["gained"], x["lost"]) for x in each} == wanted
        assert (total["read"], total["differ"], total["version"] % 1000, total["dry_run"]) == (300, len(DIFFER), 2, True)
    samples = {x["theme"]: x["samples"] for x in each}
    assert {s["reason"] for s in samples["salt"]} == {"the theme is not in the taxonomy"}
    assert {s["for"][0]["rule"] for s in samples["honey"]} == {"it is named"}
    code, lines, _ = newsloom("retag", "--dry-run", "--themes", str(new), "--theme", "salt", "--limit", "100", "--sample", "0")
    assert [(x.get("theme"), x.get("samples")) for x in lines] == [("salt", []), (None, None)]


def is_applied(newsloom, new):
    """The second run goes on where the first one was killed; a third has nothing to do."""
    code, lines, err = newsloom("retag", "--themes", str(new), "--workers", "1")
    assert (code, "going on with the run" in err) == (0, True), err
    assert len(DIFFER) - PUBLISHED_AHEAD <= lines[-1]["published"] < len(DIFFER), "not all of them again"
    code, lines, err = newsloom("retag", "--themes", str(new), "--workers", "1")
    assert (code, lines[-1]["published"], err) == (0, 0, "")


def the_archive_is_as_the_new_themes_say(kafka, es):
    found = documents(es)
    assert tags(es) == {n: themes(n, NEW) for n in (*ARTICLES, 1000)}
    for n, document in found.items():
        anew, again = n in DIFFER, document["_source"]["retag"]
        assert (bool(again), document["_version"] % 1000) == (anew, 2 if anew or n == 1000 else 1), n
        if anew:
            assert (set(again["gained"]), set(again["lost"])) == (gained(n), lost(n))
    everything, _ = told(kafka, TAGGED)
    assert sorted(everything.values(), key=str) == sorted(((n, gained(n), lost(n), themes(n, NEW)) for n in DIFFER), key=str)
    for theme in OLD | NEW:
        once, every = told(kafka, theme_topic(theme))
        assert {n for n, *_ in once.values()} == {n for n in DIFFER if theme in gained(n) | lost(n)}
        assert len(once) == len({n for n, *_ in once.values()}), "each with one ce_id"
        assert len(every) <= len(once) + 50, "a kill repeats a batch at most"
        assert kept(kafka, theme) == {f"a{n}" for n in found if theme in themes(n, NEW)}


def kept(kafka, theme):
    """Return the articles of a theme that a subscriber has who does what docs/subscribing.md shows, with every record."""
    named = EXAMPLE.replace("compute-scarcity", theme)
    assert named != EXAMPLE
    found = {}
    for record in records.read(kafka, theme_topic(theme)):
        exec(named, {"tagged": json.loads(record.value), "kept": found})
    return found.keys()
