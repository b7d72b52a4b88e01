"""chance → one file a secret, made once and never changed"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

from newsloom_setup import Report

ELASTIC: Final = "elasticsearch/password"
KIBANA: Final = "kibana/password"
ENCRYPTION: Final = "kibana/encryption-key"  # of saved alerts and sessions; with another one they cannot be read any more
PUSH: Final = "push/token"  # of whoever may push articles in
SECRETS: Final = (ELASTIC, KIBANA, ENCRYPTION, PUSH)


def ensure(folder: Path, chance: Callable[[], str] = lambda: secrets.token_hex(16)) -> Report:
    """Make the files that are missing: 128 random bits as 32 hex digits, readable by their owner only (mode 400)."""
    made = tuple(name for name in SECRETS if create(folder / name, chance()))
    return Report(created=made, kept=tuple(name for name in SECRETS if name not in made))


def create(path: Path, text: str) -> bool:
    """Write a file that does not exist yet, whole or not at all; return whether it was written."""
    if path.exists():
        return False
    replace(path, text)
    return True


def replace(path: Path, text: str) -> None:
    """Write a secret file whole or not at all, also where this process is killed half-way."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
