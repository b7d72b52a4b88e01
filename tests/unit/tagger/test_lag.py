"""What a batch's line says of the records that still wait."""

from newsloom_schemas.dead import Origin
from newsloom_tagger.lag import Lag
from newsloom_tagger.progress import Progress


def record(partition: int, offset: int) -> Origin:
    return Origin("news.raw", partition, offset, b"", b"", ())


def told(lag: Lag, **partitions: tuple[int, int]) -> None:
    """Tell (committed, end) of partitions that are ours, p0, p1 …"""
    group = {int(name[1:]): Progress(done, end > done, end - done) for name, (done, end) in partitions.items()}
    lag.told(group, group.keys())


def test_what_is_done_since_the_broker_was_asked_waits_no_more() -> None:
    lag = Lag()
    told(lag, p0=(10, 110), p1=(0, 50))
    assert lag.after([record(0, 10), record(0, 11)]) == 98 + 50
    assert lag.after([record(1, 0)]) == 98 + 49


def test_a_partition_that_went_is_anothers_and_back_again_it_has_moved_on() -> None:
    lag = Lag()
    told(lag, p0=(10, 110), p1=(0, 50))
    lag.after([record(0, 49)])
    told(lag, p1=(0, 50))
    assert lag.after([]) == 50
    told(lag, p0=(100, 110), p1=(50, 50))
    assert lag.after([]) == 10


def test_what_came_after_the_broker_was_asked_is_not_less_than_nothing() -> None:
    lag = Lag()
    assert lag.after([record(0, 5)]) == 0
    told(lag, p0=(0, 3))
    assert lag.after([record(0, 9)]) == 0
