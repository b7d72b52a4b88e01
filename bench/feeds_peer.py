"""The peer, what most people would write first: ``python bench/feeds_peer.py PORT COUNT THREADS HANG [CORE]`` prints its cost.

A pool of threads, requests with its time-outs, ETag and Last-Modified kept in memory, bare feedparser (no sanitising, no
resolving of links), and a set of guids that were seen. It keeps nothing on disk, publishes nothing, checks no address, has no
limit of size or of time for a whole answer, and makes no plain text.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import local
from typing import Final

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import feedparser
import msgspec
import requests

from bench.feeds_documents import path, site

TIMEOUT_S: Final = 10.0  # to connect, and between two reads


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """One round of the peer's polls."""

    wall_s: float
    cpu_s: float
    articles: int
    failed: int


class Poller:
    """Remembers validators and guids while it runs."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._held: dict[int, dict[str, str]] = {}
        self._seen: set[str] = set()
        self._local = local()

    def poll(self, number: int) -> int | None:
        """Return how many articles are new, None where the feed could not be had."""
        try:
            answer = self._session().get(
                f"http://{site(number).host}:{self._port}{path(number)}", headers=self._held.get(number), timeout=TIMEOUT_S
            )
            answer.raise_for_status()
        except requests.RequestException:
            return None
        if answer.status_code == 304 or not answer.content:
            return 0 if answer.status_code == 304 else None
        self._held[number] = {"If-None-Match": answer.headers["etag"], "If-Modified-Since": answer.headers["last-modified"]}
        return self._new(answer)

    def _new(self, answer: requests.Response) -> int:
        if "json" in answer.headers["content-type"]:  # feedparser reads no JSON Feed
            found = {item["id"] for item in answer.json()["items"]}
        else:
            read = feedparser.parse(answer.content, sanitize_html=False, resolve_relative_uris=False)
            found = {entry.get("id") or entry.get("link") for entry in read.entries}
        new = found - self._seen
        self._seen |= new
        return len(new)

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
        session: requests.Session = self._local.session
        return session


def main(port: int, count: int, threads: int, hanging: int) -> list[Cost]:
    """Poll all feeds three times: when all is new, an hour later, and once more with feeds that hang."""
    poller = Poller(port)
    costs = []
    for n in (1, 2, 3):
        requests.get(f"http://127.0.0.1:{port}/control/hang/{hanging if n == 3 else 0}", timeout=TIMEOUT_S)
        requests.get(f"http://127.0.0.1:{port}/control/round/{n}", timeout=TIMEOUT_S)
        started, spent = time.monotonic(), time.process_time()
        with ThreadPoolExecutor(threads) as pool:
            gave = list(pool.map(poller.poll, range(count)))
        costs.append(
            Cost(
                wall_s=time.monotonic() - started,
                cpu_s=time.process_time() - spent,
                articles=sum(g or 0 for g in gave),
                failed=gave.count(None),
            )
        )
    return costs


if __name__ == "__main__":
    if sys.argv[5:]:
        os.sched_setaffinity(0, {int(sys.argv[5])})
    print(msgspec.json.encode(main(*map(int, sys.argv[1:5]))).decode())
