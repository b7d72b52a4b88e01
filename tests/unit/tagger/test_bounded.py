"""However many facts a page has, its message stays small: the first ones of each kind are told."""

from newsloom_schemas import codec
from newsloom_schemas.types import Entity, Mention, TaggedArticle
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.bounded import MOST, first, mentioned

NUMBERS = "Nvidia paid $1 bn for 30% of 200 GPUs. “We ran out of chips,” said John Smith. " * 12_000  # a megabyte


def entity(name: str, *starts: int, title: bool = False) -> Entity:
    field = "title" if title else "content"
    return Entity(
        id=name, name=name, type="company", mentions=tuple(Mention(field=field, start=n, end=n + 1, text="x") for n in starts)
    )


def test_a_megabyte_of_facts_makes_no_message_that_is_larger_than_the_page() -> None:
    found = Analyser().analyse("Nvidia", NUMBERS)
    assert [len(found.amounts), len(found.quantities), len(found.quotes)] == [MOST] * 3
    assert sum(len(e.mentions) for e in found.entities) == MOST
    assert len(codec.encode(found)) < len(NUMBERS.encode())
    assert found.amounts[-1].start < len(NUMBERS) // 8, "the first ones"


def test_a_fact_less_than_too_many_is_told_whole() -> None:
    assert first(range(MOST)) == tuple(range(MOST))
    assert first(range(MOST + 1)) == tuple(range(MOST))
    whole = [entity("a", *range(0, 2 * MOST, 2)), entity("t", title=True)]
    assert mentioned(whole) == tuple(whole)


def test_mentions_of_all_entities_are_kept_in_the_order_of_the_text() -> None:
    often, last, titled = entity("a", *range(MOST)), entity("b", MOST + 5), entity("c", 7, title=True)
    kept = mentioned([titled, often, last])
    assert [e.id for e in kept] == ["c", "a"]
    assert [m.start for m in kept[1].mentions] == list(range(MOST - 1))


def test_the_contract_says_how_many() -> None:
    assert f"at most {MOST:,} of each kind" in " ".join((TaggedArticle.__doc__ or "").split())
