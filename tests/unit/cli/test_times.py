import pytest
from newsloom_cli import times


@pytest.mark.parametrize(
    ("seconds", "said"), [(-1, "0 s"), (0.4, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "120 min"), (7200, "2 h"),
                          (172_799, "48 h"), (864_000, "10 days")],
)  # fmt: skip
def test_spans_are_said_in_their_largest_unit(seconds, said):
    assert times.span(seconds) == said
