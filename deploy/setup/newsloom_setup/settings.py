"""What set-up is told by its environment."""

from pathlib import Path
from typing import Any, Literal

from newsloom_common.settings import Settings, SettingsError
from newsloom_schemas.index import FOREVER

from newsloom_setup.passwords import ELASTIC


class SetupSettings(Settings, frozen=True, kw_only=True):
    """Set-up's settings. An empty ``secrets_dir`` means engines without passwords, as where everything runs without Docker.

    ``patience`` is how many seconds an engine may take to start. ``themes_dir`` holds other theme files than the packaged ones,
    as the taggers are told; ``retention`` is how long articles stay in the index, as the indexer is told.
    ``analysis`` is how text is made into terms: by ourselves, or by a plugin of Elasticsearch.
    """

    secrets_dir: str = ""
    keys_dir: str = ""
    kibana: str = "http://127.0.0.1:5601"
    kibana_objects: str = "deploy/kibana/newsloom.ndjson"
    patience: float = 300
    themes_dir: str = ""
    retention: str = FOREVER
    analysis: Literal["own", "smartcn", "icu"] = "own"

    def secret(self, name: str) -> Path:
        """Return where a secret lies: ``elasticsearch/password``."""
        return Path(self.secrets_dir, name)

    def credentials(self) -> dict[str, Any]:
        """Return what Elasticsearch's client is told beside the address. Raises SettingsError where the secret is missing."""
        return {"basic_auth": ("elastic", read(self.secret(ELASTIC)))} if self.secrets_dir else {}


def read(path: Path) -> str:
    """Return a secret. Raises SettingsError naming the file."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
