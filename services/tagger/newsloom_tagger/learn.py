"""labelled articles → model/*.npz: ``python -m newsloom_tagger.learn FOLDER [MODELS]``

FOLDER has files ``zh*.jsonl`` and ``en*.jsonl``; MODELS is where the models go, the package if it is not given.
Prints how good the fit is by cross-validation: each article is judged by models that were fitted without it.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from newsloom_tagger.analysis import Analyser
from newsloom_tagger.model import LANGUAGES, PACKAGED, save
from newsloom_tagger.reading import read
from newsloom_tagger.said import words
from newsloom_tagger.taxonomy import theme_ids

if TYPE_CHECKING:
    from newsloom_tagger.fitting import Example, Fitted

NEEDS: Final = "learning needs scikit-learn, which the dev extra brings: pip install -e .[dev]"


class LabelError(ValueError):
    """A labelled article cannot be used; the text names the file, the line and the reason."""


class Labelled(msgspec.Struct, frozen=True):
    """A labelled article, as far as learning reads it."""

    id: str
    title: str
    text: str
    required: frozenset[str]
    allowed: frozenset[str]


def load(paths: Iterable[Path]) -> list[Labelled]:
    """Return the articles of files, in their order. Raises LabelError."""
    return [_labelled(p, n, line) for p in paths for n, line in enumerate(p.read_bytes().splitlines(), 1)]


def files(folder: Path, language: str) -> list[Path]:
    """Return the files of a language. Raises LabelError where there are none."""
    paths = sorted(folder.glob(f"{language}*.jsonl"))
    if not paths:
        raise LabelError(f"{folder}: no {language}*.jsonl")
    return paths


def examples(articles: Sequence[Labelled]) -> "list[Example]":
    """Return articles as they are learned from, with what the rules alone say of them."""
    from newsloom_tagger.fitting import Example  # noqa: PLC0415  scikit-learn may be missing

    analyser = Analyser(models={})
    verdicts = [analyser.verdicts(a.title, a.text) for a in articles]
    return [
        Example(
            id=a.id,
            fields=tuple(read(name, text) for name, text in (("title", a.title), ("content", a.text))),
            required=a.required,
            allowed=a.allowed,
            rules={theme: verdict.score for theme, verdict in v.items()},
            said=tuple(words(v)),
        )
        for a, v in zip(articles, verdicts, strict=True)
    ]


def table(fitted: "Fitted") -> str:
    """Return a line on how good the fit is, by cross-validation."""
    from newsloom_tagger.fitting import clean, macro_f1, tagged  # noqa: PLC0415

    predicted = tagged(fitted.probabilities, fitted.model.bars)
    first, further = fitted.model.bars
    return (
        f"{fitted.model.language}: {len(fitted.labels)} articles, macro-F1 {macro_f1(predicted, fitted.labels):.3f}, "
        f"{clean(predicted, fitted.labels):.0%} of those without a theme clean; thresholds {first} and {further}"
    )


def main(arguments: list[str]) -> int:
    """Run the command; 2 where the user has to change something."""
    if not 1 <= len(arguments) <= 2:
        return _refuse("usage: python -m newsloom_tagger.learn FOLDER [MODELS]")
    source, target = Path(arguments[0]), Path((arguments[1:] or [str(PACKAGED)])[0])
    try:
        from newsloom_tagger.fitting import fit  # noqa: PLC0415

        learned_from = {language: examples(load(files(source, language))) for language in LANGUAGES}
        _write([fit(language, theme_ids(), e) for language, e in learned_from.items()], target)
    except ImportError:
        return _refuse(NEEDS)
    except (LabelError, OSError) as error:
        return _refuse(str(error))
    return 0


def _write(fitted: "Iterable[Fitted]", target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for one in fitted:
        save(one.model, target)
        print(table(one))


def _labelled(path: Path, number: int, line: bytes) -> Labelled:
    try:
        article = msgspec.json.decode(line, type=Labelled)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LabelError(f"{path}: line {number}: {error}") from error
    unknown = (article.required | article.allowed) - set(theme_ids())
    if unknown:
        raise LabelError(f"{path}: line {number}: no theme {min(unknown)!r}")
    return article


def _refuse(why: str) -> int:
    print(why, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
