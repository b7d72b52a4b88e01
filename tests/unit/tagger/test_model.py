"""A model's file: the same again when read, the same bytes when made again, and refused in one line when broken."""

from pathlib import Path

import numpy as np
import pytest
from newsloom_tagger.model import FACTORS, PACKAGED, ModelError, load, packaged, save
from newsloom_tagger.taxonomy import theme_ids

NGRAMS, FOREST = packaged()["zh"].ngrams, packaged()["zh"].forest


def test_the_packaged_models_know_all_themes_and_are_small() -> None:
    assert set(packaged()) == {"zh", "en"}
    assert all(m.themes == theme_ids() for m in packaged().values())
    assert all((PACKAGED / f"{language}.npz").stat().st_size < 1_500_000 for language in packaged())


def test_a_saved_model_is_the_same_when_loaded_and_when_saved_again(tmp_path: Path) -> None:
    path = save(packaged()["zh"], tmp_path)
    assert path.read_bytes() == (PACKAGED / "zh.npz").read_bytes()
    again = load(path)
    for ours, theirs in ((again.ngrams, packaged()["zh"].ngrams), (again.said, packaged()["zh"].said)):
        assert ours.features == theirs.features
        assert np.array_equal(ours.weights, theirs.weights)


@pytest.mark.parametrize("content", [b"", b"nothing of the kind", b"PK\x03\x04", (PACKAGED / "zh.npz").read_bytes()[:5000]])
def test_a_broken_file_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "zh.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"zh\.npz: not a model file") as error:
        load(path)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"zh\.npz: No such file"):
        load(tmp_path / "zh.npz")


@pytest.mark.parametrize(
    "change",
    [
        {"ngrams": NGRAMS._replace(weights=NGRAMS.weights[:-1])},
        {"ngrams": NGRAMS._replace(features=(*NGRAMS.features[:-1], NGRAMS.features[0]))},
        {"said": packaged()["zh"].said._replace(weights=packaged()["zh"].said.weights[:, 1:])},
        {"ngrams": NGRAMS._replace(idf=NGRAMS.idf * np.nan)},
        {"forest": FOREST._replace(factors=FOREST.factors + len(FACTORS))},
        {"forest": FOREST._replace(leaves=FOREST.leaves[:, :-1])},
        {"forest": FOREST._replace(start=float("nan"))},
        {"bars": (0.3, 0.5)},
        {"lengths": (0.0, 10.0)},
    ],
)
def test_parts_that_do_not_fit_are_refused(tmp_path: Path, change: dict[str, object]) -> None:
    path = save(packaged()["zh"]._replace(**change), tmp_path)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="do not fit"):
        load(path)
