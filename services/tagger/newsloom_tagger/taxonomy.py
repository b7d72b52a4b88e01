"""themes/*.yaml → the taxonomy: every theme with its rules, checked.

One file a theme. Two more files belong to the folder: ``taxonomy.yaml`` has the version, ``words.yaml`` the word lists that
rules share and name in braces. A new theme is a new file and nothing else. What is wrong in a file is said in one line that
names the file, the rule and the reason.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
import yaml
from msgspec import Meta, Struct
from newsloom_common import settings

from newsloom_tagger.words import Words, WordsError

PACKAGED: Final = Path(__file__).with_name("themes")
NO_THEMES: Final = frozenset({"taxonomy.yaml", "words.yaml"})
TAXONOMIES: Final = 1_000  # room for numbers of taxonomies below each version of the tagger
DIGEST: Final = 12  # hex digits
Id = Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, Meta(min_length=1)]
Phrases = tuple[Line, ...]
Group = Literal["supply", "models", "business", "capital", "governance", "autonomy"]


class ThemesSettings(settings.Settings, frozen=True, kw_only=True):
    """``themes_dir`` holds other theme files than the packaged ones; empty for those."""

    themes_dir: str = ""


class TaxonomyError(ValueError):
    """A theme file cannot be used; the text names the file, the rule and the reason."""


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One reason for (weight above 0) or against (below) a theme: ``any`` of these phrases, in this company.

    ``near`` and ``also`` each ask for one of their phrases in the same sentence, ``within`` so many Latin characters or
    half as many Chinese ones.
    ``unless`` forbids its phrases in the same sentence, ``never`` in the whole article; ``needs`` asks for one anywhere.
    A rule that speaks again counts half as much each time; with ``each`` that goes for each of its phrases on its own.
    """

    name: Line
    weight: float
    any: Annotated[Phrases, Meta(min_length=1)]
    near: Phrases = ()
    also: Phrases = ()
    within: Annotated[int, Meta(ge=1, le=400)] | None = None
    unless: Phrases = ()
    needs: Phrases = ()
    never: Phrases = ()
    each: bool = False


class Names(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A theme's name in both languages."""

    en: Line
    zh: Line


class ThemeRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A theme as its file says it. ``needs``: in an article with none of these phrases no rule of the theme speaks.

    ``threshold`` is for the rules' score; a model that has learned the theme brings its own.
    """

    id: Id
    group: Group
    names: Names
    about: Line
    not_about: str = ""
    threshold: Annotated[float, Meta(gt=0.0, lt=1.0)] = 0.5
    needs: Phrases = ()
    rules: Annotated[tuple[Rule, ...], Meta(min_length=1)]

    @property
    def name_en(self) -> str:
        """Return the English name."""
        return self.names.en

    @property
    def name_zh(self) -> str:
        """Return the Chinese name."""
        return self.names.zh


class Taxonomy(Struct, frozen=True, kw_only=True):
    """All themes, by id, with every phrase spelt out: no braces are left in the rules.

    ``subject`` is what the whole stream is about: an article without any of these phrases is judged more strictly.
    """

    version: int
    subject: Phrases = ()
    themes: tuple[ThemeRules, ...]

    @property
    def digest(self) -> str:
        """Return what tells these rules from all others: of what decides, not of names and descriptions."""
        decides = [self.subject, *([t.id, t.threshold, t.needs, t.rules] for t in self.themes)]
        return hashlib.sha256(msgspec.json.encode(decides)).hexdigest()[:DIGEST]


class _Head(Struct, frozen=True, forbid_unknown_fields=True):
    version: Annotated[int, Meta(ge=1, lt=TAXONOMIES)]
    subject: Phrases = ()


def load(folder: Path | None = None) -> Taxonomy:
    """Return the taxonomy of a folder, the packaged one if none is given. Raises TaxonomyError."""
    folder = PACKAGED if folder is None else folder
    head = _convert(folder / "taxonomy.yaml", _Head)
    words = _words(folder / "words.yaml")
    files = sorted(p for p in folder.glob("*.yaml") if p.name not in NO_THEMES)
    if not files:
        raise TaxonomyError(f"{folder}: no theme files")
    themes = tuple(_theme(path, words) for path in files)
    subject = _expand("taxonomy.yaml", "subject", words, head.subject)
    return Taxonomy(version=head.version, subject=subject, themes=themes)


def chosen(folder: str) -> Taxonomy:
    """Return the taxonomy of a folder that a setting names, the packaged one where it names none. Raises TaxonomyError."""
    return load(Path(folder)) if folder else packaged()


@cache
def installed() -> Taxonomy:
    """Return the taxonomy that NEWSLOOM_THEMES_DIR names, else the packaged one; read once a process. Raises SettingsError."""
    folder = settings.load(ThemesSettings).themes_dir
    try:
        return chosen(folder)
    except TaxonomyError as error:
        raise settings.SettingsError(f"NEWSLOOM_THEMES_DIR={folder}: {error}") from error


@cache
def packaged() -> Taxonomy:
    """Return the packaged taxonomy, read once a process."""
    return load()


def theme_ids() -> tuple[str, ...]:
    """Return the ids of the packaged themes."""
    return tuple(t.id for t in packaged().themes)


def _words(path: Path) -> Words:
    return Words(_convert(path, dict[Id, Phrases])) if path.exists() else Words({})


def _theme(path: Path, words: Words) -> ThemeRules:
    theme: ThemeRules = _convert(path, ThemeRules)
    if theme.id != path.stem:
        raise TaxonomyError(f"{path.name}: the id is {theme.id!r}; the file must be named {theme.id}.yaml")
    names = [r.name for r in theme.rules]
    twice = {n for n in names if names.count(n) > 1}
    if twice:
        raise TaxonomyError(f"{path.name}: rule {min(twice)!r} is there twice")
    needs = _expand(path.name, "needs", words, theme.needs)
    return msgspec.structs.replace(theme, needs=needs, rules=tuple(_rule(path.name, words, r) for r in theme.rules))


def _rule(file: str, words: Words, rule: Rule) -> Rule:
    if rule.weight == 0:
        raise TaxonomyError(f"{file}: rule {rule.name!r}: a weight of 0 says nothing")
    spelt = {
        f: _expand(file, f"rule {rule.name!r}: {f}", words, getattr(rule, f))
        for f in ("any", "near", "also", "unless", "needs", "never")
    }
    return msgspec.structs.replace(rule, **spelt)


def _expand(file: str, where: str, words: Words, phrases: Phrases) -> Phrases:
    try:
        return words.expand(phrases)
    except WordsError as error:
        raise TaxonomyError(f"{file}: {where}: {error}") from error


def _convert(path: Path, kind: Any) -> Any:
    data = _yaml(path)
    try:
        return msgspec.convert(data, kind, strict=True)
    except msgspec.ValidationError as error:
        raise TaxonomyError(f"{path.name}: {_where(str(error), data)}") from error


def _where(message: str, data: Any) -> str:
    """Return msgspec's message with the rule's own name in place of its number."""
    reason, _, place = message.partition(" - at ")
    place = place.strip("`").removeprefix("$.")
    if not place.startswith("rules["):
        return f"{place}: {reason}" if place else reason
    number, _, rest = place.removeprefix("rules[").partition("]")
    rule = data["rules"][int(number)] if number.isdecimal() else {}
    name = rule.get("name", f"number {int(number) + 1}") if isinstance(rule, dict) else f"number {int(number) + 1}"
    return f"rule {name!r}: {rest.strip('.') + ': ' if rest else ''}{reason}"


def _yaml(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except OSError as error:
        raise TaxonomyError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TaxonomyError(f"{path.name}: not YAML: {' '.join(str(error).split())}") from error
