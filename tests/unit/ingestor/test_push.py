"""Articles that are pushed in: what is taken of them, what is refused, and that nobody is told more than is true."""

import json
import threading
import time
from datetime import UTC, datetime

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_common.settings import SettingsError
from newsloom_ingestor import push
from newsloom_ingestor.canonical import canonical_url
from newsloom_ingestor.inboundqueue import Desk
from newsloom_ingestor.push import Outcome, UnreadableError
from newsloom_ingestor.sorting import PageAnswer
from newsloom_schemas.identity import article_id
from newsloom_schemas.types import RawArticle
from support.shell import TOKEN, Shell

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def article(**fields):
    return push.article(json.dumps({"title": "Chips are short", "content": "Until autumn.", **fields}).encode(), NOW)


def test_an_address_says_which_article_it_is_as_it_does_in_feeds():
    found = article(url="http://www.Example.org/a/?utm_source=mail#top", id="mine")
    assert found.id == article_id(canonical_url("https://example.org/a"))
    assert found.url == "http://www.example.org/a/"


def test_without_an_address_its_id_counts_and_without_both_its_words():
    assert article(id="report-7").id == "report-7"
    assert article().id == article(content="Until  AUTUMN").id != article(content="Until spring.").id
    assert article().url is None


def test_what_is_told_of_an_article_is_kept_as_of_a_feeds():
    found = article(
        content="<p>缺货</p><script>x()</script>", published_at="2026-11-24T10:00:00+08:00",
        authors=["Li <b>Na</b>", "Li Na"],
        language="zh_CN", feed={"url": "https://me:secret@e.org/f", "title": "E"}, image="https://e.org/i.png",
        categories=["AI"],
    )  # fmt: skip
    assert (found.content, found.authors, found.language) == ("缺货", ("Li Na",), "zh-CN")
    assert (found.published_at, found.fetched_at) == (datetime(2026, 11, 24, 2, tzinfo=UTC), NOW)
    assert (found.feed.url, found.extraction.method, found.origin) == ("https://e.org/f", "pushed", "push")
    assert article(published_at="2027-01-01T00:00:00Z").date_note == "future"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "truncated"),
        (b"[]", "Expected `object`"),
        (b'{"title":"x"}', "missing required field `content`"),
        (b'{"title":" ","content":""}', "the title is empty"),
        (b'{"title":"x","content":"","url":"javascript:alert(1)"}', "no http or https address"),
        (b'{"title":"x","content":"","id":"a b"}', "$.id"),
        (b'{"title":"x","content":"","published_at":"yesterday"}', "$.published_at"),
        (b'{"title":"x","content":"","published_at":"2026-11-24T10:00:00"}', "$.published_at"),
        (b'{"title":"x","content":"","feed":{"url":"file:///etc/passwd"}}', "no http or https address"),
        (b'{"title":"x","content":"' + b"y" * 500_000 + b'"}', "500000 characters or more"),
        (b'{"title":"x","content":"","more":' + b"[" * 100_000, "recursion"),
        (b'{"title":"\xff","content":""}', "utf-8"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(line, reason):
    with pytest.raises(UnreadableError) as refused:
        push.article(line, NOW)
    assert reason.lower() in str(refused.value).lower()


@given(st.binary(max_size=300) | st.recursive(st.none() | st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(
    st.sampled_from(["title", "content", "url", "id", "feed", "authors", "published_at", "language", "image"]), x
)).map(lambda x: json.dumps(x).encode()))  # fmt: skip
def test_whatever_is_pushed_is_an_article_or_a_reason(line):
    try:
        found = push.article(line, NOW)
    except UnreadableError as error:
        assert str(error)  # noqa: PT017 - either will do
    else:
        assert msgspec.json.decode(msgspec.json.encode(found), type=RawArticle) == found


def test_lines_are_numbered_as_an_editor_does_and_one_does_not_keep_the_others_out():
    body = b'\n{"title":"a","content":""}\r\n\n{]\n{"title":"b","content":""}\n'
    lines, refused = push.read(body, "lines", NOW)
    assert [(line.number, line.article.title) for line in lines] == [(2, "a"), (5, "b")]
    assert [r.line for r in refused] == [4]


def test_a_list_of_addresses_has_comments():
    lines, refused = push.read(b"# mine\r\nhttps://e.org/a?utm_source=x\r\n\r\nnowhere\r\n", "addresses", NOW)
    assert [(line.number, line.article.url) for line in lines] == [(2, "https://e.org/a")]
    assert [r.line for r in refused] == [4]


@pytest.mark.parametrize(
    ("body", "kind"), [(b" \n", "json"), (b"\n\n", "lines"), (b"# none\n", "addresses"), (b"{}\n" * 10_001, "lines")]
)
def test_nothing_and_too_much_are_refused_as_a_whole(body, kind):
    with pytest.raises(UnreadableError):
        push.read(body, kind, NOW)


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ([Outcome(1, "new"), Outcome(2, "refused")], 200),
        ([Outcome(1, "duplicate")], 200),
        ([Outcome(1, "new"), Outcome(2, "queued")], 202),
        ([Outcome(1, "refused"), Outcome(2, "refused", late=True)], 400),
        ([Outcome(1, "refused", late=True)], 409),
    ],
)
def test_the_status_says_how_it_went_as_a_whole(outcomes, status):
    assert push.status(outcomes) == status


# the whole way


def send(shell, content, kind="application/json", token=TOKEN, **headers):
    headers |= {"Authorization": f"Bearer {token}", "Content-Type": kind}
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return httpx.post(f"{shell.url}/v1/articles", content=body, headers=headers, timeout=30, trust_env=False)


def test_an_article_goes_through_the_doors_once(tmp_path):
    with Shell(tmp_path) as shell:
        first, again = (send(shell, {"title": "a", "content": "b", "id": "x"}) for _ in range(2))
    assert (first.status_code, first.json()) == (200, {"line": 1, "outcome": "new", "id": "x"})
    assert again.json()["outcome"] == "duplicate"
    assert [a.id for a in shell.sent] == ["x"]


def test_a_trace_that_an_article_comes_with_goes_on(tmp_path):
    with Shell(tmp_path) as shell:
        send(shell, {"title": "a", "content": "b", "id": "x"}, traceparent="00-" + "a1" * 16 + "-00f067aa0ba902b7-01")
        (logged,) = [entry for entry in shell.logged.entries if entry["event"] == "push"]
    assert (logged["trace"], logged["ids"]) == ("a1" * 16, ["x"])


@pytest.mark.parametrize(
    "given", ["", "Bearer", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "Bearer \xe9"]
)
def test_who_has_not_the_token_is_refused_before_anything_is_read(tmp_path, given):
    with Shell(tmp_path) as shell:
        headers = {"Authorization": given.encode("latin-1"), "Content-Type": "application/json"}
        answer = httpx.post(f"{shell.url}/v1/articles", content=b"{" * 1_000_000, headers=headers, trust_env=False)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert shell.sent == []


@pytest.mark.parametrize(
    ("method", "path", "kind", "status"),
    [
        ("GET", "/v1/articles", "application/json", 405), ("PUT", "/v1/articles", "application/json", 405),
        ("POST", "/v1/articles", "text/html", 415), ("POST", "/v1/articles", "", 415), ("POST", "/v1/articles/x", "", 404),
        ("POST", "/", "application/json", 404), ("POST", "/websub/x", "", 404), ("POST", "/v1/articles", "text/uri-list", 422),
        ("POST", "/v1/articles", "Application/JSON; charset=utf-8", 200),
    ],
)  # fmt: skip
def test_what_is_not_meant_for_pushing_is_refused_by_name(tmp_path, method, path, kind, status):
    with Shell(tmp_path) as shell:
        headers = {"Authorization": f"bearer {TOKEN}", "Content-Type": kind}
        body = b'{"title":"a","content":"b"}'
        answer = httpx.request(method, shell.url + path, content=body, headers=headers, trust_env=False)
    assert answer.status_code == status, answer.text
    assert json.loads(answer.text)


def test_the_same_text_under_another_address_is_told_by_the_id_that_it_is_known_by(tmp_path):
    text = "NVIDIA said that its accelerators stay sold out until autumn. " * 5
    with Shell(tmp_path) as shell:
        send(shell, {"title": "a", "content": text, "id": "x"})
        told = send(shell, {"title": "a", "content": text, "id": "y"}).json()
    assert (told["outcome"], told["id"]) == ("duplicate", "x")
    assert "same text" in told["reason"]


def test_an_address_waits_for_its_page_and_what_has_none_may_come_again(tmp_path):
    with Shell(tmp_path, contact="https://c.example") as shell:
        told = send(shell, b"https://e.org/a", "text/uri-list")
        assert (told.status_code, told.json()["outcome"]) == (202, "queued")

        def page(_inbound, state, intake, now):
            (waiting,) = state.pages_due(now, 1)
            return intake.page(waiting, PageAnswer(None, "HTTP 404"), now).outcome

        assert shell.do(page) == "dead"
        assert send(shell, b"https://e.org/a", "text/uri-list").json()["outcome"] == "queued"
    assert [(a.title, a.content) for a in shell.sent] == [("https://e.org/a", "")]


def test_who_waits_too_long_is_told_so_and_the_work_is_done_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(Desk.through, "__defaults__", (0.3,))
    with Shell(tmp_path) as shell:
        shell.stuck.set()
        late = send(shell, {"title": "a", "content": "b", "id": "x"})
        assert (late.status_code, late.headers["retry-after"]) == (503, "5")
        shell.stuck.clear()
        told = send(shell, {"title": "a", "content": "b", "id": "x"}).json()
        assert told["outcome"] in {"new", "duplicate"}
    assert [a.id for a in shell.sent] == ["x"]


def test_who_waits_while_kafka_goes_away_is_told_why_before_patience_ends(tmp_path):
    with Shell(tmp_path) as shell:
        shell.stuck.set()
        threading.Timer(0.5, lambda: setattr(shell, "away", "waiting for Kafka at x:9092")).start()
        started = time.monotonic()
        answer = send(shell, {"title": "a", "content": "b"})
        assert (answer.status_code, answer.json()) == (503, {"reason": "waiting for Kafka at x:9092"})
        assert time.monotonic() - started < 10


def test_while_the_service_waits_for_kafka_it_says_so_at_once(tmp_path):
    with Shell(tmp_path) as shell:
        shell.away = "waiting for Kafka at x:9092"
        answer = send(shell, {"title": "a", "content": "b"})
        assert (answer.status_code, answer.json()) == (503, {"reason": "waiting for Kafka at x:9092"})


def test_a_shell_that_ends_answers_who_still_waits(tmp_path):
    with Shell(tmp_path) as shell:
        shell.stuck.set()
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(send(shell, {"title": "a", "content": "b"})))
        waiting.start()
        time.sleep(0.3)
    waiting.join()
    assert answers[0].status_code in {200, 503}


def test_many_lines_do_not_hold_up_the_shell(tmp_path):
    body = b"\n".join(json.dumps({"title": str(n), "content": "", "id": str(n)}).encode() for n in range(2000))
    with Shell(tmp_path) as shell:
        answers = []
        pushing = threading.Thread(target=lambda: answers.append(send(shell, body, "application/x-ndjson")))
        pushing.start()
        turns = 0
        while pushing.is_alive():
            shell.do(lambda *_: True)
            turns += 1
        pushing.join()
    assert len(answers[0].text.splitlines()) == len(shell.sent) == 2000
    assert turns > 3


@pytest.mark.parametrize(
    ("settings", "text", "said"),
    [
        ({"push_token_file": ""}, "", "NEWSLOOM_PUSH_TOKEN_FILE: with NEWSLOOM_PUSH_PORT"),
        ({"push_token_file": "/no/such"}, "", "/no/such: No such file"),
        ({}, "short", "16 characters or more"),
        ({}, "a token with spaces in it", "ASCII without spaces"),
        ({"websub_callback": "ftp://x"}, TOKEN, "NEWSLOOM_WEBSUB_CALLBACK='ftp://x'"),
        ({"websub_callback": "http://e.org", "allow_private_addresses": False}, TOKEN, "a public https address"),
        ({"websub_callback": "https://e.org", "push_port": 0}, TOKEN, "NEWSLOOM_PUSH_PORT"),
    ],
)
def test_settings_that_would_leave_a_door_open_are_refused(tmp_path, settings, text, said):
    shell = Shell(tmp_path, **settings)
    shell.token_file.write_text(text)
    with pytest.raises(SettingsError) as refused, shell:
        pass
    assert said in str(refused.value)


def test_without_a_port_nothing_listens_and_no_thread_runs(tmp_path):
    with Shell(tmp_path, push_port=0) as shell:
        assert "inbound" not in {t.name for t in threading.enumerate()}
        with pytest.raises(httpx.ConnectError):
            send(shell, {})
