"""The whole analysis costs less than the word lists that most people would write first; the measurement itself works."""

import json

import pytest
from newsloom_tagger.taxonomy import packaged

from bench import page, tagger
from bench.articles import SIZE, articles
from bench.peer import WordLists

FLOOR = 1.0  # times as fast as the peer: half of what was measured when this was written


@pytest.fixture(scope="module")
def result() -> page.Result:
    return tagger.measure(count=30, rounds=3, memory_count=60)


def test_the_analysis_stands_up_to_word_lists(result: page.Result) -> None:
    assert result.speed.ratio.median > FLOOR, result.speed
    assert result.speed.ratio.low <= result.speed.ratio.median <= result.speed.ratio.high
    assert 0 < result.speed.p50_ms <= result.speed.p99_ms


def test_the_parts_make_up_the_whole(result: page.Result) -> None:
    assert sum(result.shares.values()) == pytest.approx(1)
    assert all(share > 0 for name, share in result.shares.items() if name != "rest")
    assert abs(result.shares["rest"]) < 0.4, "a part is missing from bench/parts.py, or counted twice"


def test_measured_articles_are_of_one_size_and_all_different() -> None:
    some, others = articles(100, 1), articles(100, 2)
    assert all(SIZE - 3 <= len(a.content.encode()) <= SIZE for a in some)
    assert len({a.content for a in some + others}) == 200
    assert sum(a.content.isascii() or "the" in a.content for a in some) >= 50
    assert some == articles(100, 1), "the same seed gives the same articles"


def test_the_peer_tags_as_word_lists_do() -> None:
    peer = WordLists(packaged())
    assert "compute-scarcity" in peer.tag("GPU短缺：算力不够，芯片断货")
    assert "funding" in peer.tag("The lab said it raised money in a Series B, its second funding round.")
    assert peer.tag("A walk in the park.") == set()
    assert peer.phrases > 3000
    tagged = [a for a in articles(20, 3) if peer.tag(a.content)]
    assert len(tagged) == 20, "6 kB of the industry's news is about something"


def test_the_result_prints_as_table_json_and_picture(
    result: page.Result, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tagger, "measure", lambda **_: result)
    tagger.main(["--json"])
    assert json.loads(capsys.readouterr().out)["speed"]["ratio"]["median"] == result.speed.ratio.median
    tagger.main([])
    assert f"| quotes | {result.shares['quotes']:.0%} |" in capsys.readouterr().out
    drawn = page.picture(result)
    assert drawn.startswith("<svg")
    assert "█" in drawn
