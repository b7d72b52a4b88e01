"""Commands of newsloom, and the seed as the tagger reads it → the SVG pictures of the documents: python docs/picture.py.

Run it while `make up` or `make demo` runs; `python docs/picture.py seed` needs no engine. Each command runs in a terminal of
its own (a pty), so that what is drawn is what a person sees.
"""

import html
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from fcntl import ioctl
from pathlib import Path

from newsloom_tagger.analysis import Analyser
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

PICTURES = Path(__file__).with_name("pictures")
SEEDS = Path(__file__).parents[1] / "seeds"
COLOURS = ("#ff9f9f", "#9fd0ff", "#ffe08a", "#b8e994", "#d6b3ff", "#ffb870", "#8ee6d8", "#f5a9e1", "#c9d1d9", "#d7c49e")
FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)  # rich names a web font: the reader's own will do
LENGTHS = re.compile(r'textLength="[^"]*"(?P<rest>[^>]*)>(?P<text>[^<]*)</text>')
CELL = 12.2  # units that rich gives a cell
COLUMNS, ROWS = 110, 200
COMMANDS = {
    "search": ["newsloom", "search", "算力", "--size", "3"],
    "tail": ["newsloom", "tail", "--theme", "compute-scarcity", "--from-beginning", "--max", "5"],
    "status": ["newsloom", "status"],
    "alerts": ["newsloom", "alerts", "try", "theme:compute-scarcity", "--since", "4w", "--samples", "2"],
}


def seen(command):
    """Return what the command writes to a terminal."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    program = [str(Path(sys.executable).with_name(command[0])), *command[1:]]
    with subprocess.Popen(program, stdout=theirs, stdin=theirs, env=environment) as process:
        os.close(theirs)
        written = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}: is the stream running?")
    return written.decode().replace("\r\n", "\n")


def _read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end is closed
        return b""


def main():
    PICTURES.mkdir(exist_ok=True)
    draw("seed", annotated())
    if sys.argv[1:] != ["seed"]:
        for name, command in COMMANDS.items():
            draw(name, Text.from_ansi(f"\x1b[1m$ {' '.join(command)}\x1b[0m\n{seen(command)}"))


def draw(name, text):
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True)
    console.print(text)
    drawn = console.export_svg(title="newsloom", unique_id=name)
    (PICTURES / f"{name}.svg").write_text(LENGTHS.sub(_cells, FONTS.sub("", drawn)), encoding="utf-8")


def annotated():
    """Return the seed with each theme's evidence in the theme's colour, under a legend that says the scores."""
    title, content = next(SEEDS.glob("*.txt")).read_text("utf-8").split("\n", 1)
    themes = Analyser().analyse(title, content).themes
    colours = dict(zip((t.id for t in themes), COLOURS, strict=False))
    legend = Text("  ").join(
        Text(f" {t.id} {t.score:.2f} ", style=f"black on {colours[t.id]}") for t in themes if t.id in colours
    )
    fields = {"title": Text(title, style="bold"), "content": Text(content)}
    for theme in reversed(themes):
        for e in theme.evidence:
            fields[e.field].stylize(colours[theme.id], e.start, e.end)
    return Text("\n\n").join([legend, fields["title"], fields["content"]])


def _cells(match):
    """Chinese takes two cells a character; rich reckons with one and would have it squeezed."""
    return f'textLength="{cell_len(html.unescape(match["text"])) * CELL:g}"{match["rest"]}>{match["text"]}</text>'


main()
