"""An ingestor as a process, with its port for pushes open."""

import json
from contextlib import suppress
from pathlib import Path

import httpx
from newsloom_native import ports

from support import records
from support.services import Service

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-that-nobody-guesses"
AUTH = {"Authorization": f"Bearer {TOKEN}"}


class Pushing(Service):
    """An ingestor whose port for pushes is open."""

    def __init__(self, folder, **settings):
        self.port = ports.free()
        self.token_file = folder / "token"
        self.token_file.write_text(TOKEN)
        super().__init__("ingestor", folder, **{
            "seeds_dir": ROOT / "seeds", "state_dir": folder / "state", "feeds_file": "", "allow_private_addresses": "true",
            "push_port": self.port, "push_token_file": self.token_file, **settings,
        })  # fmt: skip

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/v1/articles"

    def push(self, *articles, **more):
        lines = b"\n".join(json.dumps(a).encode() for a in articles)
        return httpx.post(
            self.url,
            content=lines,
            headers={**AUTH, "Content-Type": "application/x-ndjson"},
            timeout=60,
            trust_env=False,
            **more,
        )

    def ready(self):
        with suppress(httpx.TransportError):
            return self.push({"title": ""}).status_code == 400
        return False

    def start(self):
        super().start()
        records.until(self.ready, 60, self.tail)
        return self
