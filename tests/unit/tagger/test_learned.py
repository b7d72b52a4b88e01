"""What was learned reads an article as scikit-learn would, and shows clauses whose offsets hold."""

from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from newsloom_tagger import fitting, learn, learned
from newsloom_tagger.fold import decoded
from newsloom_tagger.hashing import Known
from newsloom_tagger.learned import LONGEST, Normal, Reader
from newsloom_tagger.model import Model, packaged
from newsloom_tagger.ngrams import is_word, ngrams, normal
from newsloom_tagger.reading import Field, read
from newsloom_tagger.taxonomy import theme_ids

LABELLED = Path(__file__).parents[2] / "quality" / "labelled"
SAMPLES = [
    ("GPU短缺", "据NVIDIA发布，H100仍缺货。云厂商说，等了十一个月的服务器还没有到。融资3.2亿元，估值翻倍。"),
    ("Sold out", "Nvidia says H100 remains sold-out; lead times grow. The start-up raised $4bn at a $60bn valuation."),
]


WORDS = [
    "GPU",
    "短缺",
    "融资",
    "raised",
    "$4bn",
    " ",
    "\n",
    "。",
    ", ",
    "－",
    "\ud800",
    "İ",
    "ß",
    "e\u0301",
    "\x1c",
    "\u3000",
    "輝達",
]
texts = st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=50).map("".join)


def fields(title: str, content: str) -> tuple[Field, ...]:
    return read("title", title), read("content", content)


@cache
def reader(language: str) -> Reader:
    return Reader(packaged()[language])


@cache
def small(language: str) -> tuple[Model, list[fitting.Example]]:
    some = learn.examples(learn.load([LABELLED / f"{language}-train.jsonl"]))
    return fitting.fit(language, ("agents", "chips", "funding"), some).model, some


@pytest.mark.parametrize("language", ["zh", "en"])
def test_reading_gives_what_scikit_learns_own_pipeline_gives(language: str) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union
    from sklearn.svm import LinearSVC

    model, some = small(language)
    blocks = [[n for n in model.ngrams.features if (language == "en" and is_word(n)) == wanted] for wanted in (True, False)]

    def twice_the_title(example: fitting.Example) -> list[str]:
        title, content = (list(ngrams(language, f.folded)) for f in example.fields)
        return title * 2 + content

    union = make_union(*(TfidfVectorizer(analyzer=twice_the_title, vocabulary=b, sublinear_tf=True) for b in blocks if b))
    ready = Reader(model)
    vectors, labels = union.fit_transform(some), fitting.label(model.themes, some)
    for number in range(len(model.themes)):
        known = labels[:, number] >= 0
        machine = LinearSVC(C=fitting.TEXT, class_weight="balanced", random_state=0).fit(vectors[known], labels[known, number])
        ours = [ready.read(e.fields).decisions[number] for e in some[:40]]
        assert np.abs(ours - machine.decision_function(vectors[:40])).max() < 1e-3


def plain(laid: Normal) -> str:
    return decoded((laid.text - 1).astype(np.uint32))


@settings(max_examples=150, deadline=None)
@given(language=st.sampled_from(["zh", "en"]), title=texts, content=texts)
def test_the_normal_text_is_that_of_each_field_in_a_row(language: str, title: str, content: str) -> None:
    laid = learned.normal(language, fields(title, content))
    assert plain(laid).strip() == "".join(normal(language, f.folded) for f in fields(title, content)).strip()
    row = f" {fields(title, content)[0].folded}  {fields(title, content)[1].folded} "
    stands = [(c, row[at]) for c, at in zip(plain(laid), laid.places.tolist(), strict=True) if c != " "]
    assert all(one == other for one, other in stands)
    assert [row[at:].startswith(f.folded) for at, f in zip(laid.begins.tolist(), fields(title, content), strict=True)]


@settings(max_examples=150, deadline=None)
@given(language=st.sampled_from(["zh", "en"]), title=texts, content=texts)
@example("en", SAMPLES[1][0], SAMPLES[1][1])
@example("zh", SAMPLES[0][0], SAMPLES[0][1])
def test_every_ngram_is_found_where_it_is_and_as_often(language: str, title: str, content: str) -> None:
    fs = fields(title, content)
    listed = Counter(n for f in fs for n in ngrams(language, f.folded) if len(n) > 0)
    names = sorted(listed)
    found: Counter[str] = Counter()
    laid = learned.normal(language, fs)
    for hits in learned.SEARCHES[language](Known(names or ["x"]), laid.text):
        for start, number in zip(hits.starts.tolist(), hits.numbers.tolist(), strict=True):
            assert plain(laid).startswith(names[number], start)
            found[names[number]] += 1
    assert found == listed


@pytest.mark.parametrize(
    ("language", "theme", "before", "told"),
    [
        ("zh", "funding", "今天天气很好。大家都去公园散步。", "公司宣布完成亿元A轮融资，由红杉领投"),
        ("en", "funding", "It rained all day. ", "The start-up raised $4bn in a funding round at a $60bn valuation"),
    ],
)
def test_the_clause_that_tells_is_the_one_that_is_shown(language: str, theme: str, before: str, told: str) -> None:
    article = reader(language).read(fields("", f"{before}{told}."))
    best = article.clauses(packaged()[language].themes.index(theme), 1)[0]
    shown = best.field.text[best.start : best.end]
    assert shown in told
    assert best.points > 0


def test_clauses_against_have_negative_weights() -> None:
    article = reader("en").read(fields(*SAMPLES[1]))
    numbers = [packaged()["en"].themes.index(t) for t in ("copyright", "funding")]
    assert all(p.points < 0 for n in numbers for p in article.clauses(n, -1))
    assert all(p.points > 0 for n in numbers for p in article.clauses(n, 1))


def test_shares_of_all_clauses_sum_to_the_decision() -> None:
    article = reader("en").read(fields("", "The start-up raised $4bn."))
    number = packaged()["en"].themes.index("funding")
    shares = sum(p.points for sign in (1, -1) for p in article.clauses(number, sign))
    assert shares == pytest.approx(article.decisions[number] - packaged()["en"].ngrams.intercepts[number], abs=1e-3)


@settings(max_examples=150, deadline=None)
@given(language=st.sampled_from(["zh", "en"]), title=texts, content=texts, number=st.integers(0, len(theme_ids()) - 1))
def test_clauses_of_any_text_lie_in_it_and_are_not_blank(language: str, title: str, content: str, number: int) -> None:
    article = reader(language).read(fields(title, content))
    assert np.isfinite(article.decisions).all()
    for sign in (1, -1):
        for p in article.clauses(number, sign):
            text = {"title": title, "content": content}[p.field.name]
            assert 0 <= p.start < p.end <= len(text)
            assert text[p.start : p.end].strip()
            assert p.points * sign > 0


def test_what_stands_beyond_the_longest_text_is_not_read() -> None:
    text = "raised $4bn in funding. " * (LONGEST // 24)
    one, other = (
        reader("en").read(fields("", t)).decisions for t in (text.ljust(LONGEST), text.ljust(LONGEST) + " robots" * 900)
    )
    assert np.array_equal(one, other)


def test_nothing_at_all_is_decided_by_the_intercepts_and_shows_nothing() -> None:
    article = reader("zh").read([])
    assert np.allclose(article.decisions, packaged()["zh"].ngrams.intercepts)
    assert article.clauses(0, 1) == ()
