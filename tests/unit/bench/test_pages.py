"""What was measured is told as it is."""

from bench import indexing_page, searching_page
from bench.indexing_page import Round
from bench.indexing_ways import Turn
from bench.searching_ways import Asked, ours, peer, unmarked
from bench.starting import Command


def turn(a_second):
    return Turn(a_second=a_second, client_ms=0.1, elasticsearch_ms=1.5, kafka_ms=0.05)


def test_a_ratio_is_taken_round_by_round():
    rounds = [
        Round(ours=turn(ours), go=turn(go), bare=turn(1000), stories=turn(600))
        for ours, go in ((900, 1000), (450, 500), (800, 1000))
    ]
    said = indexing_page.tables(indexing_page.Result(machine="a", count=3, bytes=6, at_once=2, rounds=rounds))
    assert "| times the Go program | 0.90 (0.80 to 0.90) |" in said
    assert "of all processes | 1.00 (1.00 to 1.00) |" in said
    assert "| times what Elasticsearch takes at most | 0.80 (0.45 to 0.90) |" in said


def result(**more):
    first = [Asked(text=t, took=900, whole=950, cpu=800) for t in ("a", "b")]
    warm = [Asked(text="a", took=n, whole=n + 5, cpu=n - 5) for n in (10, 12)] + [
        Asked(text="b", took=n, whole=n + 5, cpu=n - 5) for n in (20, 90)
    ]
    given = {"machine": "a", "count": 100, "megabytes": 1, "segments": 2, "queries": 2, "rounds": 2}
    asked = {"newsloom": first + warm, "multi_match": first + warm}
    return searching_page.Result(**given, asked=asked, command=Command(python=10, help=100, search=500), **more)


def test_the_first_round_is_told_apart_and_a_disturbed_answer_is_not_called_the_slowest():
    said = searching_page.tables(result())
    assert "| newsloom | 16 | 80 | 88 | 74 | 84 | 900 |" in said
    slowest = said.index("| 15 | `b` |"), said.index("| 5 | `a` |")
    assert slowest[0] < slowest[1]


def test_pictures_have_a_bar_for_each_way():
    drawn = searching_page.picture(result())
    assert "multi_match" in drawn
    assert "newsloom" in drawn


def test_without_passages_a_search_asks_the_same():
    for make in (ours, peer):
        whole, part = make("H100 价格"), unmarked(make)("H100 价格")
        assert {**part, "highlight": whole["highlight"]} == whole
