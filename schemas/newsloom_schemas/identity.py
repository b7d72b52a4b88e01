"""Who an article is: canonical URL → id; the seed's file name → id; content → hash."""

import hashlib
import re
from pathlib import PurePath
from typing import Final

ID_HEX_DIGITS: Final = 16  # 64 bits: among 100 million articles a collision has a chance of 0.03 %
SEED_NAME: Final = re.compile(r"^\d+_([0-9a-f]{16})\.txt$")


def article_id(canonical_url: str) -> str:
    """Return the article's id: the first 64 bits of the SHA-256 of its canonical URL, as 16 hex digits."""
    return hashlib.sha256(canonical_url.encode()).hexdigest()[:ID_HEX_DIGITS]


def seed_id(file_name: str) -> str:
    """Return the id that a seed's file name carries: ``000_09419c7358869c74.txt`` is ``09419c7358869c74``.

    Raises ValueError where the name is not of that form.
    """
    match = SEED_NAME.match(PurePath(file_name).name)
    if not match:
        raise ValueError(f"{file_name}: a seed is named NUMBER_HASH.txt, with a hash of {ID_HEX_DIGITS} hex digits")
    return match.group(1)
