"""Who the engines run as: Elasticsearch refuses root, and Kafka does not need it."""

import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsloom_native import NativeError


@dataclass(frozen=True, slots=True)
class User:
    """An account. ``switch`` is true where this process is root and a child has to become that user."""

    name: str
    uid: int
    gid: int
    switch: bool

    def popen(self) -> dict[str, Any]:
        """Return the arguments of subprocess that make the child run as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def own(self, *paths: Path) -> None:
        """Make these paths this user's."""
        for path in paths if self.switch else ():
            os.chown(path, self.uid, self.gid)

    def reads(self, path: Path) -> bool:
        """Say whether this user gets at a folder: every folder on the way must let others in."""
        if not self.switch:
            return os.access(path, os.R_OK | os.X_OK)
        return all(_lets_in(p, self) for p in [path.resolve(), *path.resolve().parents])


def engines(environ: Mapping[str, str]) -> User:
    """Return the user of the engines: ourselves, or NEWSLOOM_RUN_AS (``nobody``) where we are root."""
    if os.geteuid() != 0:
        return User(str(os.geteuid()), os.geteuid(), os.getegid(), switch=False)
    name = environ.get("NEWSLOOM_RUN_AS") or "nobody"
    try:
        other = pwd.getpwnam(name)
    except KeyError:
        raise NativeError(f"NEWSLOOM_RUN_AS={name}: there is no such user") from None
    if other.pw_uid == 0:
        raise NativeError(f"NEWSLOOM_RUN_AS={name}: Elasticsearch refuses to run as root, name another user")
    return User(name, other.pw_uid, other.pw_gid, switch=True)


def _lets_in(path: Path, user: User) -> bool:
    if not path.exists():
        return False
    stat = path.stat()
    shift = 6 if stat.st_uid == user.uid else 3 if stat.st_gid == user.gid else 0
    return stat.st_mode >> shift & 0o1 != 0
