"""What all groups of commands have in common."""

import click
from newsloom_common import near

SENTENCE = 200  # characters at most


class Commands(click.Group):
    """A group that, asked for a command it does not have, names those that may be meant.

    It lists its commands in the order given, as an article goes and not by the alphabet, each with a whole sentence.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order in which they were added."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands; click's own cuts sentences off at the end of the line."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(SENTENCE)) for name, command in self.commands.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command of the arguments."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            ctx.fail(near.unknown("command", args[0], self.commands, f"`{ctx.command_path} --help` lists them"))
        return super().resolve_command(ctx, args)
