"""What a person types → what it means: as a search that ranks, as a filter of the index, or evaluated on one article. Pure.

``parse`` reads a query; ``strict`` makes it a filter for Elasticsearch; ``matches`` evaluates it on a TaggedArticle, and finds
the same articles; ``clauses`` has the lenient, ranking form that `newsloom search` shows.
"""

from newsloom_query.errors import QueryError, pointed
from newsloom_query.filters import strict
from newsloom_query.matching import Match, matches
from newsloom_query.parsing import parse
from newsloom_query.seen import Seen
from newsloom_query.tree import Query

__all__ = ["Match", "Query", "QueryError", "Seen", "matches", "parse", "pointed", "strict"]
