"""Which language an article is in, and that we say so where we do not know."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_tagger.language import LETTERS, SCRIPTS, SMALL_WORDS, SURE, detect


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("据NVIDIA发布，H100仍缺货", "zh"),
        ("據輝達發布，資料中心營收成長", "zh"),
        ("OpenAI 与 Microsoft 宣布达成新的 GPT-5 合作协议，双方未披露金额", "zh"),
        ("Nvidia said its H100 (英伟达) is still sold out, and that demand is ahead of supply in 上海", "en"),
        ("Nvidia shares jump", "en"),
        ("THE CHIPS ARE SOLD OUT AND NOBODY KNOWS WHY", "en"),
        ("Der Chip ist da und die Firma hat ihn nicht verkauft", "de"),
        ("L’entreprise a annoncé que le modèle est disponible pour les clients", "fr"),
        ("La empresa anunció que el modelo está disponible para los clientes", "es"),
        ("日本のAI企業が新しいモデルを発表した", "ja"),
        ("엔비디아가 새로운 칩을 발표했다", "ko"),
        ("Компания объявила, что эти модели были выпущены", "ru"),
        ("Компанія оголосила, що її моделі доступні", "uk"),
        ("บริษัทประกาศโมเดลใหม่", "th"),
        ("أعلنت الشركة عن نماذج جديدة على الإنترنت", "ar"),
        ("החברה הכריזה על מודל חדש", "he"),
        ("Η εταιρεία ανακοίνωσε", "el"),
        ("<div class='text body'>&nbsp;GPU短缺，算力不够&hellip;</div>", "zh"),
        ("来源：https://news.example.org/2026/11/24/gpu-shortage-hits-the-labs.html算力不够", "zh"),
        ("<p>The chips are <b>sold out</b> &amp; so is the memory; a < b and b > a</p>", "en"),
        ("", "und"),
        ("😀 123 !!!", "und"),
        ("x", "und"),
        ("\x00\ud800", "und"),
    ],
)
def test_language(text: str, code: str) -> None:
    assert detect(text) == code


def test_only_the_beginning_is_read() -> None:
    assert detect("英伟达的芯片仍然缺货。" * 1000 + "the " * 100_000) == "zh"


@given(st.text(st.sampled_from("the of а б 字 に é_1.-\nİ") | st.characters(codec=None), max_size=80))
def test_any_text_has_one_of_the_codes(text: str) -> None:
    assert detect(text) in {"und", "zh", *SMALL_WORDS, *SCRIPTS, *LETTERS}


@given(st.lists(st.sampled_from(["the", "der", "que", "THE", "x9", "the_", "é", "le-la", "und", "字"]), max_size=40))
def test_small_words_count_as_whole_words_only(words: list[str]) -> None:
    text = " ".join(words)
    counts = Counter(re.findall(r"[^\W\d_]+", text.lower()))
    scores = sorted(sum(counts[w] for w in small.split()) for small in SMALL_WORDS.values())
    if scores[-1] and "字" not in words:
        assert (detect(text) == "und") is (scores[-1] < scores[-2] * SURE)
