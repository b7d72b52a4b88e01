"""A word that is not known → the known ones that it may have meant."""

import difflib
from collections.abc import Iterable


def unknown(kind: str, word: str, known: Iterable[str], otherwise: str) -> str:
    """Return the sentence about an unknown word: ``unknown theme 'compute': did you mean compute-scarcity?``"""
    near = nearest(word, known)
    return f"unknown {kind} {word!r}: " + (f"did you mean {' or '.join(near)}?" if near else otherwise)


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """Return up to three known words, best first: those that hold the word or are held by it, else those spelt alike."""
    words = sorted(known)
    asked = word.strip().lower()
    holding = [k for k in words if asked and (asked in k or k in asked)]
    return (holding or difflib.get_close_matches(asked, words, n=3, cutoff=0.5))[:3]
