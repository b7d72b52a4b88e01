"""What was kept or exported is read as if it came in live: the same ids, the same texts, and what cannot be read is named."""

import json
from datetime import UTC, datetime

import pytest
from newsloom_ingestor import backfill
from newsloom_ingestor.backfill import Found, Joining, Skipped, read_document
from newsloom_ingestor.canonical import canonical_url
from newsloom_ingestor.warcread import Document
from newsloom_ingestor.workers import WorkerKilledError
from newsloom_schemas.identity import article_id

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LONG = "NVIDIA said on Tuesday that H100 accelerators remain in short supply. Orders take eleven months, the company said. "
URL = "https://news.example/h100"


def feed(*items, kind="feed", url="https://news.example/feed.xml", at=NOW):
    body = "".join(f"<item><title>{t}</title><link>{u}</link><description>{d}</description></item>" for t, u, d in items)
    data = f"<rss version='2.0'><channel><title>Example</title>{body}</channel></rss>".encode()
    return Document("byte 0", kind, url, url, "application/rss+xml", data, at)


def page(url=URL, title="H100 in short supply", text=LONG * 5, kind="page", asked=None, **changes):
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    data = (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>".encode()
    )
    return Document("byte 9", kind, asked or url, url, "text/html; charset=utf-8", data, NOW)._replace(**changes)


def run(work, /, *args, timeout_s, **named):
    return work(*args, **named)


def items(*documents, held=2000):
    joining = Joining(held)
    ready = [item for one in documents for item in joining.add(read_document(one, run))]
    return ready + list(joining.rest())


def test_a_page_gives_its_text_to_the_entry_that_its_feed_had():
    (found,) = items(feed(("H100 in short supply", URL, "H100 accelerators remain in short supply.")), page())
    article = found.article
    assert (article.id, article.origin) == (article_id(canonical_url(URL)), "backfill")
    assert article.feed.title == "Example"
    assert (article.extraction.method, article.content.count("eleven months")) == ("page", 5)
    assert article.fetched_at == NOW


def test_redirects_hide_no_page_from_its_entry():
    elsewhere = page("https://cdn.news.example/x/h100", asked=URL)
    (found,) = items(feed(("H100 in short supply", URL, "H100 accelerators remain in short supply.")), elsewhere)
    assert found.article.extraction.method == "page"


def test_an_entry_whose_page_is_not_there_has_the_feeds_own_text():
    (found,) = items(feed(("H100 in short supply", URL, "Orders take eleven months.")))
    assert (found.article.content, found.article.extraction.method) == ("Orders take eleven months.", "feed")


def test_entries_that_wait_for_their_page_are_bounded_and_come_in_their_order():
    many = [(f"Part {n}", f"{URL}/{n}", "Short.") for n in range(10)]
    assert [f.article.title for f in items(feed(*many), held=3)] == [f"Part {n}" for n in range(10)]


def test_a_page_that_no_feed_told_of_is_an_article_of_its_own():
    (found,) = items(page())
    assert (found.article.id, found.article.title) == (article_id(canonical_url(URL)), "H100 in short supply")


def test_a_feed_that_was_polled_again_tells_its_entries_once():
    entry = ("H100 in short supply", URL, "Orders take eleven months.")
    assert [type(i) for i in items(feed(entry), feed(entry))] == [Skipped, Found]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (page(text="Menu"), "no text"),
        (page("https://news.example/"), "a page that is no article"),
        (page(robots=("noindex, nofollow",), content_type="application/pdf"), "neither feed nor page"),
        (feed()._replace(data=b"<html><body>moved</body></html>"), "not a feed"),
        (feed(), "a feed without articles"),
        (page(kind="")._replace(content_type="image/png"), "neither feed nor page"),
        (page("about:blank"), "neither feed nor page"),
    ],
)
def test_what_is_no_article_is_skipped_with_its_reason(document, why):
    assert items(document) == [Skipped(document.place, why)]


def test_documents_of_other_archives_are_known_by_their_type():
    entry = ("H100 in short supply", URL, "Orders take eleven months.")
    assert [i.article.extraction.method for i in items(feed(entry, kind=""), page(f"{URL}/2", kind=""))] == ["page", "feed"]


def test_a_document_that_takes_for_ever_is_skipped():
    def late(*_, **__):
        raise WorkerKilledError("20 s")

    assert read_document(page(), late).what.reason == "reading it takes too long or too much memory"


def test_a_page_that_forbids_robots_its_use_is_not_used_later_either():
    (skipped,) = items(page(robots=("noai, noindex, nosnippet",)))
    assert isinstance(skipped, Skipped)


def test_an_article_of_newsloom_keeps_its_id_and_revision():
    own = {"id": "abc", "revision": 3, "origin": "feed", "title": "T", "content": "C", "fetched_at": "2025-01-01T00:00:00Z"}
    article = backfill.line(json.dumps(own).encode(), NOW)
    assert (article.id, article.revision, article.origin, article.fetched_at.year) == ("abc", 3, "backfill", 2025)


def test_a_line_from_elsewhere_is_known_by_its_address():
    row = {"id": "17", "url": "http://www.news.example/a/?utm_source=x", "title": "T", "content": "C"}
    article = backfill.line(json.dumps(row).encode(), NOW)
    assert article.id == article_id(canonical_url("https://www.news.example/a"))
    assert backfill.line(b'{"id":"17","title":"T","content":"C"}', NOW).id == "17"


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ("2025-01-02T03:04:05+08:00", None),
        ("2025-01-02 03:04:05", "no-zone"),
        ("Thu, 02 Jan 2025 03:04:05 GMT", None),
        ("2025-01-02", "no-zone"),
    ],
)
def test_dates_are_read_as_people_write_them(written, note):
    row = json.dumps({"url": URL, "title": "T", "content": "C", "published_at": written}).encode()
    article = backfill.line(row, NOW)
    assert article.published_at.date().isoformat() in {"2025-01-01", "2025-01-02"}
    assert article.date_note == note


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{", "not JSON"),
        (b"[1]", "a JSON object is expected"),
        (b'{"title":"T"}', "content"),
        (b'{"title":"T","content":"C","url":"javascript:alert(1)"}', "no http or https address"),
        (b'{"id":"a b","origin":"feed","fetched_at":"2025-01-01T00:00:00Z","title":"","content":""}', "id"),
        (b'{"id":"a","origin":"feed","fetched_at":"2025-01-01","title":"","content":""}', "fetched_at"),
        (b"[" * 100_000, "not JSON"),
        (b'{"title":"\xff"}', "not JSON"),
    ],
)
def test_a_line_that_cannot_be_read_says_why(line, why):
    with pytest.raises(ValueError, match=why):
        backfill.line(line, NOW)


def test_a_seed_is_read_by_its_name():
    article = backfill.seed("/x/000_09419c7358869c74.txt", b"Compute is short\nAll of it.", NOW)
    assert (article.id, article.title, article.content) == ("09419c7358869c74", "Compute is short", "All of it.")
    with pytest.raises(ValueError, match="a seed is named"):
        backfill.seed("notes.txt", b"", NOW)
