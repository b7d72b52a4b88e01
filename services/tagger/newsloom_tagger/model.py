"""model/<language>.npz → what was learned from labelled articles: ``learn`` makes the files, ``learned`` reads with them."""

import zipfile
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsloom_tagger.forest import QUESTIONS, Floats, Forest

PACKAGED: Final = Path(__file__).with_name("model")
LANGUAGES: Final = ("zh", "en")
# What a forest is asked about a theme, and whether more of it may only raise the score.
FACTORS: Final = {
    "decision of the n-grams": True,
    "the article's best of them": False,
    "its second best": False,
    "how many themes are decided better": False,
    "decision of the n-grams that there is any theme": True,
    "decision from what the rules said": True,
    "the article's best of these": False,
    "decision from what they said that there is any theme": True,
    "the rules' score, as log-odds": True,
    "the article's best of these scores": False,
}


class ModelError(ValueError):
    """A model file cannot be used; the text names the file and the reason."""


class Machines(NamedTuple):
    """Linear machines over some features: ``weights`` has a row for each of them, a column for each theme and a last one.

    The last machine says whether the article is about any theme at all.
    """

    features: tuple[str, ...]
    idf: Floats
    weights: Floats
    intercepts: Floats


class Model(NamedTuple):
    """One language's linear models, one a theme, and what combines them with the rules.

    ``ngrams`` are machines over the text, ``said`` over what the rules said. ``forest`` makes one score of both and of the
    rules' own, from what FACTORS names. ``bars`` are the thresholds of an article's first theme and of its further ones,
    ``lengths`` the code points between which the lengths of most articles learned from lie.
    """

    language: str
    themes: tuple[str, ...]
    ngrams: Machines
    said: Machines
    forest: Forest
    bars: tuple[float, float]
    lengths: tuple[float, float]


def save(model: Model, folder: Path) -> Path:
    """Write a model's file, the same bytes for the same model, and return its path."""
    path = folder / f"{model.language}.npz"
    np.savez_compressed(
        path,
        allow_pickle=False,
        themes=_packed(model.themes),
        **_arrays("ngrams", model.ngrams),
        **_arrays("said", model.said),
        factors=model.forest.factors.astype(np.uint8),
        thresholds=model.forest.thresholds.astype(np.float32),
        leaves=model.forest.leaves.astype(np.float32),
        start=np.array(model.forest.start, np.float32),
        bars=np.array(model.bars, np.float32),
        lengths=np.array(model.lengths, np.float32),
    )
    return path


def load(path: Path) -> Model:
    """Return the model of a file. Raises ModelError."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            model = _model(path.stem, dict(arrays))
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror or 'not a model file'}") from error
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path}: not a model file: {error}") from error
    if not _fits(model):
        raise ModelError(f"{path}: not a model file: its parts do not fit each other")
    return model


@cache
def packaged() -> dict[str, Model]:
    """Return the packaged models by language, read once a process. Raises ModelError."""
    return {language: load(PACKAGED / f"{language}.npz") for language in LANGUAGES}


def _model(language: str, arrays: dict[str, NDArray[Any]]) -> Model:
    return Model(
        language=language,
        themes=_unpacked(arrays["themes"]),
        ngrams=_machines("ngrams", arrays),
        said=_machines("said", arrays),
        forest=Forest(arrays["factors"].astype(np.intp), arrays["thresholds"], arrays["leaves"], float(arrays["start"])),
        bars=_pair(arrays["bars"]),
        lengths=_pair(arrays["lengths"]),
    )


def _pair(array: NDArray[Any]) -> tuple[float, float]:
    one, two = (round(float(number), 4) for number in array)
    return one, two


def _arrays(name: str, machines: Machines) -> dict[str, NDArray[Any]]:
    return {
        name: _packed(machines.features),
        f"{name}_weights": machines.weights.astype(np.float16),
        f"{name}_idf": machines.idf.astype(np.float32),
        f"{name}_intercepts": machines.intercepts.astype(np.float32),
    }


def _machines(name: str, arrays: dict[str, NDArray[Any]]) -> Machines:
    weights, idf, intercepts = (arrays[f"{name}_{part}"].astype(np.float32) for part in ("weights", "idf", "intercepts"))
    return Machines(_unpacked(arrays[name]), idf, weights, intercepts)


def _fits(model: Model) -> bool:
    themes, forest, machines = len(model.themes), model.forest, (model.ngrams, model.said)
    numbers = [a for part in (*machines, forest) for a in part if not isinstance(a, tuple)]
    finite = all(np.isfinite(a).all() for a in numbers)
    ordered = 0 < model.bars[1] <= model.bars[0] < 1 and 0 < model.lengths[0] <= model.lengths[1]
    return finite and ordered and _grown(forest) and all(_suit(m, themes) for m in machines)


def _grown(forest: Forest) -> bool:
    trees = len(forest.leaves)
    shapes = [a.shape for a in (forest.factors, forest.thresholds, forest.leaves)]
    return shapes == [(trees, QUESTIONS)] * 2 + [(trees, QUESTIONS + 1)] and bool((forest.factors < len(FACTORS)).all())


def _suit(machines: Machines, themes: int) -> bool:
    size = len(machines.features)
    shapes = [a.shape for a in (machines.idf, machines.weights, machines.intercepts)]
    return shapes == [(size,), (size, themes + 1), (themes + 1,)] and len(set(machines.features)) == size


def _packed(texts: tuple[str, ...]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def _unpacked(data: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(data.tobytes().decode().split("\n"))
