"""Documents of the index → TaggedArticles as they stand in the contract, to a file or to standard output."""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from newsloom_schemas.types import TaggedArticle

from newsloom_cli.errors import WrongInputError

if TYPE_CHECKING:
    from newsloom_query import Query

FIELDS: Final = TaggedArticle.__struct_fields__  # the others of a document are the index's own


def query(asked: "Query | None", themes: Sequence[str], since: datetime | None, until: datetime | None) -> dict[str, Any]:
    """Return the search for the articles that are exactly meant, of any of the themes, with a time between the two."""
    from newsloom_query import strict

    limits = {name: at.isoformat() for name, at in (("gte", since), ("lte", until)) if at}
    filters: list[dict[str, Any]] = [strict(asked)] if asked else []
    filters += [{"terms": {"tags": list(themes)}}] if themes else []
    filters += [{"range": {"@timestamp": limits}}] if limits else []
    return {"bool": {"filter": filters}}


def tagged(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return the TaggedArticle of a document, its fields in the order of the contract."""
    return {name: source[name] for name in FIELDS if name in source}


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """Open a file to be written, compressed where its name ends with .gz; it has its name only once it is whole.

    Raises WrongInputError where it cannot be written.
    """
    path = Path(name)
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw) if name.endswith(".gz") else raw as stream:
            yield stream  # type: ignore[misc]
        part.replace(path)
    except OSError as error:
        raise WrongInputError(f"{name}: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
