"""Documents that cannot lie: links lead somewhere, commands and settings that they name exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
class TestDocument:
    def test_links_within_the_project_lead_somewhere(self, path):
        targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)|<img[^>]+src=\"([^\"]+)\"", path.read_text("utf-8"))
        local = [t for pair in targets for t in pair if t and not t.startswith("http")]
        assert [t for t in local if not (path.parent / t).exists()] == []

    def test_make_targets_exist(self, path):
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
        assert set(re.findall(r"(?:^\s+|`)make ([a-z-]+)", path.read_text("utf-8"), re.MULTILINE)) <= targets

    def test_commands_of_the_command_line_exist(self, path):
        from newsloom_cli.app import app

        named = set(re.findall(r"(?:^\s+|`|run --rm )newsloom ([a-z]+)", path.read_text("utf-8"), re.MULTILINE))
        assert named <= set(app.commands)
