"""The theme files: what people who do not program are told when one is wrong, and that a new theme needs nothing else."""

import shutil
from pathlib import Path

import pytest
from newsloom_tagger import taxonomy
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.taxonomy import TaxonomyError

THEME = """
id: tea
group: business
names: {en: Tea, zh: 茶}
about: Tea.
rules:
  - name: tea by name
    weight: 1
    any: [tea house, 茶馆]
"""

IDS = [
    "compute-scarcity",
    "chips",
    "data-centers",
    "model-releases",
    "model-race",
    "open-models",
    "agents",
    "research",
    "commercialization",
    "enterprise-adoption",
    "consumer-apps",
    "partnerships-ma",
    "talent",
    "jobs",
    "funding",
    "capital-markets",
    "earnings",
    "regulation",
    "export-controls",
    "safety",
    "copyright",
    "embodied-ai",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "taxonomy.yaml").write_text("version: 7\n")
    (tmp_path / "words.yaml").write_text("drinks: [tea, 'green {leaves}']\nleaves: [leaf, leaves]\nloop: ['{loop}']\n", "utf-8")
    (tmp_path / "tea.yaml").write_text(THEME, "utf-8")
    return tmp_path


def test_the_packaged_taxonomy_has_the_22_themes_with_both_names_and_groups() -> None:
    loaded = taxonomy.load()
    assert sorted(t.id for t in loaded.themes) == sorted(IDS)
    assert set(taxonomy.theme_ids()) == set(IDS)
    assert loaded.version == 1
    assert {t.group for t in loaded.themes} == {"supply", "models", "business", "capital", "governance", "autonomy"}
    assert all((t.name_en.isascii() and not t.name_zh.isascii()) or t.name_zh == "AI应用" for t in loaded.themes)
    assert all(t.about and t.not_about for t in loaded.themes)


def test_every_theme_has_rules_in_both_languages() -> None:
    for theme in taxonomy.load().themes:
        phrases = [p for r in theme.rules if r.weight > 0 for p in r.any]
        assert sum(p.isascii() for p in phrases) > 50, theme.id
        assert sum(not p.isascii() for p in phrases) > 50, theme.id


def test_a_new_theme_is_a_file_and_nothing_else(tmp_path: Path) -> None:
    shutil.copytree(taxonomy.PACKAGED, tmp_path / "themes")
    (tmp_path / "themes" / "tea.yaml").write_text(THEME, "utf-8")
    analyser = Analyser(taxonomy.load(tmp_path / "themes"))
    found = {t.id: t for t in analyser.analyse("AI opens a tea house", "").themes}
    assert found["tea"].evidence[0].rule == "tea by name"
    assert len(analyser.taxonomy.themes) == len(IDS) + 1


def test_word_lists_are_spelt_out_even_within_one_another(folder: Path) -> None:
    (folder / "tea.yaml").write_text(THEME.replace("[tea house, 茶馆]", '["cup of {drinks}"]'), "utf-8")
    assert taxonomy.load(folder).themes[0].rules[0].any == ("cup of tea", "cup of green leaf", "cup of green leaves")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("weight: 1", "wieght: 1"), "tea.yaml: rule 'tea by name': Object contains unknown field `wieght`"),
        (("weight: 1", "weight: heavy"), "tea.yaml: rule 'tea by name': weight: Expected `float`, got `str`"),
        (("weight: 1", "weight: 0"), "tea.yaml: rule 'tea by name': a weight of 0 says nothing"),
        (("[tea house, 茶馆]", "[]"), "tea.yaml: rule 'tea by name': any: Expected `array` of length >= 1"),
        (("[tea house, 茶馆]", "[on]"), "tea.yaml: rule 'tea by name': any[0]: Expected `str`, got `bool`"),
        (("tea house", "te* house"), "tea.yaml: rule 'tea by name': any: 'te* house': a * stands for any ending"),
        (("tea house", '" "'), "tea.yaml: rule 'tea by name': any: a phrase is empty"),
        (("tea house", '"{coffee}"'), "any: '{coffee}' names the word list 'coffee', which words.yaml does not have"),
        (("tea house", '"{loop}"'), "any: the word list 'loop' contains itself"),
        (("id: tea", "id: coffee"), "tea.yaml: the id is 'coffee'; the file must be named coffee.yaml"),
        (("group: business", "group: drinks"), "tea.yaml: group: Invalid enum value 'drinks'"),
        (("    any:", "    within: 0\n    any:"), "tea.yaml: rule 'tea by name': within: Expected `int` >= 1"),
        (("about: Tea.", "about: [Tea."), "tea.yaml: not YAML: "),
        (("about: Tea.", "about: Tea.\nabaut: x"), "tea.yaml: Object contains unknown field `abaut`"),
        (("rules:", "rules: []\nrool:"), "tea.yaml: rules: Expected `array` of length >= 1"),
        (("rules:", "rules:\n  - {name: tea by name, weight: 1, any: [oolong]}"), "rule 'tea by name' is there twice"),
        (("  - name: tea by name\n    weight", "  - weight"), "rule 'number 1': Object missing required field `name`"),
    ],
)  # fmt: skip
def test_a_slip_is_said_with_file_rule_and_reason(folder: Path, change: tuple[str, str], said: str) -> None:
    (folder / "tea.yaml").write_text(THEME.replace(*change), "utf-8")
    with pytest.raises(TaxonomyError) as error:
        taxonomy.load(folder)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_folder_without_themes_or_version_is_an_error(folder: Path, tmp_path: Path) -> None:
    (folder / "tea.yaml").unlink()
    with pytest.raises(TaxonomyError, match="no theme files"):
        taxonomy.load(folder)
    (folder / "taxonomy.yaml").unlink()
    with pytest.raises(TaxonomyError, match=r"taxonomy\.yaml: No such file"):
        taxonomy.load(folder)


def test_a_slip_in_the_word_lists_or_version_is_said_too(folder: Path) -> None:
    (folder / "words.yaml").write_text("drinks: tea\n", "utf-8")
    with pytest.raises(TaxonomyError, match=r"words\.yaml: .*Expected `array`"):
        taxonomy.load(folder)
    (folder / "words.yaml").unlink()
    (folder / "taxonomy.yaml").write_text("version: 0\n", "utf-8")
    with pytest.raises(TaxonomyError, match=r"taxonomy\.yaml: version: Expected `int` >= 1"):
        taxonomy.load(folder)
