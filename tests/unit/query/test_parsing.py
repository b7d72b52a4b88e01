from datetime import UTC, datetime

import pytest
from newsloom_query import parse
from newsloom_query.tree import All, Beginning, Either, HasTheme, Limits, Not, Phrase, Words

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def read(text):
    return parse(text, NOW).root


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("gross margin", Words("gross margin")),
        ('gross "fair use" margin', All((Words("gross"), Phrase("fair use"), Words("margin")))),
        ('NVDA | "a|b" AMD', Either((Words("NVDA"), All((Phrase("a|b"), Words("AMD")))))),
        ("NVDA OR AMD", Either((Words("NVDA"), Words("AMD")))),
        ("NOT bitcoin", Not(Words("bitcoin"))),
        ('GPU-cluster -bitcoin -"fair use"', All((Words("GPU-cluster"), Not(Words("bitcoin")), Not(Phrase("fair use"))))),
        ("chip smuggl*", All((Words("chip"), Beginning("smuggl")))),
        ("(a | b) c", All((Either((Words("a"), Words("b"))), Words("c")))),
        ("-(a b)", Not(Words("a b"))),
        ("（英伟达｜AMD）算力", All((Either((Words("英伟达"), Words("AMD"))), Words("算力")))),
        ("theme:chips", HasTheme("chips")),
        ("theme：算力紧缺＞０.8", HasTheme("compute-scarcity", Limits(low=0.8, open=True))),
        ("", All()),
        (" * ", All()),
    ],
)
def test_what_is_typed_means(text, meaning):
    assert read(text) == meaning


@pytest.mark.parametrize("text", ["“供不应求”", "「供不应求」", "＂供不应求＂", '"供不应求"'])
def test_quotes_are_quotes_on_every_keyboard(text):
    assert read(text) == Phrase("供不应求")


@pytest.mark.parametrize(
    "text",
    ["GPT-4:", "https://example.com/a?b=c", "10:30", "C++", "f(x)", "5x", "英伟达：财报", "NASDAQ:NVDA", "a -- b",
     "R&D", "localhost:9200", "Title: an article", "1) first 2) second", "the amount of compute", "k=5", "A->B",
     "don't", "50%", "#ai"],
)  # fmt: skip
def test_what_is_no_operator_stays_a_word(text):
    assert read(text) == Words(text.replace("：", ":"))
