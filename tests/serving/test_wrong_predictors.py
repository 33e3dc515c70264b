"""A predictor of another process that answers nonsense costs its own answer, and no other."""

from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

from common.listing import Listing
from serving.breaker import MAX_FAILURES
from serving.client import Client
from serving.protos import listing_pb2 as pb


def _response(*suggestions):
    return pb.PredictResponse(model="price", release="r1", suggestions=suggestions)


RIGHT = pb.Suggestion(
    model="price", price=pb.PriceRange(median=20, low=10, high=30, currency="USD")
)

OF_ANOTHER_RELEASE = pb.PredictResponse(
    model="price", release="r2", suggestions=[RIGHT]
)


@pytest.fixture
def answering():
    """Starts predictors that answer with given bytes; returns their addresses."""
    servers = []

    def start(data):
        handler = grpc.unary_unary_rpc_method_handler(lambda request, context: data)
        server = grpc.server(ThreadPoolExecutor(1))
        service = grpc.method_handlers_generic_handler(
            "listing.v1.Predictor", {"Predict": handler}
        )
        server.add_generic_rpc_handlers((service,))
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        servers.append(server)
        return f"127.0.0.1:{port}"

    yield start
    for server in servers:
        server.stop(0)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff" * 100,
        b"",
        _response().SerializeToString(),
        _response(RIGHT, RIGHT).SerializeToString(),
        _response(pb.Suggestion(model="brand")).SerializeToString(),
        _response(pb.Suggestion()).SerializeToString(),
        OF_ANOTHER_RELEASE.SerializeToString(),
        bytes(2_000_000),
    ],
    ids=[
        "no message",
        "nothing",
        "no answer",
        "two answers",
        "another model",
        "nobody",
        "another release",
        "too long",
    ],
)
def test_a_predictor_that_answers_nonsense_is_missing_and_then_left_alone(
    running, loaded, predictor, answering, data
):
    front = running(
        loaded(predictor("brand")),
        predictors={"price": answering(data)},
        max_message_length=1_000_000,
    )

    with Client(front) as client:
        answers = [client.suggest(Listing("shoes")) for _ in range(MAX_FAILURES + 2)]

    assert all(list(each.by_model) == ["brand"] for each in answers)
    reasons = [each.missing["price"] for each in answers]
    assert all(reason.startswith(("failed: ", "unavailable: ")) for reason in reasons)
    assert not any("left alone" in reason for reason in reasons[:MAX_FAILURES])
    assert any("left alone" in reason for reason in reasons[MAX_FAILURES:])


def test_a_right_answer_of_such_a_predictor_is_taken(
    running, loaded, predictor, answering
):
    address = answering(_response(RIGHT).SerializeToString())
    front = running(loaded(predictor("brand")), predictors={"price": address})

    with Client(front) as client:
        answer = client.suggest(Listing("shoes"))

    assert answer.by_model["price"].price.median == 20
