"""newsloom themes: the taxonomy."""

from typing import Any

import click

from newsloom_cli.options import examples, json_option
from newsloom_cli.output import Output


@click.command(short_help="List the themes.", epilog=examples("newsloom themes", "newsloom themes | jq -r .id"))
@json_option
def themes(as_json: bool) -> None:
    """List the themes: id, group, names, topic, and what an article of the theme is about."""
    from newsloom_schemas.topics import theme_topic
    from newsloom_tagger.taxonomy import ThemeRules, installed

    from newsloom_cli.look import tables

    def line(theme: ThemeRules) -> dict[str, Any]:
        return {
            "id": theme.id,
            "group": theme.group,
            "names": {"en": theme.name_en, "zh": theme.name_zh},
            "topic": theme_topic(theme.id),
            "about": theme.about,
        }

    lines = [line(t) for t in installed().themes]
    Output(as_json).put_all(lines, lambda: tables.themes(lines))
