"""An analysis → the lines that `newsloom tag` promises, and the explanation of `tag --explain`."""

from typing import Any

import msgspec
from newsloom_tagger.analysis import Analysis
from newsloom_tagger.explain import Explanation


def tagged(article_id: str, analysis: Analysis, *, words: bool = False) -> dict[str, Any]:
    """Return the promised object: id, language, themes with evidence, entities with mentions, amounts, quotes; and quantities.

    Every key is always there: a quote without a known speaker says null. The segmented ``words`` are for search, not for
    people: they are told where asked for, and are null where the text has no Chinese in it.
    """
    found = msgspec.to_builtins(analysis)
    asked = {"words": found["words"]} if words else {}
    return {
        "id": article_id,
        "language": found["language"],
        "themes": found["themes"],
        "entities": found["entities"],
        "amounts": found["amounts"],
        "quantities": found["quantities"],
        "quotes": [{**quote, "speaker": quote.get("speaker")} for quote in found["quotes"]],
        **asked,
    }


def explained(article_id: str, why: Explanation) -> dict[str, Any]:
    """Return the line of one theme that came near: its score against its threshold, what spoke for and against."""
    found = msgspec.to_builtins(why)
    return {"id": article_id, "theme": found.pop("id"), **found}
