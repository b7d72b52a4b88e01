"""VERSION of the tagger: rises with every change of code or data that may decide otherwise about an article.

What stands in an article, and orders its documents, is ``identity``: the tagger's version first, the taxonomy's number second.
So whoever changes themes raises a number in taxonomy.yaml and no code (docs/decisions/0022-retag.md).
"""

from typing import Final

from newsloom_schemas.types import Tagger

from newsloom_tagger.taxonomy import TAXONOMIES, Taxonomy

VERSION: Final = 3


def identity(taxonomy: Taxonomy) -> Tagger:
    """Return what a tagger with this taxonomy says of itself. Articles from before numbers were joined have a lower version."""
    return Tagger(version=VERSION * TAXONOMIES + taxonomy.version, taxonomy=taxonomy.version, digest=taxonomy.digest)


def announcement(tagger: Tagger) -> str:
    """Return the words in which a tagger tells its group what it is (``announcing``)."""
    return f"{tagger.version} {tagger.digest}"
