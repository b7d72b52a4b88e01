"""Markup of every kind → text that people read."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_ingestor.text import MAX_CONTENT, MAX_TITLE, body, clean, title


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one  two\n three</p><p>four</p>", "one two three\n\nfour"),
        ("<div>a<br>b<br/>c</div>d", "a\nb\nc\n\nd"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<p>英伟达<b>发布</b>新品</p>", "英伟达发布新品"),
        ("a<script>alert('x')</script><style>p{}</style><p>b</p>", "a\n\nb"),
        ("<p>5 &lt; 6 &amp; 7&nbsp;&euro;</p>", "5 < 6 & 7 €"),
        ("<p>broken <b>tags</p><i>go on", "broken tags\n\ngo on"),
        ("&lt;p&gt;escaped twice&lt;/p&gt;&lt;p&gt;b&lt;/p&gt;", "escaped twice\n\nb"),
        ("plain text\nwith lines\n\n\n\nand a < b", "plain text\nwith lines\n\nand a < b"),
        ("AT&amp;T &#8212; x", "AT&T — x"),
        ("<img src=x onerror=alert(1)>photo", "photo"),
        ("<pre>a\nb</pre>", "a\nb"),
        ("<p>x&#xD800;y</p>", "x\ufffdy"),
        ("", ""),
        ("<p></p><br>", ""),
    ],
)
def test_bodies_become_paragraphs(markup, text):
    assert body(markup) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("  Two\n words ", "Two words"),
        ("<b>Bold</b> &amp; plain", "Bold & plain"),
        ("AT&amp;amp;T", "AT&T"),
        ("Hi &lt;img src=x onerror=alert(1)&gt;", "Hi"),
        ("&amp;lt;script&amp;gt;x&amp;lt;/script&amp;gt;", "x"),
        ("if a < b and c > d", "if a < b and c > d"),
        ("Vector<T> in Rust", "Vector<T> in Rust"),
        ("标题<br>第二行", "标题 第二行"),
        ("A\u200bI\u00ad chip\x00s\x1b", "AI chips"),
        ("<![CDATA[x]]>", "x"),
    ],
)
def test_titles_are_one_plain_line(raw, text):
    assert title(raw) == text


def test_surrogates_are_joined_or_replaced():
    assert clean("a\ud83d\ude00b\ud800c") == "a😀b\ufffdc"


def test_lengths_are_capped():
    assert len(title("字" * 5000)) == MAX_TITLE
    assert len(body("<p>" + "字" * (MAX_CONTENT + 9))) == MAX_CONTENT


@pytest.mark.parametrize(
    "piece", ["<a", "<!--", "<a x='", "</", "<![", "<script>", "<b>", "<table><tr><td>", "<", "&", "<p>", "<div>", "<?", "&#"]
)
def test_hostile_markup_takes_no_time(piece):
    started = time.monotonic()
    body("<p>" + piece * (400_000 // len(piece)))
    title(piece * (400_000 // len(piece)))
    assert time.monotonic() - started < 5, "html.parser takes minutes for some of these"


@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_comes_out_as_something_that_can_be_sent(raw):
    for text in (body(raw), title(raw), body("<p>" + raw)):
        text.encode()
        assert not any(c < " " and c not in "\n\t" for c in text)
        assert text == text.strip()


@pytest.mark.parametrize("markup", ["<i> </i>" * 100_000, "<p>" + " " * 1_000_000 + "x", "<pre>" + "\n " * 300_000 + "</pre>x"])
def test_space_without_end_takes_no_time_without_end(markup):
    started = time.process_time()
    assert len(body(markup)) < 10
    assert time.process_time() - started < 3
