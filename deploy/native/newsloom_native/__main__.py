"""python -m newsloom_native: newsloom and its engines on this machine, without Docker."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from newsloom_native import NativeError, addresses, demo, places, running, tools, up
from newsloom_native import fetch as fetching
from newsloom_native.supervise import Supervisor

COLOURS = {"RUNNING": "green", "STARTING": "yellow", "STOPPED": "dim"}


class Commands(click.Group):
    """A group whose own errors are one line on standard error."""

    def invoke(self, ctx: click.Context) -> Any:
        for sign in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, signal.default_int_handler)  # whoever ends us: what we started ends too
        try:
            return super().invoke(ctx)
        except NativeError as error:
            click.echo(f"newsloom-native: {error}", err=True)
            ctx.exit(error.code)
        except KeyboardInterrupt:
            ctx.exit(128 + signal.SIGINT)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run newsloom with real Kafka and Elasticsearch, as processes of this machine, without Docker.

    \b
    NEWSLOOM_KAFKA_PORT, NEWSLOOM_ELASTICSEARCH_PORT   ports (9092 and 9200 where free, else free ones)
    NEWSLOOM_PUSH_PORT    where articles can be pushed in (8090 where free, else a free one)
    NEWSLOOM_DATA_DIR     articles, index and logs (var; as root /var/lib/newsloom)
    NEWSLOOM_CACHE_DIR    the fetched engines (~/.cache/newsloom; as root /var/cache/newsloom)
    NEWSLOOM_MAVEN_REPO   a local Maven repository to fetch them through, and to keep
    NEWSLOOM_RUN_AS       who runs the engines if root starts this (nobody)
    JAVA_HOME             the Java, if 21 or newer
    """  # noqa: D301 - click wants the control character


@main.command()
def fetch() -> None:
    """Fetch the engines by Maven, once."""
    host = running.host(click.echo)
    click.echo(f"Kafka: {host.software.kafka}\nElasticsearch: {host.software.elasticsearch}\nJava: {host.java_home}")


@main.command(name="up")
@click.option("--detach", is_flag=True, help="Return when all of it runs; `down` ends it.")
def run(detach: bool) -> None:
    """Run engines and services, until Ctrl-C or `down`."""
    here = up.checkout()
    with up.stack(here, click.echo, detach=detach) as it:
        demo.where(Console(), it.settings, here, detached=detach)
        if not detach:
            _wait(it)


@main.command(name="demo")
@click.option(
    "--seconds",
    type=float,
    envvar="DEMO_SECONDS",
    help="End by itself: exit code 0 as soon as all is searchable, 1 where it is not after so many seconds.",
)
def show(seconds: float | None) -> None:
    """Run everything with the sample feed, and show the articles arrive."""
    here, console = up.checkout(), Console()
    demo.announce(console)
    with up.stack(here, click.echo, feeds=demo.SAMPLE.as_uri(), quick=True) as it:
        try:
            demo.show(console, it, seconds)
        except KeyboardInterrupt:
            if seconds is not None:
                raise
            click.echo()


@main.command()
def down() -> None:
    """Stop what `up --detach` started, or an `up` or `demo` of another terminal."""
    click.echo("Stopped" if up.down(up.checkout(), click.echo) else "Nothing runs")


@main.command()
def status() -> None:
    """Show the processes; exit 1 where one of them does not run."""
    states = Supervisor(up.checkout().socket).states()
    table = Table("process", "state", "", box=None)
    for state in states:
        table.add_row(state.name, f"[{COLOURS.get(state.state, 'red')}]{state.state.lower()}[/]", state.remark)
    Console().print(table if states else "Nothing runs: `make up` starts it")
    sys.exit(not states or any(not s.well for s in states))


@main.command()
@click.argument("names", nargs=-1)
def logs(names: tuple[str, ...]) -> None:
    """Follow the logs of all processes, or of those named."""
    folder = up.checkout().logs
    there = {path.stem: path for path in sorted(folder.glob("*.log"))}
    if unknown := [name for name in names if name not in there]:
        raise NativeError(f"{unknown[0]}: no such log; there are {', '.join(there) or 'none yet'}")
    if not there:
        raise NativeError(f"no logs yet in {folder}: `make up` starts newsloom")
    os.execvp("tail", ["tail", "-n", "20", "-F", *(str(there[name]) for name in names or there)])  # noqa: S606 - a fixed command


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("tool", metavar=f"{{{','.join(tools.CLASSES)}}}")
@click.argument("arguments", nargs=-1)
def kafka(tool: str, arguments: tuple[str, ...]) -> None:
    """Run one of Kafka's own tools: kafka console-consumer --topic news.tagged --from-beginning."""
    host, file = running.host(), up.checkout().env_file
    bootstrap = addresses.named(file.read_text(encoding="utf-8") if file.exists() else "", "KAFKA")
    command = tools.command(host.java_home, host.software.kafka, tool, arguments, bootstrap)
    os.execv(command[0], command)  # noqa: S606 - the tool takes our place


@main.command()
@click.option("--cache", is_flag=True, help="Remove the fetched engines too.")
def clean(cache: bool) -> None:
    """Remove the articles, the index and the logs of this checkout. Whatever runs is stopped first."""
    here = up.checkout()
    up.down(here, click.echo)
    click.echo(f"Removing the articles, the index and the logs in {here.data} and {here.var}")
    places.remove(here)
    if cache:
        software = places.cache(os.environ, Path.home(), root=os.geteuid() == 0)
        click.echo(f"Removing the engines in {software}")
        fetching.remove(software)


def _wait(it: up.Stack) -> None:
    try:
        it.wait()
    except KeyboardInterrupt:
        click.echo()


if __name__ == "__main__":
    main(prog_name="newsloom-native")
