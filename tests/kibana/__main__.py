"""``python -m tests.kibana``: fill a real Elasticsearch with the sample stream and draw every dashboard for the documents."""

from pathlib import Path

from elasticsearch import Elasticsearch
from newsloom_native import running

from . import filled, objects, preview

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


def draw(client: Elasticsearch) -> None:
    for identity, attributes in objects.of("dashboard").items():
        picture(identity).write_text(preview.draw(attributes, filled.dashboard(client, identity)), "utf-8")


def picture(identity: str) -> Path:
    return PICTURES / f"kibana-{identity.removeprefix('newsloom-')}.svg"


def main() -> None:
    with running.elasticsearch() as engine, Elasticsearch(engine.address, request_timeout=60) as client:
        filled.fill(client)
        draw(client)


if __name__ == "__main__":
    main()
