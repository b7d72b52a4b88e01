"""Chinese text as words: what a search for a word should find."""

import time

import pytest
from newsloom_tagger import segment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("人工智能芯片仍然缺货。", {"人工智能", "智能", "芯片", "缺货"}),
        ("英伟达与月之暗面、智谱合作", {"英伟达", "月之暗面", "智谱", "合作"}),
        ("據輝達表示，算力短缺", {"辉达", "算力", "短缺"}),
        ("据NVIDIA发布，H100仍缺货", {"nvidia", "h100", "缺货"}),
        ("Ｈ１００ 降价 30%", {"h100", "30", "降价"}),
    ],
)
def test_words_that_a_reader_would_search_for_are_there(text: str, expected: set[str]) -> None:
    assert expected <= set(segment.words(text).split(" "))


def test_marks_are_no_words() -> None:
    assert segment.words("，。！—— \n《》") == ""


def test_only_articles_with_chinese_are_segmented() -> None:
    assert segment.of("NVIDIA", "H100 is sold out") is None
    found = segment.of("NVIDIA", "H100缺货")
    assert found
    assert (found.title, set(found.content.split())) == ("nvidia", {"h100", "缺货"})


@pytest.mark.parametrize("text", ["", "\ud800缺货\udfff", "缺" * 200_000, "\x00\x01", "👩‍💻缺货"])
def test_any_text_has_words_in_bounded_time(text: str) -> None:
    started = time.perf_counter()
    segment.words(text).encode()
    assert time.perf_counter() - started < 5
