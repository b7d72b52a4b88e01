"""What set-up is told by its environment."""

from pathlib import Path

from newsloom_common.settings import Settings


class SetupSettings(Settings, frozen=True, kw_only=True):
    """Set-up's settings. An empty ``secrets_dir`` means engines without passwords, as where everything runs without Docker.

    ``patience`` is how many seconds an engine may take to start.
    """

    secrets_dir: str = ""
    keys_dir: str = ""
    kibana: str = "http://127.0.0.1:5601"
    kibana_objects: str = "deploy/kibana/newsloom.ndjson"
    patience: float = 300

    def secret(self, name: str) -> Path:
        """Return where a secret lies: ``elasticsearch/password``."""
        return Path(self.secrets_dir, name)
