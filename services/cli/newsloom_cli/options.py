"""Options that several commands share, and what their values must look like."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem
from newsloom_common import moments, near

F = TypeVar("F", bound=Callable[..., Any])
json_option = click.option("--json", "as_json", is_flag=True, help="JSON lines, also on a terminal.")


class ThemeId(click.ParamType):
    """A theme of the taxonomy; completes to all of them."""

    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the id, or say which ids are like it."""
        known = _theme_ids()
        if value not in known:
            self.fail(near.unknown("theme", str(value), known, "`newsloom themes` lists them"), param, ctx)
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        """Return the ids that begin so."""
        return [CompletionItem(t) for t in _theme_ids() if t.startswith(incomplete)]


class Since(click.ParamType):
    """A span back from now, or a date."""

    name = "span|date"
    read = staticmethod(moments.since)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the moment."""
        try:
            return value if isinstance(value, datetime) else self.read(str(value), datetime.now(UTC))
        except ValueError as error:
            return self.fail(str(error), param, ctx)


class Until(Since):
    """A span back from now, or a date, whose last moment is meant."""

    read = staticmethod(moments.until)


def theme_option(about: str) -> Callable[[F], F]:
    """Return the repeatable --theme."""
    return click.option("--theme", "themes", multiple=True, type=ThemeId(), metavar="ID", help=about)


def examples(*lines: str) -> str:
    """Return the end of a help text: the examples, as they are typed."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def _theme_ids() -> tuple[str, ...]:
    from newsloom_tagger.taxonomy import installed

    return tuple(t.id for t in installed().themes)
