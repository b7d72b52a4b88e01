"""What was typed as a query → the query, or the sentence that says what is wrong with it and where."""

import sys
from datetime import datetime

from newsloom_query import Query, QueryError, parse, pointed

from newsloom_cli.errors import WrongInputError


def parsed(text: str, now: datetime) -> Query:
    """Return the query. Raises WrongInputError; at a terminal the query is shown before, with a mark at the place."""
    try:
        return parse(text, now)
    except QueryError as error:
        if sys.stderr.isatty():
            print(pointed(text, error.position), file=sys.stderr)
        raise WrongInputError(f"{error.sentence} (character {error.position + 1})") from error
