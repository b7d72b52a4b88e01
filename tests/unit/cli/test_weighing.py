import pytest
from newsloom_cli.weighing import SearchSettings, weights
from newsloom_common.settings import SettingsError


def test_hosts_have_weights_and_the_first_of_two_counts():
    given = SearchSettings(source_weights="Reuters.com=1.5, example.org=0.25 reuters.com=9")
    assert weights(given) == {"reuters.com": 1.5, "example.org": 0.25}
    assert weights(SearchSettings()) == {}


@pytest.mark.parametrize("pair", ["reuters.com", "reuters.com=0", "a=-1", "a=11", "a=much", "http://a=1", "=1"])
def test_what_is_no_weight_is_named(pair):
    with pytest.raises(SettingsError, match=r"NEWSLOOM_SOURCE_WEIGHTS: .* is not HOST=WEIGHT"):
        weights(SearchSettings(source_weights=pair))
