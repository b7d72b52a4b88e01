"""Alerts on the terminal: what was found, marked; saved searches as a list; and what a search would have found, by day."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from newsloom_schemas.alerts import Alert, Passage
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from newsloom_cli.look import words
from newsloom_cli.look.tables import table

STATES: Final = {"on": "green", "paused": "yellow", "bad": "red"}
BAR: Final = 40  # characters of the longest bar
LIT: Final = "bold yellow"


def raised(alert: Alert, *, named: bool = True) -> RenderableType:
    """Return an alert: the article's title, what was found in it, its themes, where it is from; ``named``: by which search."""
    article = alert.article
    feed = (article.feed.title or article.feed.url) if article.feed else ""
    head = [passage for passage in alert.passages if passage.field == "title" and passage.text == article.title]
    title = _passage(head[0]) if head else words.plain(article.title)
    title.stylize_before("bold")
    body: list[RenderableType] = [
        *(_passage(p) for p in alert.passages if p not in head),
        *([_telling(alert)] if not alert.passages and _telling(alert) else []),
        words.Themes((t.id, t.score) for t in alert.themes),
        words.joined(
            [words.moment(article.published_at or article.fetched_at), feed, article.language, article.id, article.url]
        ),
    ]
    first = Text.assemble(words.plain(alert.search, "bold cyan"), "  ", title) if named else title
    return Padding(Group(first, *(Padding(part, (0, 0, 0, 2)) for part in body)), (0, 0, 1, 0))


def searches(lines: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Return the saved searches, those that cannot be asked with the reason."""
    if not lines:
        return Text("no saved searches: `newsloom alerts add NAME QUERY` saves one", "dim")
    made = table("search", "state", "alerts in 7 days", "last one", "query")
    for row in lines:
        said = words.plain(row["query"] or "")
        if row["about"]:
            said.append("\n").append_text(words.plain(row["about"], "dim"))
        if row["problem"]:
            said.append("\n").append_text(words.plain(row["problem"], "red"))
        state = Text(row["state"], STATES[row["state"]])
        last = Text(words.moment(row["last_alert"]), "dim")
        made.add_row(words.plain(row["name"], "bold"), state, f"{row['alerts']:,}", last, said)
    return made


def tried(found: Mapping[str, Any], samples: Sequence[Alert]) -> RenderableType:
    """Return how much a search would have found: a bar a day, then the newest stories."""
    days = found["days"]
    most = max((day["stories"] for day in days), default=0)
    made = table(found["by"], "stories", "articles", "")
    for day in days:
        bar = "█" * max(1, round(BAR * day["stories"] / most)) if day["stories"] else ""
        made.add_row(Text(day["day"], "dim"), f"{day['stories']:,}", f"{day['articles']:,}", Text(bar, "cyan"))
    stories, articles = found["stories"], found["articles"]
    count = f"{stories:,} {'story' if stories == 1 else 'stories'} in {articles:,} {'article' if articles == 1 else 'articles'}"
    head = Text(f"{count} since {words.moment(found['since'])}" if articles else "nothing found", "bold" if articles else "dim")
    newest = [Text("the newest:", "dim"), Text(), *(raised(one, named=False) for one in samples)] if samples else []
    return Group(head, Text(), made, Text(), *newest) if articles else head


def _passage(passage: Passage) -> Text:
    """Return the passage on one line, what was found marked."""
    pieces, at = [], passage.start
    for span in passage.found:
        pieces += [(at, span.start, ""), (span.start, span.end, LIT)]
        at = span.end
    text = Text()
    for start, end, style in [*pieces, (at, passage.end, "")]:
        text.append_text(words.plain(passage.text[start - passage.start : end - passage.start].replace("\n", " "), style))
    return text


def _telling(alert: Alert) -> Text:
    found = next((t.telling for t in alert.themes if t.telling), None)
    return words.plain(" ".join(found.text.split()), "italic") if found else Text()
