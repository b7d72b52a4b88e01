"""Ask Elasticsearch about every character, and write the tables that the query language reads."""

from pathlib import Path

from elasticsearch import Elasticsearch
from newsloom_native import running
from newsloom_setup import index

from . import characters

FOLDER = Path(__file__).parents[2] / "services/query/newsloom_query"


def main() -> None:
    with running.elasticsearch() as engine, Elasticsearch(engine.address, request_timeout=60) as client:
        index.ensure(client)
        for name, ask in (("folding", characters.foldings), ("classes", characters.classes)):
            (FOLDER / f"{name}.json").write_text(characters.written(ask(client)), "utf-8")


if __name__ == "__main__":
    main()
