"""Articles as they are held → tagged anew. Made to run in processes of its own: a taxonomy is read once a process."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec
from newsloom_schemas.codec import Message, message
from newsloom_schemas.topics import TAGGED
from newsloom_schemas.types import Evidence, TaggedArticle
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.tag import tag_many
from newsloom_tagger.taxonomy import chosen

from newsloom_cli.retag import judging
from newsloom_cli.retag.judging import Move

SPANS: Final = 2  # that are shown of a theme
SPAN: Final = "00-{}-0000000000000001-01"  # a traceparent, to go on with the trace of the article


class Held(NamedTuple):
    """An article as it is held: the JSON of a TaggedArticle, and the trace-id of its way."""

    value: bytes
    trace: str = ""


class Task(NamedTuple):
    """What is asked: the folder of the themes ("": the packaged ones), the run to publish for ("": only to show), whether
    reasons are wanted.
    """

    folder: str
    run: str = ""
    reasons: bool = True


class Reread(NamedTuple):
    """What becomes of an article. ``reasons`` are those of its moves, by theme; ``message`` is there where anything differs.

    ``error`` says why it cannot be tagged anew; then there is nothing else.
    """

    id: str = ""
    title: str = ""
    url: str | None = None
    before: Mapping[str, float] = {}
    after: Mapping[str, float] = {}
    moves: tuple[Move, ...] = ()
    differs: bool = False
    reasons: Mapping[str, Mapping[str, Any]] = {}
    message: Message | None = None
    error: str = ""


def reread(task: Task, articles: Sequence[Held]) -> list[Reread]:
    """Tag the articles anew. One that breaks the analysis costs no other."""
    try:
        return _reread(task, articles)
    except Exception as error:  # noqa: BLE001 - said of the article that it is of
        if len(articles) == 1:
            return [Reread(error=f"{_id(articles[0])}: {type(error).__name__}: {error}")]
        return [one for article in articles for one in reread(task, [article])]


def _reread(task: Task, articles: Sequence[Held]) -> list[Reread]:
    held = [msgspec.json.decode(one.value, type=TaggedArticle) for one in articles]
    new = tag_many([h.article for h in held], _analyser(task.folder), datetime.now(UTC))
    return [_one(task, *three) for three in zip(articles, held, new, strict=True)]


def _one(task: Task, article: Held, held: TaggedArticle, new: TaggedArticle) -> Reread:
    raw, before, after = held.article, judging.scores(held), judging.scores(new)
    found, differs = tuple(judging.moves(before, after)), judging.differs(held, new)
    why = _reasons(_analyser(task.folder), new, found) if task.reasons else {}
    out = _message(judging.retagged(new, task.run, found), article.trace) if task.run and differs else None
    return Reread(raw.id, raw.title, raw.url, before, after, found, differs, why, out)


def _message(article: TaggedArticle, trace: str) -> Message:
    return message(TAGGED, article, source="cli", now=article.tagged_at, parent=SPAN.format(trace) if trace else None)


def _reasons(analyser: Analyser, new: TaggedArticle, found: Sequence[Move]) -> dict[str, dict[str, Any]]:
    """Return why each theme moved: what speaks for it now; of one that is lost, what `tag --explain` says."""
    has = {t.id: t.evidence for t in new.themes}
    lost = [m.theme for m in found if m.kind == "lost"]
    explained = {e.id: e for e in analyser.explain(new.article.title, new.article.content)} if lost else {}
    known = {t.id for t in analyser.taxonomy.themes}
    reasons: dict[str, dict[str, Any]] = {m.theme: {"for": _spans(has[m.theme])} for m in found if m.kind != "lost"}
    for theme in lost:
        if why := explained.get(theme):
            reasons[theme] = {
                "score": why.score, "threshold": why.threshold, "for": _spans(why.for_), "against": _spans(why.against),
            }  # fmt: skip
        else:
            reasons[theme] = {"reason": "nothing speaks for it" if theme in known else "the theme is not in the taxonomy"}
    return reasons


def _spans(evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    return [{"rule": e.rule, "text": e.text} for e in evidence[:SPANS]]


def _id(article: Held) -> str:
    found = msgspec.json.decode(article.value)
    return str(found.get("article", {}).get("id")) if isinstance(found, dict) else "?"


@cache
def _analyser(folder: str) -> Analyser:
    return Analyser(chosen(folder))
