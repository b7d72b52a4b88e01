"""Maven → files, with progress. It goes through the user's own Maven settings (mirrors, proxies, credentials)."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from newsloom_native import NativeError
from newsloom_native.progress import Progress

POM: Final = Path(__file__).with_name("pom.xml")
MISSING: Final = (
    "Maven (mvn) is not found: install it (Debian and Ubuntu: apt install maven, macOS: brew install maven), "
    "or use Docker: docker compose up"
)


@dataclass(frozen=True, slots=True)
class Maven:
    """``repository`` is the local one that it downloads into; its growth is the progress we show."""

    command: str
    java_home: Path
    repository: Path
    progress: Progress
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def run(self, *arguments: str) -> None:
        """Run Maven on our pom; raise NativeError with its first error line."""
        command = [self.command, "--batch-mode", "--no-transfer-progress"]
        command += [f"-Dmaven.repo.local={self.repository}", "-f", str(POM), *arguments]
        with tempfile.TemporaryFile("w+") as output:
            process = subprocess.Popen(
                command,
                env=self._environment(),
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
            self._watch(process)
            if process.returncode != 0:
                raise NativeError(f"Maven failed: {_reason(output)}", code=1)

    def get(self, group: str, artifact: str, version: str, kind: str) -> Path:
        """Return the file of one artifact, downloaded where it is not there yet."""
        self.run("dependency:get", "-Dtransitive=false", f"-Dartifact={group}:{artifact}:{version}:{kind}")
        return self.repository.joinpath(*group.split("."), artifact, version, f"{artifact}-{version}.{kind}")

    def _environment(self) -> dict[str, str]:
        """Leave the user's Java to Maven, which may know his certificates; where there is none, give it ours."""
        ours = {} if shutil.which("java") or self.environ.get("JAVA_HOME") else {"JAVA_HOME": str(self.java_home)}
        return {**self.environ, **ours}

    def _watch(self, process: "subprocess.Popen[bytes]") -> None:
        """Show progress until Maven ends; end it when we are interrupted."""
        try:
            while process.poll() is None:
                self.progress.show(size(self.repository))
                time.sleep(0.5)
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
            raise


def find() -> str:
    """Return the mvn command."""
    command = shutil.which("mvn")
    if command is None:
        raise NativeError(MISSING)
    return command


def size(folder: Path) -> int:
    """Return the bytes of all files below a folder, while another process writes there."""
    return sum(_size(Path(base, name)) for base, _, names in os.walk(folder) for name in names)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # Maven renames a download when it is complete
        return 0


def _reason(output: IO[str]) -> str:
    output.seek(0)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", output.read()).strip().splitlines() or ["it said nothing"]
    return next((line.removeprefix("[ERROR] ") for line in lines if line.startswith("[ERROR]")), lines[-1])
