"""``newsloom …``: run the command and leave the way a good tool leaves: one line for a mistake, never a traceback.

Exit codes: 0 done; 1 the question was fine but there is no answer (an engine is down, no such article); 2 a mistake in
the command or its input; 130 after Ctrl-C. A reader that goes away (``| head``) is no mistake.
"""

import os
import sys
from collections.abc import Sequence

import click
from newsloom_common.settings import SettingsError

from newsloom_cli.app import app
from newsloom_cli.errors import Problem, WrongInputError, say
from newsloom_cli.output import ReaderGoneError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _escape_what_cannot_be_written()
    try:
        return app.main(arguments, prog_name="newsloom", standalone_mode=False) or 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help(), err=True)
        return error.exit_code
    except click.Abort:  # Ctrl-C: click has ended the terminal's line already
        return 130
    except ReaderGoneError:
        _forget_standard_output()
        return 0
    except (Problem, click.ClickException, SettingsError) as error:
        return _told(error)


def _told(error: Problem | click.ClickException | SettingsError) -> int:
    say(error.format_message() if isinstance(error, click.ClickException) else str(error))
    return WrongInputError.exit_code if isinstance(error, SettingsError) else error.exit_code


def _escape_what_cannot_be_written() -> None:
    """A terminal of another encoding, or half a surrogate pair in a title, must not end the command."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")


def _forget_standard_output() -> None:
    """Point it to nowhere, so that Python's own last flush does not complain about the broken pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
