"""What the tagger costs, next to a word-list tagger of the usual kind: ``python bench/tagger.py --help``, ``make bench``.

articles.py ─▶ measuring.py (parts.py, peer.py) ─▶ table, JSON, docs/performance.md and its picture (page.py)
worker.py: the same for the memory of a real worker on a real broker
"""

import argparse
import sys
from pathlib import Path

if __name__ == "__main__":  # `python bench/tagger.py` puts bench/ on the path, and not the folder that it is in
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import msgspec
from newsloom_tagger.analysis import Analyser

from bench import page
from bench.measuring import memory, pinned, shares, speed
from bench.page import Result
from bench.parts import alone, parts, whole, word_lists
from bench.peer import WordLists


def measure(*, count: int, rounds: int, memory_count: int) -> Result:
    """Measure this process: memory first, while nothing but the analyser is in it."""
    with pinned() as core:
        analyser = Analyser()
        held = memory(whole(analyser), count=memory_count)
        peer = WordLists(analyser.taxonomy)
        return Result(
            machine=page.machine(),
            core=core,
            count=count,
            rounds=rounds,
            phrases=peer.phrases,
            speed=speed(whole(analyser), alone(analyser), word_lists(peer), count=count, rounds=rounds),
            shares=shares(whole(analyser), parts(analyser), count=count, rounds=max(1, rounds // 2)),
            memory=held,
        )


def _with_worker(result: Result, count: int) -> Result:
    from bench import worker  # noqa: PLC0415 - needs the engines, and clients that would count as the analyser's memory

    return msgspec.structs.replace(result, worker=worker.measure(count))


def main(arguments: list[str] | None = None) -> None:
    """Measure as told and print."""
    asked = _options().parse_args(arguments)
    result = measure(count=asked.articles, rounds=asked.rounds, memory_count=asked.memory_articles)
    result = _with_worker(result, asked.worker_articles) if asked.worker_articles else result
    print(msgspec.json.format(msgspec.json.encode(result)).decode() if asked.json else page.table(result))
    if asked.write:
        page.write(result)


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description="Measure the tagger next to a word-list tagger, on one core.")
    options.add_argument("--articles", type=_positive, default=400, help="different articles a round (400)")
    options.add_argument("--rounds", type=_positive, default=7, help="rounds that count (7)")
    options.add_argument("--memory-articles", type=_positive, default=20_000, help="articles analysed to see memory (20,000)")
    options.add_argument("--worker-articles", type=int, default=0, help="articles for a real worker on a real Kafka (none)")
    options.add_argument("--json", action="store_true", help="JSON instead of a table")
    options.add_argument("--write", action="store_true", help="write docs/performance.md and its picture")
    return options


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text}: at least 1 is needed")
    return number


if __name__ == "__main__":
    main()
