"""Pages of our own writing → the article that a reader would call it, or why there is none."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsloom_ingestor import page, walls
from newsloom_ingestor.measure import about_the_same, weight
from newsloom_ingestor.page import NoPage
from newsloom_ingestor.workers import WorkerDiedError, WorkerKilledError, Workers

PAGES = Path(__file__).parent / "pages"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://www.example.org/news/1"
SENTENCES = [f"The river rose by {n} centimetres in the night, and nobody in the valley was hurt." for n in range(60_000)]


def read(source, content_type="text/html", url=URL):
    data = (PAGES / f"{source}.html").read_bytes() if isinstance(source, str) else source
    return page.read(data, content_type=content_type, url=url, now=NOW)


def html(*paragraphs, head="<title>The river rose</title>"):
    return (
        f"<html><head>{head}</head><body><article>{''.join(f'<p>{p}</p>' for p in paragraphs)}</article></body></html>".encode()
    )


def test_an_article_without_what_stands_around_it():
    found = read("article.en")
    paragraphs = found.content.split("\n\n")
    assert len(paragraphs) == 4
    assert paragraphs[0].startswith("Lumen Labs has opened a data centre")
    assert paragraphs[3].endswith("is expected in spring.")
    assert not any(word in found.content for word in ("cookies", "Ten walks", "rights reserved", "Sign in", "By Ingrid"))
    assert (found.title, found.wall, found.method) == ("Lumen Labs opens a data centre in Norway", "", "trafilatura")
    assert found.authors == ("Ingrid Solheim", "Tom Field")
    assert (found.published, found.date_note) == (datetime(2026, 11, 23, 8, 15, tzinfo=UTC), None)
    assert (found.language, found.image) == ("en-GB", "https://www.example.org/pictures/fjord.jpg")
    assert found.canonical == "https://www.example.org/news/lumen-norway?utm_source=self"


def test_a_chinese_article_and_a_date_without_a_zone():
    found = read("article.zh")
    assert [p[:4] for p in found.content.split("\n\n")] == ["星图科技", "公司首席", "分析人士", "据介绍，"]
    assert not any(word in found.content for word in ("首页", "相关阅读", "版权", "登录"))
    assert (found.title, found.authors, found.language) == ("星图科技发布新一代推理芯片", ("周明",), "zh-CN")
    assert (found.published, found.date_note) == (datetime(2026, 11, 23, 10, 30, tzinfo=UTC), "no-zone"), "China's time"


@pytest.mark.parametrize("name", ["gbk-as-utf8", "utf8-as-gb2312"])
def test_a_wrong_charset_is_seen_through(name):
    found = read(name)
    assert found.title == "海港城启用无人驾驶公交"
    assert found.content.startswith("海港城周二正式启用首批无人驾驶公交车。")
    assert found.content == read(name, "text/html; charset=ISO-8859-1").content, "servers add that unasked"


def test_the_charset_that_only_the_page_names_is_believed():
    polish = "Prom przepłynął cieśninę bez sternika, a źródłem prądu były żagle. Łączność zawiodła tylko raz, późną nocą. "
    source = (
        html(polish * 3, head="<meta http-equiv=Content-Type content='text/html; charset=iso-8859-2'>")
        .decode()
        .encode("iso-8859-2")
    )
    assert read(source).content == (polish * 3).strip()
    assert read(source, "text/html; charset=iso-8859-2").content == (polish * 3).strip()


def test_big5_is_read_and_a_date_in_the_future_is_none():
    found = read("big5")
    assert found.content.startswith("島南的電子紙廠宣布擴建第三條產線")
    assert (found.published, found.date_note) == (None, "future")


def test_a_page_that_scripts_fill_has_its_text_in_json_ld():
    found = read("linked-only")
    assert found.method == "json-ld"
    assert [p[:12] for p in found.content.split("\n\n")] == ["Our search i", "So we moved "]
    assert (found.title, found.authors) == ("How we made the index ten times smaller", ("Ada Nwosu",))
    assert (found.published, found.image) == (datetime(2026, 11, 22, 8, tzinfo=UTC), "https://cdn.example.org/i.png")


def test_json_ld_that_is_longer_than_what_is_shown_is_taken():
    rest = " ".join(SENTENCES[:20])
    head = f'<script type="application/ld+json">{{"@type":"Report","headline":"River","articleBody":"{rest}"}}</script>'
    found = read(html(*SENTENCES[:3], head=head))
    assert (found.method, found.content) == ("json-ld", rest)


def test_an_amp_page_says_whose_copy_it_is():
    found = read("amp")
    assert found.canonical == "https://www.example.org/2026/ferry"
    assert found.content.startswith("A ferry without a helmsman")
    assert (found.published, found.date_note) == (None, "future")
    assert found.authors == (), "the address of a profile is no name"


WALLS = {
    "paywall.en": "paywall", "paywall.zh": "paywall", "paywall.declared": "paywall", "login.zh": "login",
    "cookies": "cookies", "robot.en": "robot-check", "robot.zh": "robot-check",
}  # fmt: skip


@pytest.mark.parametrize(("name", "wall"), WALLS.items())
def test_what_stands_before_an_article_is_recognised_and_not_taken_for_it(name, wall):
    found = read(name)
    assert (found.wall, found.content, found.method) == (wall, "", "")


def test_an_article_about_paywalls_is_no_paywall():
    found = read("about-paywalls.en")
    assert found.wall == ""
    assert "subscribe to continue reading" in found.content


def test_a_long_article_is_no_teaser_whatever_its_page_asks_for():
    asked = [*SENTENCES[:60], "Subscribe to continue reading", "Log in to continue reading"]
    assert read(html(*asked)).wall == ""
    assert read(html(*asked[:10], *asked[-2:])).wall == "paywall"


def test_a_short_item_on_a_page_with_a_cookie_banner_and_a_login_is_an_item():
    banner = b"<div><p>We use cookies.</p><button>Accept all</button><a>Already a subscriber? Sign in</a></div></body>"
    assert read(html(*SENTENCES[:6]).replace(b"</body>", banner)).wall == ""


def test_phrases_are_lower_case_told_once_and_of_a_known_kind():
    rows = walls.table()
    assert len({r.phrase for r in rows}) == len(rows) > 100
    assert all(r.phrase == r.phrase.lower().strip() and len(r.phrase) >= 4 for r in rows)
    assert {r.kind for r in rows} == {"paywall", "login", "cookies", "robot-check"}
    assert {r.found for r in rows} == {"teaser", "nothing", "markup"}


@pytest.mark.parametrize("data", [b"", b"   ", b"<html></html>", b"\0\0\0", b"<!-- -->", b"%PDF-1.7"])
def test_what_has_no_text_is_no_page(data):
    assert isinstance(read(data), NoPage)


def test_a_menu_is_no_article():
    assert weight(" ".join(page.trafilatura.extract((PAGES / "no-text.html").read_text()).split())) > page.LEAST
    assert read("no-text") == NoPage("no text")


def test_a_page_of_three_megabytes_is_read_and_its_text_is_bounded():
    found = read(html(*SENTENCES[:35_000]))
    assert len(found.content) == 500_000


PIECES = [
    "<p>", "</p>", "<div>", "<table>", "<td>", "<a href='", "'>", "</script>", "Text. ", "中文。", "\ud800", "\0", "&#55296;",
    "<script type='application/ld+json'>", '{"@type":"Article","author":[[{}]],"image":[1,null]}', "<base href='//'>",
    "<meta property='og:image' content='", "<link rel=canonical href='http://[",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_every_page_is_something(pieces):
    assert isinstance(read("".join(pieces).encode("utf-8", "replace")), (page.Page, NoPage))


@pytest.fixture(scope="module")
def workers():
    made = Workers(1, memory=400 * 1024 * 1024)
    yield made
    made.close()


BOMBS = {
    "attributes": "<div " + " ".join(f"a{n}=1" for n in range(200_000)) + ">",
    "lists": "<ul><li><a href=x>some link</a></li></ul>" * 60_000,
    "scripts": "<script>x</script>" * 150_000,
    "nested": "<div>" * 200_000,
    "json": "<script type='application/ld+json'>" + "[" * 500_000 + "</script>",
    "tags": "<a" * 1_500_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_page_that_is_a_bomb_ends_in_time_and_the_next_page_is_read(workers, name):
    bomb = f"<html><body>{BOMBS[name]}<p>".encode() + html(*SENTENCES[:5])
    try:
        found = workers.run(page.read, bomb, content_type="text/html", url=URL, now=NOW, timeout_s=3)
        assert isinstance(found, (page.Page, NoPage))
    except (WorkerKilledError, WorkerDiedError):
        assert name in {"attributes", "lists", "scripts"}
    good = workers.run(page.read, html(*SENTENCES[:5]), content_type="text/html", url=URL, now=NOW, timeout_s=20)
    assert good.content == "\n\n".join(SENTENCES[:5])


def test_a_chinese_character_weighs_what_it_says():
    assert weight("ab") == 2
    assert weight("中文ab") == 8


def test_two_texts_that_tell_the_same_share_their_words():
    found = read("article.zh")
    assert about_the_same("星图科技发布推理芯片，速度是上一代产品的三倍，首批样品交给云计算公司测试", found.content)
    assert not about_the_same("海港城周二正式启用首批无人驾驶公交车，二十辆车将在三条线路上运行", found.content)
    assert not about_the_same("A ferry has crossed the sound without a helmsman for the first time", read("article.en").content)
    assert about_the_same("Norway", "anything"), "a word or two say nothing"
