"""What became of each article → the difference, theme by theme, with a few samples of each kind. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from typing import Any, Final

from newsloom_cli.retag.judging import Move, concerned
from newsloom_cli.retag.rereading import Reread

KINDS: Final = ("gained", "lost", "changed")


class Tally:
    """Counts articles, and moves of the ``themes`` asked for, of all where none is; keeps the first of each kind as samples."""

    def __init__(self, themes: Collection[str] = (), samples: int = 3) -> None:
        self.read = self.differ = self.published = self.refused = self.failed = 0
        self.skipped: Counter[str] = Counter()
        self._themes, self._samples = frozenset(themes), samples
        self._before: Counter[str] = Counter()
        self._after: Counter[str] = Counter()
        self._moves: Counter[tuple[str, str]] = Counter()
        self._shown: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)

    def add(self, one: Reread) -> bool:
        """Count an article; return whether it is one that is asked for: one of the themes moves, or anything differs."""
        if one.error:
            self.failed += 1
            return False
        found = concerned(one.moves, self._themes)
        wanted = bool(found) if self._themes else one.differs
        self.read += 1
        self.differ += wanted
        self._before.update(one.before.keys())
        self._after.update(one.after.keys())
        for move in found:
            self._note(one, move)
        return wanted

    def skip(self, why: str) -> None:
        """Count an article that is not looked at, and why."""
        self.skipped[why] += 1

    def _note(self, one: Reread, move: Move) -> None:
        key = (move.theme, move.kind)
        self._moves[key] += 1
        if len(self._shown[key]) < self._samples:
            told = {"kind": move.kind, "id": one.id, "title": one.title, "url": one.url}
            self._shown[key].append({**told, "before": move.before, "after": move.after, **one.reasons.get(move.theme, {})})

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield the difference of each theme, by its id."""
        every = self._themes or self._before.keys() | self._after.keys()
        for theme in sorted(every):
            counts = {kind: self._moves[theme, kind] for kind in KINDS}
            samples = [sample for kind in KINDS for sample in self._shown.get((theme, kind), ())]
            yield {"theme": theme, "before": self._before[theme], "after": self._after[theme], **counts, "samples": samples}

    def total(self) -> dict[str, Any]:
        """Return the sums: what was ``read`` differs or is the same."""
        told: dict[str, Any] = {"read": self.read, "differ": self.differ, "same": self.read - self.differ}
        return told | {"skipped": dict(self.skipped.most_common()), "failed": self.failed}
