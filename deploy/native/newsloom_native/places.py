"""Where things lie: software that any checkout can share, and the data and logs of this one."""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[3]
LONGEST_SOCKET: Final = 80  # a unix socket's path ends at 103 bytes on macOS, and supervisor appends its pid while it binds
ENGINES: Final = ("kafka", "elasticsearch")
OURS: Final = (
    "ingestor", "logs", "newsloom.env", "push-token", "supervisord.conf", "supervisor.pid", "supervisor.sock", "up.lock",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one checkout. ``data`` is readable by the user that the engines run as."""

    checkout: Path
    var: Path
    data: Path
    socket: Path

    @property
    def env_file(self) -> Path:
        return self.var / "newsloom.env"

    @property
    def token_file(self) -> Path:
        return self.var / "push-token"

    @property
    def logs(self) -> Path:
        return self.var / "logs"


def cache(environ: Mapping[str, str], home: Path, *, root: bool) -> Path:
    """Return the folder of fetched software.

    Root's goes to /var/cache: the engines run as another user then, who cannot read /root.
    """
    if given := environ.get("NEWSLOOM_CACHE_DIR"):
        return Path(given).absolute()
    if root:
        return Path("/var/cache/newsloom")
    return Path(environ.get("XDG_CACHE_HOME") or home / ".cache") / "newsloom"


def of(checkout: Path, environ: Mapping[str, str], temp: Path, *, root: bool) -> Places:
    """Return the folders of a checkout; two checkouts share nothing but the cache. NEWSLOOM_DATA_DIR takes it all elsewhere."""
    mark = hashlib.sha256(str(checkout).encode()).hexdigest()[:12]
    given = environ.get("NEWSLOOM_DATA_DIR")
    var = Path(given).absolute() if given else checkout / "var"
    data = Path("/var/lib/newsloom") / mark if root and not given else var
    socket = var / "supervisor.sock"
    if len(str(socket)) > LONGEST_SOCKET:
        socket = temp / f"newsloom-{hashlib.sha256(str(var).encode()).hexdigest()[:12]}.sock"
    return Places(checkout, var, data, socket)


def remove(here: Places) -> None:
    """Remove what a run leaves, and nothing else: the folder may be one that the user has named."""
    for path in [here.var / name for name in OURS] + [here.data / name for name in ENGINES]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for folder in {here.data, here.var}:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
