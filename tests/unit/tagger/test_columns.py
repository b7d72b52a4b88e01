"""The steps on columns do what the loops would that they stand for."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from newsloom_tagger.columns import changes, numbered, ranks, spread, table

numbers = st.lists(st.integers(0, 5), max_size=30)


@given(numbers)
def test_ranks_count_the_equal_ones_before(keys: list[int]) -> None:
    assert ranks(np.array(keys, np.intp)).tolist() == [keys[:at].count(key) for at, key in enumerate(keys)]


@given(numbers)
def test_equal_keys_have_one_number_and_it_leads_to_the_first_of_them(keys: list[int]) -> None:
    first, number = numbered(np.array(keys, np.intp))
    assert [keys[at] for at in first.tolist()] == sorted(set(keys))
    assert [first.tolist()[n] for n in number.tolist()] == [keys.index(key) for key in keys]


@given(numbers)
def test_changes_are_where_a_value_differs_from_the_one_before(values: list[int]) -> None:
    expected = [at == 0 or values[at - 1] != value for at, value in enumerate(values)]
    assert changes(np.array(values, np.intp)).tolist() == expected


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 4)), max_size=20))
def test_spread_counts_on_from_each_first(pairs: list[tuple[int, int]]) -> None:
    which, found = spread(*(np.array([pair[n] for pair in pairs], np.intp) for n in (0, 1)))
    expected = [(at, first + more) for at, (first, count) in enumerate(pairs) for more in range(count)]
    assert list(zip(which.tolist(), found.tolist(), strict=True)) == expected


@given(st.lists(numbers, min_size=1, max_size=8), st.data())
def test_a_table_gives_back_its_rows(rows: list[list[int]], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=10))
    all_rows = table(rows)
    which, places = all_rows.places(np.array(chosen, np.intp))
    found = all_rows.numbers[places]
    expected = [(at, number) for at, row in enumerate(chosen) for number in rows[row]]
    assert list(zip(which.tolist(), found.tolist(), strict=True)) == expected
