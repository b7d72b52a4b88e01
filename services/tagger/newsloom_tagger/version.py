"""VERSION of the tagger: rises with every change of code or data that may decide otherwise about an article."""

from typing import Final

VERSION: Final = 3
