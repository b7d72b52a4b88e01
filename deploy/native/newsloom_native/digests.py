"""SHA-256 of what Maven brought, against the pom: mirrors often carry no checksums, so Maven itself cannot insist on them."""

import hashlib
from pathlib import Path

from newsloom_native import NativeError


def of_file(path: Path) -> str:
    """Return the SHA-256 of a file, as hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def of_folder(folder: Path) -> str:
    """Return the SHA-256 of what ``sha256sum *`` prints in a flat folder: of names and contents of all its files."""
    lines = (f"{of_file(path)}  {path.name}\n" for path in sorted(folder.iterdir()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def check(path: Path, wanted: str) -> None:
    """Raise NativeError where a file or folder is another one than the pom says. A file is removed, to be fetched anew."""
    found = of_folder(path) if path.is_dir() else of_file(path)
    if found == wanted:
        return
    if path.is_file():
        path.unlink()
    raise NativeError(f"{path.name}: its SHA-256 is {found} where pom.xml says {wanted}; it is not used", code=1)
