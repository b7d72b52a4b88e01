"""What the rules said, as a text that machines decide from."""

import numpy as np
import pytest
from newsloom_tagger.evidence import Rules
from newsloom_tagger.model import packaged
from newsloom_tagger.reading import page
from newsloom_tagger.said import Listener, words
from newsloom_tagger.scoring import Verdicts, judge, needs
from newsloom_tagger.taxonomy import packaged as taxonomy

SHORT = [("title", "GPU短缺"), ("content", "H100一卡难求，算力不够，服务器要等十一个月。")]
OTHER = [("title", "Raised"), ("content", "The start-up raised $4bn in a funding round. GPUs are sold out.")]
HEARD = Rules(taxonomy()).lay(page(OTHER, SHORT, []))
BOARD = judge(HEARD.speaking, needs(HEARD))
VERDICTS = Verdicts(BOARD, 1)
SAID = packaged()["zh"].said


def test_every_point_is_said_once_by_its_rule_and_once_with_its_phrase() -> None:
    said = list(words(VERDICTS))
    points = sum(len(v.for_) + len(v.against) for v in VERDICTS.values())
    assert points
    assert len(said) == 2 * points
    assert {w.split(":")[0] for w in said} == VERDICTS.keys()


def test_decisions_are_the_weighted_tf_idf_of_what_was_said() -> None:
    counts: dict[int, int] = {}
    for word in words(VERDICTS):
        if word in SAID.features:
            number = SAID.features.index(word)
            counts[number] = counts.get(number, 0) + 1
    values = {n: (1 + np.log(c)) * SAID.idf[n] for n, c in counts.items()}
    length = np.sqrt(sum(v * v for v in values.values()))
    expected = sum(v / length * SAID.weights[n] for n, v in values.items()) + SAID.intercepts
    assert Listener(SAID).decisions(BOARD, [1])[0] == pytest.approx(expected, abs=1e-5)
    assert Listener(SAID).decisions(BOARD, [2, 0, 1])[2] == pytest.approx(expected, abs=1e-5)
    assert expected[packaged()["zh"].themes.index("compute-scarcity")] > 0


def test_where_no_rule_said_anything_the_intercepts_decide() -> None:
    assert Listener(SAID).decisions(BOARD, [2])[0] == pytest.approx(SAID.intercepts)
