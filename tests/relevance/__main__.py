"""``python -m tests.relevance``: measure search on a real Elasticsearch, print it, write docs/relevance.md and its picture."""

import sys

from elasticsearch import Elasticsearch
from newsloom_native import running

from . import measuring, page, picture


def main() -> None:
    with running.elasticsearch() as engine, Elasticsearch(engine.address, request_timeout=60) as client:
        measured = measuring.measure(client)
    sys.stdout.write(page.write(measured) + "\n")
    picture.PICTURE.write_text(picture.draw(measured), "utf-8")


if __name__ == "__main__":
    main()
