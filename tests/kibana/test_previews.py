"""The documents show every dashboard as it is now, and say all that Kibana opens with."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from newsloom_setup.columns import OPERATIONS
from newsloom_setup.panels import KINDS

from . import objects, preview, svg
from .__main__ import picture

DASHBOARDS = objects.of("dashboard")
PAGE = (Path(__file__).parents[2] / "docs" / "kibana.md").read_text("utf-8")


@pytest.mark.parametrize("identity", DASHBOARDS)
def test_the_picture_is_of_the_dashboard_as_it_is_now(identity):
    drawn = picture(identity).read_text("utf-8")
    said = [text for text in ET.fromstring(drawn).itertext() if text.strip()]

    assert preview.digest(DASHBOARDS[identity]) in said, "run: make dashboards"
    titles = [p["title"] for p in objects.panels(DASHBOARDS[identity]) if p["title"]]
    assert [t for t in titles if not any(s.startswith(t[:14]) for s in said)] == []
    assert {c["title"] for c in objects.controls(DASHBOARDS[identity])} <= set(said)


@pytest.mark.parametrize("identity", DASHBOARDS)
def test_the_document_shows_the_picture_of_each_dashboard(identity):
    assert f"![{DASHBOARDS[identity]['title']}](pictures/{picture(identity).name})" in PAGE


def test_the_document_names_every_session_and_every_reckoned_field():
    assert [s["title"] for s in objects.of("search").values() if s["title"].removeprefix("Theme group: ") not in PAGE] == []
    assert [field for field in objects.runtime() if f"`{field}`" not in PAGE] == []


def test_the_document_names_no_reckoned_field_that_is_gone():
    table = PAGE.partition("| field |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == set(objects.runtime())


@pytest.mark.parametrize(
    ("text", "room", "lines", "made"),
    [
        ("short", 100, 2, ["short"]),
        ("a line that breaks at its spaces", 100, 2, ["a line that", "breaks at its s…"]),
        ("一行中文可以在任何地方折断", 84, 2, ["一行中文可以在", "任何地方折断"]),
        ("one_long_word_without_a_space", 100, 1, ["one_long_word_w…"]),
    ],
)
def test_text_is_broken_and_cut_to_its_room(text, room, lines, made):
    assert svg.wrapped(text, room, lines) == made


@pytest.mark.parametrize(
    ("value", "field", "said"),
    [
        (7.5e8, "usd", "$750m"),
        (471, "lag", "7.8 min"),
        (0.175, "article.edit.changed", "18%"),
        (47000.0, "megawatts", "47,000"),
        ("zh", "language", "Chinese"),
        (None, "usd", "–"),
    ],
)
def test_values_are_written_as_the_data_view_says(value, field, said):
    assert svg.written(value, {"operationType": "max", "dataType": "number", "sourceField": field}) == said


def test_the_document_says_what_a_panel_may_have():
    table = PAGE.partition("| a panel has |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+):", table, re.MULTILINE)) == set(KINDS)
    assert [operation for operation in OPERATIONS if f"`{operation}`" not in PAGE] == []
