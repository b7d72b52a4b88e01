"""Strings known beforehand → which stretches of a text are among them, for thousands of stretches at once.

A stretch c0 c1 … has the polynomial hash c0·B + c1·B² + … modulo 2⁶⁴ (Karp & Rabin, "Efficient randomized pattern-matching
algorithms", 1987). The known strings lie in a table without collisions: a string's bucket has a multiplier that was chosen so
that all strings find a slot of their own ("hash and displace"; Fox, Heath, Chen & Daoud, "Practical minimal perfect hash
functions", 1992). All 64 bits are compared there: a stretch that is mistaken for a known string is not to be expected.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import count
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newsloom_tagger.columns import Ints
from newsloom_tagger.fold import Codes, encoded

Hashes = NDArray[np.unsignedinteger[Any]]
BASE: Final = 0x9E3779B97F4A7C15  # 2⁶⁴ over the golden ratio: odd, its bits in no order
NOTHING: Final = np.zeros(1, np.uint64)
MASK: Final = (1 << 64) - 1
ROOM: Final = 1.5  # slots for each string, at least: fewer, and multipliers get hard to find
BUCKET: Final = 2  # bits of a slot's number that a bucket's has not: four slots a bucket


def digits(codes: Codes) -> Hashes:
    """Return what stands for each character in the hashes: none is 0, so that none goes unseen."""
    return codes.astype(np.uint64) + np.uint64(1)


class Powers:
    """Powers of the base, for texts of up to ``size`` characters."""

    def __init__(self, size: int) -> None:
        self._powers = np.cumprod(np.full(size, BASE, np.uint64))
        self._inverses = np.cumprod(np.full(size + 1, pow(BASE, -1, 1 << 64), np.uint64)) * np.uint64(BASE)

    def windows(self, text: Hashes, longest: int) -> Iterator[Hashes]:
        """Yield the hashes of all stretches of one character, of two, up to ``longest``, each by where they start."""
        hashes = np.zeros(len(text) + 1, np.uint64)
        for size in range(min(longest, len(text))):
            hashes = hashes[:-1] + text[size:] * self._powers[size]
            yield hashes

    def sums(self, text: Hashes) -> Hashes:
        """Return what the hashes of all stretches of a text are made of."""
        return np.concatenate((NOTHING, np.cumsum(text * self._powers[: len(text)])))

    def stretches(self, sums: Hashes, starts: Ints, ends: Ints) -> Hashes:
        """Return the hashes of stretches of any length."""
        hashes: Hashes = (sums[ends] - sums[starts]) * self._inverses[starts]
        return hashes


@cache
def powers(bits: int) -> Powers:
    """Return the powers for texts of fewer than 2 ** ``bits`` characters."""
    return Powers(1 << bits)


def stretches(text: Hashes, starts: Ints, ends: Ints) -> Hashes:
    """Return the hashes of stretches of a text."""
    power = powers(len(text).bit_length())
    return power.stretches(power.sums(text), starts, ends)


def hashed(text: str) -> int:
    """Return the hash of one string."""
    value, power = 0, 1
    for code in encoded(text).tolist():
        power = power * BASE & MASK
        value += (code + 1) * power
    return value & MASK


class Known:
    """Strings that are looked for; built once, then read only. Raises ValueError where two of them have one hash."""

    def __init__(self, strings: Sequence[str]) -> None:
        hashes = [hashed(s) for s in strings]
        if len(set(hashes)) < len(hashes):
            raise ValueError("two strings have the same hash")
        bits = max(4, int(len(strings) * ROOM).bit_length())
        self._bucket, self._slot = np.uint64(64 - bits + BUCKET), np.uint64(64 - bits)
        multipliers, slots = _placed(hashes, int(self._bucket), int(self._slot))
        self._multipliers = np.array(multipliers, np.uint64)
        self._numbers = np.zeros(1 << bits, np.intp)
        self._numbers[slots] = np.arange(len(slots))
        # An empty slot holds the hash of a string that lies in another one, so it is never what is looked for.
        self._hashes = np.array(hashes, np.uint64)[self._numbers]

    def find(self, hashes: Hashes) -> tuple[Ints, Ints]:
        """Return which of the hashes are those of known strings, and the numbers of these."""
        buckets = (hashes >> self._bucket).view(np.intp)  # an index that NumPy need not convert
        slots = ((hashes * self._multipliers.take(buckets)) >> self._slot).view(np.intp)
        rows = (self._hashes.take(slots) == hashes).nonzero()[0]
        return rows, self._numbers.take(slots.take(rows))


def _placed(hashes: Sequence[int], bucket: int, slot: int) -> tuple[list[int], list[int]]:
    """Return each bucket's multiplier and each hash's slot; full buckets choose first."""
    buckets: dict[int, list[int]] = {}
    for number, value in enumerate(hashes):
        buckets.setdefault(value >> bucket, []).append(number)
    multipliers, slots, taken = [1] * (1 << 64 - bucket), [0] * len(hashes), set[int]()
    for key, numbers in sorted(buckets.items(), key=lambda b: (-len(b[1]), b[0])):
        multipliers[key], places = next(_free([hashes[n] for n in numbers], slot, taken))
        taken.update(places)
        for number, place in zip(numbers, places, strict=True):
            slots[number] = place
    return multipliers, slots


def _free(hashes: list[int], slot: int, taken: set[int]) -> Iterator[tuple[int, list[int]]]:
    """Yield multipliers that give every hash a slot of its own that is not taken, and these slots."""
    for odd in count(1, 2):
        multiplier = BASE * odd & MASK
        places = [(value * multiplier & MASK) >> slot for value in hashes]
        if len(set(places)) == len(places) and taken.isdisjoint(places):
            yield multiplier, places
