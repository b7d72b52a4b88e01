"""supervisor: which processes, in which order → its configuration file; and its XML-RPC interface as a few verbs.

https://supervisord.org/configuration.html. It restarts what dies, keeps and rotates logs, and stops everything in order.
"""

import shlex
import sys
import time
import xmlrpc.client
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from supervisor.xmlrpc import SupervisorTransport

from newsloom_native.engines import Engine
from newsloom_native.users import User

SERVICES: Final = ("ingestor", "tagger", "indexer", "notifier")
ENGINE_STOPS: Final = 60  # seconds for Kafka to write its logs out, before it is killed
SERVICE_STOPS: Final = 30  # seconds to finish a batch, flush and commit


@dataclass(frozen=True, slots=True)
class Program:
    """A process under supervisor. ``rank`` orders them: the low ones stop last. Engines start at once, services when told."""

    name: str
    command: Sequence[str]
    folder: Path
    rank: int
    stops: int
    starts_alone: bool
    user: str = ""
    env: Mapping[str, str] = field(default_factory=dict)


class State(NamedTuple):
    """What supervisor says of a process: its state's name, its process id (0 where there is none), and a remark."""

    name: str
    state: str
    pid: int
    remark: str

    @property
    def well(self) -> bool:
        return self.state in {"STARTING", "RUNNING"}


def engine(rank: int, it: Engine, user: User) -> Program:
    """Return an engine as a program: its environment is its own alone, not what the user's shell holds."""
    command = ("/usr/bin/env", "-i", *(f"{k}={v}" for k, v in it.env.items()), *it.command)
    return Program(it.name, command, it.folder, rank, ENGINE_STOPS, starts_alone=True, user=user.name if user.switch else "")


def service(name: str, rank: int, folder: Path) -> Program:
    """Return one of newsloom's services as a program; it inherits supervisor's environment."""
    return Program(name, (sys.executable, "-m", f"newsloom_{name}"), folder, rank, SERVICE_STOPS, starts_alone=False)


def render(programs: Sequence[Program], var: Path, logs: Path, socket: Path, *, root: bool) -> str:
    """Return supervisord.conf. No I/O."""
    daemon: dict[str, object] = {
        "nodaemon": "true",
        "logfile": "/dev/null",  # with nodaemon it writes to standard output too, which `up` keeps
        "pidfile": var / "supervisor.pid",
        **({"user": "root"} if root else {}),  # says that it is meant; the engines get a user of their own
    }
    sections: dict[str, Mapping[str, object]] = {
        "supervisord": daemon,
        "unix_http_server": {"file": socket, "chmod": "0700"},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
        **{f"program:{p.name}": _program(p, logs) for p in programs},
    }  # fmt: skip
    return "\n".join(_section(name, settings) for name, settings in sections.items())


def _program(p: Program, logs: Path) -> dict[str, object]:
    return {
        "command": shlex.join(p.command),
        "directory": p.folder,
        "priority": p.rank,
        "autostart": str(p.starts_alone).lower(),
        "autorestart": "true",
        "startsecs": 2,
        "startretries": 20,
        "stopwaitsecs": p.stops,
        "stopasgroup": "true",  # Elasticsearch is a launcher and a server: both are told
        "redirect_stderr": "true",
        "stdout_logfile": logs / f"{p.name}.log",
        "stdout_logfile_maxbytes": "10MB",
        "stdout_logfile_backups": 2,
        **({"user": p.user} if p.user else {}),
    }


def _section(name: str, settings: Mapping[str, object]) -> str:
    lines = [f"{key}={str(value).replace('%', '%%')}" for key, value in settings.items()]
    return "\n".join([f"[{name}]", *lines, ""])


class Supervisor:
    """A running supervisord, by its socket. Each call makes its own connection, so that a restart of it is no matter."""

    def __init__(self, socket: Path) -> None:
        self._url = f"unix://{socket}"

    def states(self) -> list[State]:
        """Return the processes and how they are, in the order they were started; none where no supervisor answers."""
        try:
            found: list[dict[str, Any]] = self._call("getAllProcessInfo")
        except (OSError, HTTPException, xmlrpc.client.Error):
            return []
        ordered = sorted(found, key=lambda p: p["start"] or p["now"])
        return [State(p["name"], p["statename"], p["pid"], p["spawnerr"] or p["description"]) for p in ordered]

    def start(self, names: Sequence[str]) -> list[str]:
        """Start processes, all at once; return those that did not stay for the two seconds that supervisor asks for."""
        for name in names:
            with suppress(xmlrpc.client.Fault):
                self._call("startProcess", name, False)
        while any(s.state == "STARTING" for s in self.states() if s.name in names):
            time.sleep(0.2)
        running = {s.name for s in self.states() if s.state == "RUNNING"}
        return [name for name in names if name not in running]

    def shut_down(self) -> None:
        """Ask it to stop all processes, the services first, and to end."""
        self._call("shutdown")

    def _call(self, method: str, *arguments: object) -> Any:
        transport = cast("xmlrpc.client.Transport", SupervisorTransport(None, None, self._url))
        with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)
