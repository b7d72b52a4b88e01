"""What the demo shows of an article, and what it waits for."""

from datetime import UTC, datetime

from newsloom_native import demo
from newsloom_schemas.types import Evidence, RawArticle, TaggedArticle, Tagger, Theme
from rich.cells import cell_len

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


def tagged(title, *themes):
    raw = RawArticle(id="a", origin="feed", title=title, content="", fetched_at=NOW)
    proof = (Evidence(field="title", start=0, end=1, text=title[:1], rule="r", weight=1.0),)
    found = tuple(Theme(id=t, score=0.9, evidence=proof) for t in themes)
    return TaggedArticle(article=raw, language="zh", themes=found, tagger=Tagger(version=1, taxonomy=1), tagged_at=NOW)


def test_an_article_is_one_line_with_its_language_title_and_themes():
    shown = demo.line(tagged("英伟达订单\n多到不可思议", "compute-scarcity", "talent")).plain
    assert shown.split("  ")[1].split()[0] == "zh"
    assert "英伟达订单 多到不可思议" in shown
    assert shown.endswith("compute-scarcity, talent")
    assert "\n" not in shown


def test_themes_stand_below_each_other_whatever_the_script():
    starts = {cell_len(demo.line(tagged(t, "chips")).plain.split("chips")[0]) for t in ("Short", "算力" * 40, "x" * 90)}
    assert len(starts) == 1


def test_a_title_cannot_steer_the_terminal():
    assert "\x1b" not in demo.line(tagged("\x1b[2Jgone")).plain


def test_the_demo_waits_for_the_seed_and_every_sample_article():
    wanted = demo.expected()
    assert wanted[0] == "09419c7358869c74"
    assert len(wanted) == len(set(wanted)) == 1 + demo.SAMPLE.read_text("utf-8").count("<entry")
