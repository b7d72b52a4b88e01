"""What Elasticsearch's answers mean. The bodies are those of Elasticsearch 9.4."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_indexer import bulk
from newsloom_indexer.bulk import Answer, Outcome, RefusedError, Verdict
from newsloom_indexer.document import Document
from newsloom_schemas.dead import Origin

INDEX = "news-articles-v1-000001"
RECORD = {"topic": "news.tagged", "partition": 0, "offset": 5}


def document(size=10, version=7, offset=5):
    return Document(Origin("news.tagged", 0, offset, b"k", b"v", ()), f"id{offset}", version, b"x" * size)


def item(status, kind=None, reason="why"):
    error = {"error": {"type": kind, "reason": reason}} if kind else {}
    return {"index": {"_index": INDEX, "status": status, **error}}


def one(status, kind=None, reason="why"):
    return bulk.verdicts(Answer(200, {"items": [item(status, kind, reason)]}), 1)[0]


@given(st.lists(st.integers(1, 50), max_size=60), st.integers(1, 4), st.integers(1, 100), st.integers(1, 9))
def test_lanes_keep_order_and_limits_and_lose_nothing(sizes, at_once, most_bytes, most):
    documents = [document(size, offset=i) for i, size in enumerate(sizes)]
    lanes = bulk.lanes(documents, at_once, most_bytes, most)
    assert len(lanes) == at_once
    assert sorted(n for lane in lanes for part in lane for n in part) == list(range(len(documents)))
    parts = [part for lane in lanes for part in lane]
    assert all(len(part) <= most for part in parts)
    assert all(len(part) == 1 or sum(len(documents[n].lines) for n in part) <= most_bytes for part in parts)


@given(st.lists(st.sampled_from("abcdef"), max_size=40), st.integers(1, 4))
def test_revisions_of_an_article_are_in_one_lane_in_order(names, at_once):
    documents = [document(9, offset=i)._replace(id=name) for i, name in enumerate(names)]
    lanes = [[n for part in lane for n in part] for lane in bulk.lanes(documents, at_once, 30, 3)]
    for name in set(names):
        places = [n for n, known in enumerate(names) if known == name]
        assert places in [[n for n in lane if names[n] == name] for lane in lanes]


def test_many_articles_are_shared_out_evenly():
    documents = [document(9, offset=i)._replace(id=f"{i:x}") for i in range(1000)]
    one, two = (sum(map(len, lane)) for lane in bulk.lanes(documents, 2, 10**6, 1000))
    assert 400 < one < 600
    assert one + two == 1000


@pytest.mark.parametrize("status", [200, 201])
def test_written_is_indexed(status):
    assert one(status) == Verdict(Outcome.INDEXED)


@pytest.mark.parametrize(
    ("kind", "status"), [("document_parsing_exception", 400), ("illegal_argument_exception", 400), ("too_large", 413)]
)
def test_a_fault_of_the_document_is_rejected_with_its_reason(kind, status):
    assert one(status, kind) == Verdict(Outcome.REJECTED, f"{kind}: why")


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (429, "es_rejected_execution_exception", "queue full"),
        (429, "cluster_block_exception", "disk usage exceeded flood-stage watermark"),
        (403, "cluster_block_exception", "FORBIDDEN/8/index write (api)"),
        (503, "unavailable_shards_exception", "primary shard is not active"),
        (500, "null_pointer_exception", "why"),
        (404, "index_not_found_exception", "no such index [news-articles] and [require_alias] request flag is [true]"),
        (400, "index_closed_exception", "closed"),
        (400, "strict_dynamic_mapping_exception", "dynamic introduction of [x] within [_doc] is not allowed"),
        (400, "illegal_argument_exception", "no write index is defined for alias [news-articles]"),
    ],
)
def test_a_fault_of_the_cluster_or_its_set_up_is_waited_for_and_says_why(status, kind, reason):
    verdict = one(status, kind, reason)
    assert verdict.outcome is Outcome.RETRY
    assert kind in verdict.reason
    assert reason in verdict.reason


@pytest.mark.parametrize("status", [0, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("body", ["<html>", {"error": {"type": "x", "reason": "y"}}, {"error": "z"}])
def test_a_request_that_nobody_could_serve_is_sent_again_whole(status, body):
    assert {v.outcome for v in bulk.verdicts(Answer(status, body), 3)} == {Outcome.RETRY}


@pytest.mark.parametrize("status", [400, 413])
def test_a_request_refused_whole_is_halved_down_to_the_one_that_is_to_blame(status):
    answer = Answer(status, {"error": {"type": "x_content_parse_exception", "reason": "y"}})
    assert bulk.divisible(answer, 2)
    assert not bulk.divisible(answer, 1)
    assert bulk.verdicts(answer, 1) == [Verdict(Outcome.REJECTED, f"{status} x_content_parse_exception: y")]


def test_a_request_that_fails_because_of_the_index_is_neither_halved_nor_rejected():
    answer = Answer(400, {"error": {"type": "index_closed_exception", "reason": "closed"}})
    assert not bulk.divisible(answer, 2)
    assert [v.outcome for v in bulk.verdicts(answer, 2)] == [Outcome.RETRY] * 2


PRESSURE = (
    "rejected execution of {0} operation [coordinating_and_primary_bytes={2}, replica_bytes=0, all_bytes={2}, "
    "{0}_operation_bytes={1}, max_{0}_bytes=53687091]"
)


@pytest.mark.parametrize("kind", ["primary", "coordinating"])
def test_a_document_that_elasticsearch_has_no_room_for_ever_is_rejected_and_spoils_no_other(kind):
    never, now = (PRESSURE.format(kind, size, 33977040) for size in (135907360, 5368709))
    busy = "es_rejected_execution_exception"
    assert one(429, busy, never).outcome is Outcome.REJECTED
    assert one(429, busy, now).outcome is Outcome.RETRY, "it fits, and will when others are done"
    alone, beside_others = (PRESSURE.format(kind, 44253136, used) for used in (11063484, 13063484))
    assert one(429, busy, alone).outcome is Outcome.REJECTED, "nothing else was being written, and still there was no room"
    assert one(429, busy, beside_others).outcome is Outcome.RETRY
    assert bulk.verdicts(Answer(429, {"error": {"type": busy, "reason": never}}), 1)[0].outcome is Outcome.REJECTED
    for whole in (
        Answer(429, {"error": {"type": busy, "reason": never}}),
        Answer(200, {"items": [item(429, busy, never)] * 2}),
    ):
        assert bulk.divisible(whole, 2)
        assert not bulk.divisible(whole, 1)
    assert not bulk.divisible(Answer(200, {"items": [item(429, busy, now), item(201)]}), 2)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: bulk.verdicts(Answer(401, {"error": {"type": "security_exception", "reason": "no key"}}), 2),
        lambda: bulk.verdicts(Answer(403, {"error": {"type": "security_exception", "reason": "no key"}}), 2),
        lambda: bulk.verdicts(Answer(405, "no key"), 2),
        lambda: one(403, "security_exception", "no key"),
        lambda: bulk.compared([document()], Answer(403, {"error": {"type": "security_exception", "reason": "no key"}})),
        lambda: bulk.problem(Answer(401, {"error": {"type": "security_exception", "reason": "no key"}})),
    ],
)
def test_not_being_let_in_stops_with_the_servers_sentence(ask):
    with pytest.raises(RefusedError, match="no key"):
        ask()


def test_a_taken_place_asks_for_a_look_at_the_index_that_answered():
    conflict = one(409, "version_conflict_engine_exception")
    assert conflict.outcome is Outcome.CONFLICT
    assert bulk.look([document()], [conflict]) == [{"_index": INDEX, "_id": "id5", "_source": ["record"]}]


@pytest.mark.parametrize(
    ("version", "record", "outcome"),
    [
        (7, RECORD, Outcome.INDEXED),
        (7, {**RECORD, "offset": 4}, Outcome.DUPLICATE),
        (7, None, Outcome.DUPLICATE),
        (8, {**RECORD, "offset": 9}, Outcome.STALE),
        (8, RECORD, Outcome.STALE),
        (6, RECORD, Outcome.RETRY),
    ],
)
def test_what_lies_there_tells_ours_from_a_duplicate_and_from_something_newer(version, record, outcome):
    source = {"record": record} if record else {}
    found = {"found": True, "_version": version, "_source": source}
    assert bulk.compared([document()], Answer(200, {"docs": [found]}))[0].outcome is outcome


@pytest.mark.parametrize("found", [{"found": False}, {"error": {"type": "x"}}])
def test_what_has_gone_meanwhile_is_written_again(found):
    assert bulk.compared([document()], Answer(200, {"docs": [found]}))[0].outcome is Outcome.RETRY


def test_a_look_that_fails_is_repeated():
    assert bulk.compared([document()], Answer(503, "away"))[0] == Verdict(Outcome.RETRY, "503: away")


def test_the_state_of_the_index_is_told_in_words():
    assert bulk.problem(Answer(200, {})) == ""
    assert bulk.problem(Answer(0, "refused")) == "no answer: refused"
    missing = {"error": {"type": "index_not_found_exception", "reason": "no such index"}}
    assert bulk.problem(Answer(404, missing)).endswith("; run set-up")
