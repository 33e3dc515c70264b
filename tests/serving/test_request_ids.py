"""An id names a request in all places where somebody looks for it."""

import json
import logging
import time

import grpc
import pytest

from serving import request_ids, request_log
from serving.logs import JsonFormatter, Sampler
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc


@pytest.fixture
def logged(caplog, monkeypatch):
    """Waits for lines about an event; returns their methods and ids."""
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(request_log, "_SAMPLER", Sampler())

    def read(event, expected):
        end = time.monotonic() + 10
        while True:
            lines = [
                json.loads(JsonFormatter().format(each)) for each in caplog.records
            ]
            found = {
                (line.get("method", ""), line["request_id"])
                for line in lines
                if line["event"] == event
            }
            # A line is written after the answer is sent.
            if found == expected or time.monotonic() > end:
                return found
            time.sleep(0.01)

    return read


def _suggest(address, request_id=None, **fields):
    """Ask; return the status and the id in the trailing metadata."""
    metadata = ((request_ids.KEY, request_id),) if request_id else ()
    with grpc.insecure_channel(address) as channel:
        request = pb.SuggestRequest(**fields)
        call = rpc.SuggesterStub(channel).Suggest.with_call
        try:
            _, done = call(request, timeout=5, metadata=metadata)
        except grpc.RpcError as error:
            done = error
        return done.code(), dict(done.trailing_metadata())[request_ids.KEY]


def test_the_id_of_a_client_comes_back_and_is_logged(
    running, loaded, predictor, logged
):
    address = running(loaded(predictor("price")))

    assert _suggest(address, "shop-7.a_1") == (grpc.StatusCode.OK, "shop-7.a_1")

    expected = {("Suggest", "shop-7.a_1")}
    assert logged("request", expected) == expected


@pytest.mark.parametrize("harmful", ["two words", "a" * 65, "semi;colon", '"'])
def test_a_harmful_id_is_replaced(running, loaded, predictor, harmful):
    _, given = _suggest(running(loaded(predictor("price"))), harmful)

    assert len(given) == 16
    assert given.isalnum()


def test_every_request_has_an_id_of_its_own(running, loaded, predictor):
    address = running(loaded(predictor("price")))

    assert len({_suggest(address)[1] for _ in range(20)}) == 20


def test_an_error_has_the_id_of_its_request(running, loaded, predictor, logged):
    address = running(loaded(predictor("price")))

    status, given = _suggest(address, "wrong", models=["colour"])

    assert (status, given) == (grpc.StatusCode.INVALID_ARGUMENT, "wrong")
    expected = {("Suggest", "wrong")}
    assert logged("request", expected) == expected


def test_a_bug_has_the_id_of_its_request(running, loaded, predictor, logged):
    address = running(loaded(predictor("price", error=KeyError())))

    _suggest(address, "broken")

    expected = {("", "broken")}
    assert logged("bug", expected) == expected


def test_a_client_without_a_token_gets_an_id(running, loaded, predictor, tmp_path):
    tokens = tmp_path / "tokens"
    tokens.write_text("shop a-secret-of-the-shop\n")
    address = running(loaded(predictor("price")), tokens=str(tokens))

    assert _suggest(address, "mine") == (grpc.StatusCode.UNAUTHENTICATED, "mine")


def test_a_remote_predictor_is_told_the_id(running, loaded, predictor, logged):
    remote = running(loaded(predictor("price")), suggests=False)
    address = running(loaded(), predictors={"price": remote})

    _suggest(address, "across")

    expected = {("Suggest", "across"), ("Predict", "across")}
    assert logged("request", expected) == expected
