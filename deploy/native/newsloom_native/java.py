"""A JDK of 21 or newer: Elasticsearch 9 needs one, and the default ``java`` of many systems is older."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from newsloom_native import NativeError

OLDEST: Final = 21
NEWEST_TRIED: Final = 25  # newer ones are taken too, but last
USUAL: Final = (
    "/usr/lib/jvm/*",
    "/opt/java/*",
    "~/.sdkman/candidates/java/*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
    "/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
)
MISSING: Final = (
    f"no JDK of {OLDEST} or newer is found (JAVA_HOME, /usr/lib/jvm, PATH): "
    "install one (Debian and Ubuntu: openjdk-21-jdk-headless, macOS: brew install openjdk@21), or use Docker: docker compose up"
)


def find(environ: Mapping[str, str], usable: Callable[[Path], bool] = lambda _: True) -> Path:
    """Return the home of the JDK to use: JAVA_HOME where it is new enough, else the best of the usual places.

    ``usable`` says whether the user that the engines run as can read a folder.
    """
    named = [Path(environ[name]) for name in ("JAVA_HOME",) if environ.get(name)]
    found = choose(named, usable) or choose([*usual(USUAL), *on_path(), *macos()], usable)
    if found is None:
        raise NativeError(MISSING)
    return found


def choose(homes: Iterable[Path], usable: Callable[[Path], bool]) -> Path | None:
    """Return the newest home that was tried with the engines, else the oldest that is newer, else None."""
    versions = {home: version(home) for home in homes if usable(home)}
    fit = [home for home, v in versions.items() if v >= OLDEST]
    return min(fit, key=lambda h: (versions[h] > NEWEST_TRIED, abs(NEWEST_TRIED - versions[h])), default=None)


def version(home: Path) -> int:
    """Return the feature version (21), or 0 where this is no Java home. The ``release`` file is read, else java is asked."""
    java, release = home / "bin/java", home / "release"
    if not java.is_file():
        return 0
    said = release.read_text(encoding="utf-8", errors="replace") if release.is_file() else ""
    return feature(said, r'^JAVA_VERSION="([^"]+)"') or feature(_ask(java), r'version "([^"]+)"')


def feature(text: str, pattern: str) -> int:
    """Return 21 for 21.0.3, and 8 for the older way of counting, 1.8.0_402."""
    match = re.search(pattern, text, re.MULTILINE)
    numbers = [int(n) for n in re.findall(r"\d+", match[1])] if match else []
    return numbers[1] if numbers[:1] == [1] and len(numbers) > 1 else next(iter(numbers), 0)


def usual(patterns: Iterable[str]) -> list[Path]:
    """Return the folders that match, links to one and the same folder once."""
    found = (path for pattern in patterns for path in sorted(Path("/").glob(str(Path(pattern).expanduser()).lstrip("/"))))
    return list(dict.fromkeys(path.resolve() for path in found))


def on_path() -> list[Path]:
    """Return the home of the ``java`` on PATH, through its links."""
    java = shutil.which("java")
    return [Path(java).resolve().parents[1]] if java else []


def macos() -> list[Path]:
    """Return what macOS itself says is the newest Java."""
    tool = Path("/usr/libexec/java_home")
    return [Path(_run(str(tool), "-v", f"{OLDEST}+").strip())] if tool.exists() else []


def _ask(java: Path) -> str:
    return _run(str(java), "-version")


def _run(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr
