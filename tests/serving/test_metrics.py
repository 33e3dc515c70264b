"""What happens to requests is counted, by model and by reason."""

import threading
import time

import grpc
import pytest
from prometheus_client import REGISTRY

from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc


@pytest.fixture
def counted():
    """Returns by how much a series has grown since the test began."""
    before = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for metric in REGISTRY.collect()
        for sample in metric.samples
    }

    def grown(name, **labels):
        value = REGISTRY.get_sample_value(name, labels)
        return (value or 0.0) - before.get((name, *sorted(labels.items())), 0.0)

    return grown


def _suggest(address, timeout=5.0, **fields):
    with grpc.insecure_channel(address) as channel:
        request = pb.SuggestRequest(**fields)
        return rpc.SuggesterStub(channel).Suggest(request, timeout=timeout)


def test_missing_models_are_counted_by_reason(
    running, loaded, predictor, counted, free_port
):
    gate = threading.Event()
    address = running(
        loaded(predictor("brand", error=ValueError()), predictor("price", gate=gate)),
        predictors={"category": f"127.0.0.1:{free_port}"},
    )

    answer = _suggest(address, timeout=1.0)
    gate.set()

    assert len(answer.missing) == 3
    for model, kind in (
        ("brand", "failed"),
        ("price", "deadline"),
        ("category", "unavailable"),
    ):
        labels = {"model": model, "kind": kind, "release": "r1"}
        assert counted("listrec_answers_total", **labels) == 1


def test_the_time_of_a_model_is_counted_by_release(running, loaded, predictor, counted):
    address = running(loaded(predictor("price")))

    _suggest(address)
    _suggest(address)

    # The warm-up is a batch too.
    labels = {"model": "price", "release": "r1"}
    assert counted("listrec_model_seconds_count", **labels) == 3


def test_the_time_of_a_remote_predictor_is_counted(running, loaded, predictor, counted):
    remote = running(loaded(predictor("price")), suggests=False)

    _suggest(running(loaded(), predictors={"price": remote}))

    assert counted("listrec_remote_seconds_count", model="price") == 1


def test_refusals_are_counted_without_a_time(running, loaded, predictor, counted):
    address = running(loaded(predictor("price")))

    with pytest.raises(grpc.RpcError, match="no model 'colour'"):
        _suggest(address, models=["colour"])

    refused = {"method": "Suggest", "status": "INVALID_ARGUMENT"}
    end = time.monotonic() + 10
    # An error is counted after it is sent.
    while not counted("listrec_requests_total", **refused):
        assert time.monotonic() < end
        time.sleep(0.01)
    assert counted("listrec_request_seconds_count", method="Suggest") == 0


def test_a_client_without_a_token_is_counted(
    running, loaded, predictor, counted, tmp_path
):
    tokens = tmp_path / "tokens"
    tokens.write_text("shop a-secret-of-the-shop\n")
    address = running(loaded(predictor("price")), tokens=str(tokens))

    with pytest.raises(grpc.RpcError, match="a token is needed"):
        _suggest(address)

    labels = {"method": "Suggest", "status": "UNAUTHENTICATED"}
    assert counted("listrec_requests_total", **labels) == 1
