"""An import counts when Kibana says so for every object, not when it answers 200."""

import httpx
import pytest
from newsloom_setup import SetupError, kibana


def client(answer):
    return httpx.Client(base_url="http://kibana", transport=httpx.MockTransport(answer))


def test_objects_are_sent_the_way_kibana_takes_them():
    seen = {}

    def answer(request):
        seen.update(path=request.url.path, overwrite=request.url.params["overwrite"], xsrf=request.headers["kbn-xsrf"])
        seen["body"] = request.read()
        return httpx.Response(200, json={"success": True, "successCount": 3})

    report = kibana.ensure(client(answer), b'{"type":"search"}\n')

    assert report.changed == ("3 Kibana objects imported",)
    assert (seen["path"], seen["overwrite"]) == ("/api/saved_objects/_import", "true")
    assert seen["xsrf"]
    assert b'filename="newsloom.ndjson"' in seen["body"]
    assert b'{"type":"search"}\n' in seen["body"]


def test_a_200_that_refused_an_object_is_a_failure_that_names_it():
    refused = {"type": "dashboard", "id": "d", "error": {"type": "missing_references"}}
    answer = {"success": False, "successCount": 2, "errors": [refused]}

    with pytest.raises(SetupError, match=r"dashboard d: .*missing_references"):
        kibana.judge(200, answer)


def test_an_error_without_a_list_gives_kibanas_own_sentence():
    with pytest.raises(SetupError, match=r"\(422\): too new"):
        kibana.judge(422, {"statusCode": 422, "message": "too new"})


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(200, json={"status": {"overall": {"level": "available"}}}), ""),
        (httpx.Response(503, json={"status": {"overall": {"level": "degraded"}}}), "degraded"),
        (httpx.Response(503, text="Kibana server is not ready yet"), "unavailable"),
    ],
)
def test_kibana_is_ready_when_it_says_available(answer, said):
    assert kibana.available(client(lambda _: answer)) == said
