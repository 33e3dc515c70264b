import grpc
import numpy as np
import pytest

from common.errors import ArtifactError, InputError, UnavailableError
from common.listing import Listing
from serving import convert
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc


@pytest.fixture
def predict():
    """Asks the predictor service of a server once."""

    def ask(address, timeout=5.0, **request):
        with grpc.insecure_channel(address) as channel:
            return rpc.PredictorStub(channel).Predict(
                pb.PredictRequest(**request), timeout=timeout
            )

    return ask


def test_a_batch_is_answered_in_order(running, loaded, predictor, predict):
    address = running(loaded(predictor("price")), suggests=False)
    listings = [convert.from_listing(Listing(title=word)) for word in ("a", "b", "c")]

    response = predict(address, listings=listings)

    assert (response.model, response.version) == ("price", "v1")
    assert [each.fields[0].candidates[0].value for each in response.suggestions] == [
        "a",
        "b",
        "c",
    ]


def test_an_empty_batch_has_an_empty_answer(running, loaded, predictor, predict):
    assert not predict(running(loaded(predictor("price")))).suggestions


@pytest.mark.parametrize(("sent", "seen"), [("one", 7), ("other", 1)])
def test_only_vectors_of_its_own_encoder_are_used(
    running, loaded, predictor, predict, sent, seen
):
    price = predictor("price")
    address = running(loaded(price))
    vectors = convert.from_encodings({sent: np.full((1, 2), 7, np.float32)})

    predict(address, listings=[pb.Listing(title="a")], encodings=vectors)

    _, encodings = price.saw[0]
    assert encodings["one"].tolist() == [[seen] * 2]


def test_among_several_models_one_must_be_named(running, loaded, predictor, predict):
    address = running(loaded(predictor("price"), predictor("brand")))

    assert predict(address, model="brand").model == "brand"
    with pytest.raises(
        grpc.RpcError, match="say which model to ask; there are price, brand"
    ):
        predict(address)
    with pytest.raises(grpc.RpcError, match="there is no model 'colour' here"):
        predict(address, model="colour")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InputError("no"), grpc.StatusCode.INVALID_ARGUMENT),
        (ArtifactError("no"), grpc.StatusCode.FAILED_PRECONDITION),
        (UnavailableError("no"), grpc.StatusCode.UNAVAILABLE),
        (TimeoutError(), grpc.StatusCode.DEADLINE_EXCEEDED),
        (KeyError("my address"), grpc.StatusCode.INTERNAL),
    ],
)
def test_errors_become_status_codes(
    running, loaded, predictor, predict, error, code, caplog
):
    address = running(loaded(predictor("price", error=error)))

    with pytest.raises(grpc.RpcError) as raised:
        predict(address, listings=[pb.Listing(title="a")])

    assert raised.value.code() == code
    assert "my address" not in raised.value.details() + caplog.text


def test_a_bug_has_a_number_that_is_in_the_log(
    running, loaded, predictor, predict, caplog
):
    address = running(loaded(predictor("price", error=KeyError())))

    with pytest.raises(grpc.RpcError) as raised:
        predict(address, listings=[pb.Listing(title="a")])

    number = raised.value.details().removeprefix("a bug, logged as ")
    [line] = [each.fields for each in caplog.records if each.message == "bug"]
    assert line["id"] == number
    assert "conftest.py" in line["traceback"][-1]


def test_too_many_listings_are_refused(running, loaded, predictor, predict):
    address = running(loaded(predictor("price")), max_batch_size=2)

    with pytest.raises(grpc.RpcError, match="at most 2 listings, not 3"):
        predict(address, listings=[pb.Listing()] * 3)


def test_a_batch_of_the_largest_size_passes(running, loaded, predictor, predict):
    address = running(loaded(predictor("price")))
    listings = [pb.Listing(title="a", description="long words " * 1000)] * 1024

    assert len(predict(address, listings=listings, timeout=30).suggestions) == 1024
