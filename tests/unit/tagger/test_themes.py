"""How rules speak: phrases in both scripts and languages, company, exclusion. Each case is a tiny taxonomy of one rule."""

import pytest
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.reading import read
from newsloom_tagger.taxonomy import Names, Rule, Taxonomy, ThemeRules


def analyser(*rules: Rule, needs: tuple[str, ...] = (), subject: tuple[str, ...] = ()) -> Analyser:
    theme = ThemeRules(id="t", group="supply", names=Names(en="T", zh="题"), about="T", needs=needs, rules=rules)
    return Analyser(Taxonomy(version=1, subject=subject, themes=(theme,)))


def rule(*phrases: str, **more: object) -> Rule:
    return Rule(**{"name": "r", "weight": 1.0, "any": phrases, **more})  # type: ignore[arg-type]


def speaks(text: str, *rules: Rule, **more: tuple[str, ...]) -> bool:
    return bool(analyser(*rules, **more).analyse("", text).themes)


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("缺货", "據NVIDIA發布，H100仍缺貨", True),
        ("短缺", "算力短缺", True),
        ("資料中心", "新的资料中心", True),
        ("NVIDIA", "据NVIDIA发布", True),
        ("nvidia", "据ＮＶＩＤＩＡ发布", True),
        ("GPU", "all GPUs are gone", True),
        ("GPU", "the GPU's price", True),
        ("GPU", "a GPUnit of the eGPU", False),
        ("AI", "they SAID it again", False),
        ("sold out", "The boxes are SOLD-OUT.", True),
        ("sold out", "The boxes are sold\nout.", True),
        ("rais*", "It raised money", True),
        ("rais*", "It praised money", False),
        ("AI芯片", "新的 AI 芯片", True),
        ("AI 芯片", "新的AI芯片", True),
        ("H100", "H1000", False),
        ("王者", "王者荣耀", True),
        ("don't buy", "They don’t buy", True),
    ],
)
def test_phrases_match_as_a_reader_would(phrase: str, text: str, found: bool) -> None:
    assert speaks(text, rule(phrase)) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GPU供应紧张，短缺持续", True),
        ("短缺的是GPU", True),
        ("GPU很好。但是鸡蛋短缺。", False),
        ("GPU" + "一" * 50 + "短缺", False),
        ("GPU是新的，比特币矿机短缺", False),
    ],
)
def test_company_is_asked_for_in_the_same_sentence_and_not_too_far(text: str, found: bool) -> None:
    assert speaks(text, rule("短缺", near=("GPU",), within=40, unless=("比特币",))) is found


def test_a_second_company_is_needed_too() -> None:
    three = rule("price war", near=("models",), also=("rivals",))
    assert speaks("A price war among models of rivals.", three)
    assert not speaks("A price war among models.", three)


def test_a_phrase_is_no_company_for_itself() -> None:
    assert not speaks("芯片短缺", rule("芯片短缺", near=("短缺",)))


def test_what_an_article_must_have_and_must_not_have() -> None:
    assert not speaks("Our agents talk.", rule("agents", needs=("AI",)))
    assert speaks("Our agents talk. It is AI.", rule("agents", needs=("AI",)))
    assert not speaks("Our agents talk of football. It is AI.", rule("agents", needs=("AI",), never=("football",)))
    assert not speaks("Our agents talk.", rule("agents"), needs=("AI",))


def test_a_rule_below_zero_speaks_against_and_is_shown() -> None:
    rules = rule("算力"), rule("比特币", name="coin", weight=-2.0)
    assert speaks("算力", rules[0])
    (found,) = analyser(*rules).explain("", "算力。比特币。")
    assert (found.tagged, found.score) == (False, 0.0)
    assert [e.rule for e in found.for_] == ["r"]
    assert [(e.rule, e.text) for e in found.against] == [("coin", "比特币")]
    assert found.against[0].weight < 0


def test_telling_words_count_one_by_one() -> None:
    each = rule("tokens", "weights", "checkpoint", weight=0.4, each=True)
    once = rule("tokens", "weights", "checkpoint", weight=0.4)
    text = "Tokens are one. Filler here. Weights are two. Filler again. Checkpoint is three."
    assert speaks(text, each)
    assert not speaks(text, once)


def test_evidence_is_the_clause_around_the_phrase() -> None:
    text = "记者获悉，交货时间要等到明年，价格未变。"
    (theme,) = analyser(rule("要等到")).analyse("", text).themes
    (span,) = theme.evidence
    assert span.text == "交货时间要等到明年"
    assert text[span.start : span.end] == span.text


def test_an_article_in_a_language_without_rules_needs_a_sure_score() -> None:
    german = "Der Chip ist da und die Firma baut ihn mit der GPU für das Jahr. "
    assert not analyser(rule("GPU")).analyse("", german).themes
    assert analyser(rule("GPU", weight=5.0)).analyse("", german).themes


def test_sentences_end_where_readers_see_them_end() -> None:
    assert len(read("content", "It costs $4.5bn in the U.S. market. Nobody pays! 谁买？没人。").sentences) - 1 in {4, 5}
    assert len(read("content", "字" * 1000).sentences) == 3
