"""Every record of news.raw ends in exactly one outcome, with the records that its subscribers and its undertakers get."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_schemas import codec
from newsloom_schemas.codec import decode, header
from newsloom_schemas.dead import Origin, exhume
from newsloom_schemas.types import RawArticle, TaggedArticle
from newsloom_tagger.analysis import ROW, Analyser, Analysis
from newsloom_tagger.settle import MOST_BYTES, Settled, batches, buried, deaths, settle, settle_many

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TRACE = "00-" + "ab" * 16 + "-" + "cd" * 8 + "-01"
ANALYSER = Analyser()


def origin(value: bytes | None, *headers: tuple[str, bytes]) -> Origin:
    return Origin("news.raw", 3, 42, b"key", value, headers)


def article(title: str = "H100一卡难求", content: str = "算力不够，交货时间要等到明年。") -> RawArticle:
    return RawArticle(id="a1", origin="push", title=title, content=content, fetched_at=NOW)


def dead(settled: Settled) -> tuple[str, str, str]:
    (one,) = settled.messages
    letter = exhume(Origin(one.topic, 0, 0, one.key, one.value, one.headers))
    return one.topic, letter.stage, letter.error


def test_an_article_goes_to_news_tagged_and_to_each_of_its_themes_alike() -> None:
    settled = settle(origin(codec.encode(article()), ("traceparent", TRACE.encode())), ANALYSER, NOW)
    assert settled.outcome == "tagged"
    assert "compute-scarcity" in settled.themes
    assert [m.topic for m in settled.messages] == ["news.tagged", *(f"news.theme.{t}" for t in settled.themes)]
    assert len({(m.key, m.value, m.headers) for m in settled.messages}) == 1
    first = settled.messages[0]
    tagged = decode(TaggedArticle, first.value)
    assert tagged.article == article()
    assert (tagged.tagger, tagged.tagged_at) == (ANALYSER.identity, NOW)
    assert (header(first.headers, "traceparent") or "").startswith(TRACE[:35])
    assert header(first.headers, "ce_source") == "/newsloom/tagger"


def test_an_article_without_a_theme_goes_to_news_tagged_only() -> None:
    settled = settle(origin(codec.encode(article("月饼", "月饼很好吃。"))), ANALYSER, NOW)
    assert [m.topic for m in settled.messages] == ["news.tagged"]


@pytest.mark.parametrize("value", [None, b"", b"{}", b"\xff", b"[" * 100_000, b'{"id":"a b"}'])
def test_what_cannot_be_read_is_buried_byte_for_byte(value: bytes | None) -> None:
    settled = settle(origin(value, ("x", b"\xff")), ANALYSER, NOW)
    assert settled.outcome == "dead-decode"
    assert dead(settled) == ("news.dead", "decode", "InvalidMessageError")
    assert (settled.messages[0].key, settled.messages[0].value) == (b"key", value)
    assert settled.messages[0].headers[0] == ("x", b"\xff")


class Broken(Analyser):
    """Cannot stand one title, alone or among others."""

    def analyse_many(self, articles: Sequence[tuple[str, str]]) -> list[Analysis]:
        if any(title == "boom" for title, _ in articles):
            raise ZeroDivisionError("by design")
        return super().analyse_many(articles)


def test_an_article_that_breaks_the_analysis_is_buried_and_does_not_stop_the_stream() -> None:
    settled = settle(origin(codec.encode(article("boom"))), Broken(), NOW)
    assert settled.outcome == "dead-tag"
    assert dead(settled) == ("news.dead", "tag", "ZeroDivisionError")


def test_records_that_are_settled_together_end_as_if_each_were_alone() -> None:
    values = [codec.encode(article()), b"{}", codec.encode(article("boom")), codec.encode(article("月饼", "月饼很好吃。"))]
    together = settle_many([origin(value) for value in values], Broken(), NOW)
    assert [s.outcome for s in together] == ["tagged", "dead-decode", "dead-tag", "tagged"]
    assert [s.messages[0].value for s in together] == [settle(origin(v), Broken(), NOW).messages[0].value for v in values]
    assert settle_many([], ANALYSER, NOW) == []


@given(st.lists(st.integers(0, 3 * MOST_BYTES // 2), max_size=60))
def test_rows_of_records_are_short_and_small_and_leave_none_out(sizes: list[int]) -> None:
    records = [origin(b"x" * size) if size else origin(None) for size in sizes]
    rows = list(batches(records))
    assert [one for row in rows for one in row] == records
    assert all(1 <= len(row) <= ROW for row in rows)
    assert all(len(row) == 1 or sum(len(one.value or b"") for one in row) <= MOST_BYTES for row in rows)
    assert len(list(batches([origin(b"x")] * 2 * ROW))) == 2


def test_what_kafka_refuses_is_buried_with_the_raw_record() -> None:
    settled = buried(origin(b"raw"), "publish", ValueError("too large"), NOW)
    assert (settled.outcome, dead(settled)) == ("dead-publish", ("news.dead", "publish", "ValueError"))
    assert settled.messages[0].value == b"raw"


def test_the_dead_among_settled_records_are_known_with_their_reason() -> None:
    origins = [origin(codec.encode(article())), origin(b"{", ("newsloom_replays", b"1")), origin(b"{")]
    settled = settle_many(origins, ANALYSER, NOW)
    assert list(deaths(origins, settled)) == [(False, ""), (True, "RawArticle: Input data was truncated")]
