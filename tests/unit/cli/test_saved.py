"""`newsloom alerts` between its topics and the terminal; the real ones are in tests/flow."""

import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from newsloom_cli import asking, saved, trying
from newsloom_cli.errors import Problem, WrongInputError
from newsloom_cli.look import alerts as look
from newsloom_notifier.decide import decide
from newsloom_notifier.memory import Memory
from newsloom_notifier.searches import Searches, read
from newsloom_query import parse
from newsloom_schemas.alerts import alert_message, search_message
from newsloom_schemas.codec import encode
from newsloom_schemas.topics import ALERTS, SEARCHES
from rich.console import Console
from support.alerting import CAME, SAVED, article, search

NOW = CAME + timedelta(hours=1)


class Broker:
    """Topics as lists of messages; what is written is kept."""

    def __init__(self, **topics):
        self.topics = {name.replace("_", "."): list(messages) for name, messages in topics.items()}

    def partitions(self, topic):
        return [topic]

    def scan(self, partitions, since_ms=None):
        (topic,) = partitions
        return (SimpleNamespace(**m._asdict(), partition=0, offset=n) for n, m in enumerate(self.topics[topic]))

    def writer(self):
        return self

    def send(self, messages):
        for m in messages:
            self.topics[m.topic].append(m)
        return [None]


def message(**fields):
    return search_message(SEARCHES, search(**fields), SAVED)


def alert(name="a", search_name="s", text=None, query="H100"):
    searches = Searches()
    searches.add(search_name.encode(), encode(search(query, search_name)))
    searches.settle()
    (found,) = decide(article(name, text=text, content="Nothing. The H100 is out.\nNo."), searches, Memory(), NOW).alerts
    return found


def shown(renderable):
    console = Console(width=100, file=io.StringIO(), highlight=False)
    console.print(renderable)
    return console.file.getvalue()


def test_searches_are_saved_listed_changed_and_removed():
    broker = Broker(news_searches=[message(name="old")])
    saved.put(broker, "gpu", saved.made("gpu", "H100", "Who waits", NOW), NOW)
    assert list(saved.searches(broker)) == ["gpu", "old"]
    paused = saved.switched(saved.searches(broker)["gpu"], enabled=False, now=NOW)
    saved.put(broker, "gpu", paused, NOW)
    assert saved.line(saved.searches(broker)["gpu"], {})["state"] == "paused"
    assert saved.switched(saved.searches(broker)["gpu"], enabled=False, now=NOW) is None
    resumed = saved.switched(saved.searches(broker)["gpu"], enabled=True, now=NOW + timedelta(days=1))
    assert (resumed.created_at, resumed.since) == (NOW, NOW + timedelta(days=1))
    saved.put(broker, "gpu", None, NOW)
    assert list(saved.searches(broker)) == ["old"]


def test_a_name_that_is_unknown_gets_those_that_may_be_meant():
    with pytest.raises(Problem, match="did you mean gpu-queue"):
        saved.named({"gpu-queue": read(b"gpu-queue", encode(search(name="gpu-queue")))}, "gpu")


@pytest.mark.parametrize("name", ["two words", "", "x" * 65, "tab\t"])
def test_a_name_is_one_word(name):
    with pytest.raises(WrongInputError, match="is no name of a search"):
        saved.made(name, "H100", "", NOW)


@pytest.mark.parametrize("name", ["算力", "gpu-queue", "h100/h200", "é"])
def test_a_name_may_be_in_any_script(name):
    assert saved.made(name, "H100", "", NOW).name == name


def test_a_search_that_cannot_be_asked_says_why_and_can_only_be_removed():
    bad = read(b"ugly", b"{")
    line = saved.line(bad, {})
    assert (line["name"], line["state"], line["query"]) == ("ugly", "bad", None)
    assert "SavedSearch" in line["problem"]
    assert "SavedSearch" in shown(look.searches([line]))
    with pytest.raises(Problem, match="only removed"):
        saved.switched(bad, enabled=True, now=NOW)


def test_alerts_are_shown_once_and_counted_by_search():
    told = [alert("a"), alert("a"), alert("b"), alert("a", "other")]
    broker = Broker(news_alerts=[alert_message(ALERTS, one) for one in told])
    broker.topics[ALERTS].append(message()._replace(value=b"{"))
    said = []
    found = list(saved.alerts(broker, SAVED, None, said.append))
    assert [(a.search, a.story) for a in found] == [("s", "a"), ("s", "b"), ("other", "a")]
    assert len(said) == 1
    assert saved.counted(found) == {"s": (2, NOW), "other": (1, NOW)}
    assert len(list(saved.alerts(broker, SAVED, "other", said.append))) == 1


def test_an_alert_on_the_terminal_has_what_was_found_and_where_it_is_from():
    said = shown(look.raised(alert("a1")))
    assert said.startswith("s  The H100 is short")
    assert "The H100 is out." in said
    assert "Nothing." not in said
    assert "a1" in said


def test_a_title_cannot_steer_the_terminal():
    one = alert()
    evil = one.article.title + "\x1b[2J"
    told = type(one.article)(id="a", title=evil, fetched_at=NOW, language="en")
    changed = type(one)(search="s", query="q", article=told, story="a", matched_at=NOW)
    assert "\x1b[2J" not in shown(look.raised(changed))


def answer(*sources):
    hits = [{"_source": source} for source in sources]
    stories = {"stories": {"value": 1}, "lone": {"doc_count": len(sources) - 1}}
    day = {"key_as_string": "2026-11-24T00:00:00.000Z", "doc_count": len(sources), **stories}
    return {"hits": {"total": {"value": len(sources)}, "hits": hits}, "aggregations": {**stories, "days": {"buckets": [day]}}}


def source(name, story=None):
    import msgspec

    return {**msgspec.to_builtins(article(name)), **({"story": story} if story else {})}


def test_what_a_search_would_have_told_is_counted_by_story_and_shown_as_alerts_are():
    query = parse("H100", NOW)
    found = answer(source("a", "first"), source("b", "first"), source("c"))
    newest = trying.samples(query, found, NOW, 5)
    told = trying.answer(query, SAVED, NOW, found, newest)
    assert (told["articles"], told["stories"]) == (3, 3)
    assert [(s["story"], s["article"]["id"]) for s in told["samples"]] == [("first", "a"), ("c", "c")]
    assert told["samples"][0]["passages"][0]["text"] == "The H100 is short"
    assert len(trying.samples(query, found, NOW, 1)) == 1
    said = shown(look.tried(told, newest))
    assert "3 stories in 3 articles" in said
    assert "2026-11-24" in said
    assert "try" not in said


def test_where_nothing_was_found_that_is_said():
    empty = {"query": "q", "since": NOW.isoformat(), "articles": 0, "stories": 0, "by": "day", "days": [], "samples": []}
    assert shown(look.tried(empty, [])).strip() == "nothing found"


@pytest.mark.parametrize(("days", "by"), [(1, "day"), (62, "day"), (63, "week"), (400, "week"), (401, "month")])
def test_a_long_time_is_counted_by_weeks_or_months(days, by):
    assert trying.interval(NOW - timedelta(days=days), NOW) == by


def test_a_wrong_query_is_a_sentence_with_the_place():
    with pytest.raises(WrongInputError, match=r"unknown theme 'comput': did you mean compute-scarcity\? \(character 7\)"):
        asking.parsed("theme:comput", datetime.now(UTC))
