"""Bytes in whatever they are in, whatever they say they are in → text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_ingestor.encoding import decode

TEXTS = {
    "gb18030": (
        "英伟达发布新品，股价上涨。这是一个关于人工智能的新闻，我们在北京报道：公"
        "司表示，新产品将于明年上市，可以满足国内市场的需求，投资者对此表示欢迎。"
    ),
    "big5": (
        "輝達發表新品，股價上漲。這是一個關於人工智慧的新聞，我們在台北報導：公"
        "司表示，新產品將於明年上市，可以滿足國內市場的需求，投資者對此表示歡迎。"
    ),
    "cp932": (
        "人工知能のニュースです。新しい半導体はとても速く、省電力です。価格"
        "は未定だという。東京で会見した社長は、来年の発売を目指すと述べた。"
    ),
    "cp949": (
        "인공지능 뉴스입니다. 새로운 반도체는 매우 빠르고 전력을 적게 "
        "씁니다. 가격은 아직 정해지지 않았다고 회사는 서울에서 밝혔다."
    ),
    "cp1251": "Новости искусственного интеллекта: новая модель работает быстрее и дешевле прежней, сообщает компания.",
    "cp1252": "“L’été à Genève” — un café, déjà vu: l’intelligence artificielle est là, dit-on, et elle a coûté très cher.",
    "utf-8": "英伟达发布新品，naïve café — Новости искусственного интеллекта",
    "utf-16": "英伟达发布新品，naïve café",
    "utf-16-le": "<英伟达发布新品，naïve café",
    "utf-16-be": "<英伟达发布新品，naïve café",
    "utf-32": "英伟达发布新品",
}
DECLARED = ["", "its own", "utf-8", "gb2312", "iso-8859-1", "no-such-encoding"]
CASES = [
    (e, d) for e in TEXTS for d in DECLARED if (e, d) != ("cp949", "gb2312")
]  # Korean that calls itself Chinese is not told


def feed(text, declared=""):
    declaration = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    return f"{declaration}<rss><channel><title>{text.removeprefix('<')}</title></channel></rss>"


@pytest.mark.parametrize(("encoding", "declared"), CASES)
@pytest.mark.parametrize("http", ["", "utf-8", "ISO-8859-1"])
def test_a_text_is_read_whatever_is_declared(encoding, declared, http):
    document = feed(TEXTS[encoding], encoding if declared == "its own" else declared)
    text = decode(document.encode(encoding), f"text/xml; charset={http}" if http else "").text
    assert text.strip() == feed(TEXTS[encoding])


@pytest.mark.parametrize(
    ("data", "content_type", "encoding"),
    [
        ("<rss>电</rss>".encode("gbk"), "text/xml; charset=gb2312", "gb18030"),
        ("<rss>电</rss>".encode("gbk"), 'text/xml; charset="GBK"', "gb18030"),
        ('<?xml version="1.0" encoding="gb2312"?><rss>镕㐂</rss>'.encode("gb18030"), "", "gb18030"),
        ('<?xml version="1.0" encoding="gb2312"?><rss>电</rss>'.encode("gbk"), "text/xml; charset=iso-8859-1", "gb18030"),
        ("<rss>caf\xe9</rss>".encode("latin-1"), "text/xml; charset=iso-8859-1", "cp1252"),
        (b'<?xml version="1.0" encoding="us-ascii"?><rss>it\x92s</rss>', "", "cp1252"),
        (b'<?xml version="1.0" encoding="base64"?><rss>x</rss>', "text/xml; charset=rot13", "utf-8"),
        ("\ufeff<rss>电脑</rss>".encode(), "text/xml; charset=gb2312", "utf-8"),
        ('<?xml version="1.0" encoding="utf-16"?><rss>电脑</rss>'.encode(), "", "utf-8"),
        ('<?xml version="1.0" encoding="cp037"?><rss>x</rss>'.encode("cp037"), "", "cp037"),
    ],
)
def test_names_mean_what_they_mean_in_practice(data, content_type, encoding):
    found = decode(data, content_type)
    assert found.encoding == encoding
    assert found.text.startswith("<rss>")
    assert "\ufffd" not in found.text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_a_summary_that_was_cut_within_a_character_spoils_nothing_else(encoding):
    text = TEXTS["big5" if encoding == "big5" else "gb18030"]
    data = feed(text, encoding).encode(encoding)
    cut = len(feed("", encoding).encode()) - len("</title></channel></rss>") + len(text[:20].encode(encoding)) + 1
    broken = decode(data[:cut] + b"..." + data[cut + 1 :], "text/xml; charset=utf-8")
    assert broken.encoding in {encoding, "big5hkscs"}
    assert text[:20] in broken.text
    assert text[-40:] in broken.text


def test_a_guess_over_a_large_document_is_quick():
    data = feed(TEXTS["gb18030"] * 20_000, "utf-8").encode("gb18030")
    started = time.process_time()
    assert decode(data).encoding == "gb18030"
    assert time.process_time() - started < 5


@given(st.binary(max_size=200), st.text(max_size=30))
def test_any_bytes_have_a_text(data, content_type):
    for document in (data, b"<?xml version='1.0' encoding='" + data + b"'?>"):
        decode(document, content_type).text.encode("utf-8", "replace")
