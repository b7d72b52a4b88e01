"""The tables of characters are still what Elasticsearch says: a new one may be of another Unicode."""

import json
from importlib.resources import files

import pytest
from elasticsearch import Elasticsearch
from newsloom_setup import index
from support import indices

from . import characters

pytestmark = [pytest.mark.engines, pytest.mark.timeout(240)]
SAMPLE = characters.characters()[::7]
ODD = 0.01  # share of characters that are two things at once: marks of South-East Asian scripts, skin tones


@pytest.fixture(scope="module")
def client(elasticsearch_url):
    with Elasticsearch(elasticsearch_url, request_timeout=120) as client:
        indices.drop(client)
        index.ensure(client)
        yield client
        indices.drop(client)


def test_characters_fold_as_in_the_index(client):
    assert characters.foldings(client) == json.loads(files("newsloom_query").joinpath("folding.json").read_text("utf-8"))


@pytest.mark.parametrize("probe", ["@", "a@b"])
def test_characters_end_and_join_words_as_in_the_index(client, probe):
    lines = [probe.replace("@", c) for c in SAMPLE]
    theirs = [found for part in characters.batches(lines) for found in characters.tokens(client, part)]
    wrong = [line for line, found in zip(lines, theirs, strict=True) if characters.ours(line) != found]
    assert len(wrong) <= ODD * len(lines), wrong
