"""A command does not wait for libraries that it has no use for."""

import subprocess
import sys

import pytest


def loaded(statement):
    said = subprocess.run(
        [sys.executable, "-c", f"{statement}; import sys; print(*sys.modules)"], check=True, capture_output=True, text=True
    )
    return {name.partition(".")[0] for name in said.stdout.split()}


@pytest.mark.parametrize("heavy", ["kafka", "elasticsearch", "numpy", "aiohttp", "httpx"])
def test_help_and_a_list_of_hits_need_no_engine_and_no_arrays(heavy):
    assert heavy not in loaded("from newsloom_cli.app import app; from newsloom_cli.look import tables")


def test_elasticsearchs_client_comes_without_the_ways_that_are_not_ours_and_still_works():
    there = loaded(
        "from newsloom_cli import lean; lean.elasticsearch(); lean.elasticsearch();"
        "from elasticsearch import Elasticsearch; Elasticsearch('http://127.0.0.1:9').close()"
    )
    assert {"elasticsearch", "urllib3"} <= there
    assert not {"aiohttp", "httpx", "requests"} & there


def test_what_was_hidden_is_to_be_had_afterwards():
    assert {"httpx", "aiohttp"} <= loaded("from newsloom_cli import lean; lean.elasticsearch(); import httpx, aiohttp")
