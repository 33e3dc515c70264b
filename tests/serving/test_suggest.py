import json
import logging
import math
import threading
import time

import grpc
import pytest

from common.earnings import Commission
from common.errors import (
    ArtifactError,
    InputError,
    OverloadError,
    UnavailableError,
)
from common.listing import Candidate, Listing, PriceRange, Suggestion
from serving import request_log
from serving.client import Client
from serving.logs import MAX_PER_SECOND, JsonFormatter, Sampler
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc


@pytest.fixture
def gate():
    """Something a slow predictor waits for; it is let go in the end."""
    event = threading.Event()
    yield event
    event.set()


def test_all_models_answer_and_the_text_is_encoded_once(
    running, loaded, predictor, encoder
):
    one = encoder()
    address = running(loaded(predictor("brand"), predictor("category"), encoders=[one]))
    one.calls = 0

    with Client(address) as client:
        answer = client.suggest(Listing(title="shoes"))

    assert list(answer.by_model) == ["category", "brand"]
    assert answer.by_model["brand"].candidates["brand"][0] == Candidate("shoes", 0.9)
    assert answer.by_model["brand"].used == ("one",)
    assert (answer.missing, answer.release, one.calls) == ({}, "r1", 1)


def test_earnings_are_stated_where_the_commission_is_known(running, loaded, predictor):
    answer = Suggestion(
        "price", "v1", price=PriceRange(24, 20, 30, "USD", basis="item")
    )
    price = predictor("price")
    price.predict = lambda listings, encodings=None: [answer for _ in listings]
    address = running(loaded(price), commission=Commission(0.1, 0.4))

    with Client(address) as client:
        silent = client.suggest(Listing(title="shoes"))
        told = client.suggest(Listing(title="shoes", shipping_payer="buyer"))

    assert silent.earnings is None
    assert (told.earnings.item_price, told.earnings.fee) == (24, None)
    assert told.earnings.amount == pytest.approx(24 - 2.8)


def test_a_fifth_model_needs_no_change(running, loaded, predictor):
    address = running(loaded(predictor("price"), predictor("condition")))

    with Client(address) as client:
        answer = client.suggest(Listing(title="shoes"), models=["condition"])

    assert list(answer.by_model) == ["condition"]


def test_a_late_model_is_left_out_and_named(running, loaded, predictor, gate):
    slow = predictor("price", gate=gate)
    address = running(loaded(predictor("brand"), slow))

    with Client(address) as client:
        answer = client.suggest(Listing(title="shoes"), timeout=1)

    assert list(answer.by_model) == ["brand"]
    assert answer.missing == {"price": "deadline"}
    assert len(slow.saw) == 1


def test_without_a_deadline_of_the_client_the_default_holds(
    running, loaded, predictor, gate
):
    address = running(loaded(predictor("price", gate=gate)), default_deadline=0.2)

    with grpc.insecure_channel(address) as channel:
        response = rpc.SuggesterStub(channel).Suggest(pb.SuggestRequest())

    assert response.missing == {"price": "deadline"}


def test_what_waits_behind_a_slow_model_is_dropped_when_it_is_late(
    running, loaded, predictor, gate
):
    price = predictor("price", gate=gate)
    address = running(loaded(price), default_deadline=0.3)

    with grpc.insecure_channel(address) as channel:
        stub = rpc.SuggesterStub(channel)
        late = [stub.Suggest(pb.SuggestRequest()) for _ in range(3)]
        gate.set()
        answer = stub.Suggest(pb.SuggestRequest())

    assert all(each.missing == {"price": "deadline"} for each in late)
    assert list(answer.suggestions) == ["price"]
    assert len(price.saw) == 2


def test_more_than_may_wait_is_refused_at_once_and_told_when_to_ask_again(
    running, loaded, predictor, gate
):
    address = running(loaded(predictor("price", gate=gate)), max_waiting=2)

    with grpc.insecure_channel(address) as channel, Client(address) as client:
        stub = rpc.SuggesterStub(channel)
        # One is computed and two wait, in whatever order they arrive.
        waiting = [stub.Suggest.future(pb.SuggestRequest()) for _ in range(3)]
        refusal = None
        while refusal is None:
            try:
                client.suggest(Listing(), timeout=0.3)
            except OverloadError as error:
                refusal = error
        gate.set()

    assert 0 < refusal.retry_after < 30
    assert "is busy: ask again in" in str(refusal)
    assert len(waiting) == 3


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ArtifactError("the file is damaged"), "failed: the file is damaged"),
        (UnavailableError("no disk"), "unavailable: no disk"),
        (ValueError("secret words"), "failed: a bug, logged as "),
    ],
)
def test_a_broken_model_is_left_out_with_its_reason(
    running, loaded, predictor, error, reason
):
    address = running(loaded(predictor("brand"), predictor("price", error=error)))

    with Client(address) as client:
        answer = client.suggest(Listing(title="shoes"))

    assert list(answer.by_model) == ["brand"]
    assert answer.missing["price"].startswith(reason)
    assert "secret" not in answer.missing["price"]


def test_a_broken_encoder_fails_the_models_that_need_it(
    running, loaded, predictor, encoder, monkeypatch
):
    monkeypatch.setattr(encoder, "encode", lambda self, listings: 1 / 0)
    models = predictor("brand"), predictor("price", encoder_ids=())
    address = running(loaded(*models))

    with Client(address) as client:
        answer = client.suggest(Listing(title="shoes"))

    assert list(answer.by_model) == ["price"]
    assert answer.missing["brand"].startswith("failed: a bug, logged as ")


def test_predictors_of_other_processes_are_asked_with_vectors(
    running, loaded, predictor, encoder
):
    price, own = predictor("price"), encoder()
    address = running(loaded(price, encoders=[own]), suggests=False)
    front = running(loaded(encoders=[encoder()]), predictors={"price": address})
    own.calls = 0

    with Client(front) as client:
        answer = client.suggest(Listing(title="shoes", brand="Nike"))

    assert answer.by_model["price"].used == ("one",)
    assert price.saw[0][0] == [Listing(title="shoes", brand="Nike")]
    assert own.calls == 0


def test_a_predictor_of_another_release_is_left_out(running, loaded, predictor):
    address = running(loaded(predictor("price"), release="r2"), suggests=False)
    front = running(loaded(predictor("brand")), predictors={"price": address})

    with Client(front) as client:
        answer = client.suggest(Listing(title="shoes"))

    assert (answer.release, list(answer.by_model)) == ("r1", ["brand"])
    reason = f"failed: {address}: release r1 is not held here, but r2: name"
    assert answer.missing["price"].startswith(reason)


def test_a_predictor_that_is_down_is_named_with_its_address(
    running, loaded, predictor, free_port
):
    gone = f"127.0.0.1:{free_port}"
    address = running(loaded(predictor("brand")), predictors={"price": gone})

    with Client(address) as client:
        answer = client.suggest(Listing(title="shoes"))

    assert list(answer.by_model) == ["brand"]
    assert answer.missing == {"price": f"unavailable: nothing answers at {gone}"}


def test_a_late_predictor_of_another_process_is_named(running, loaded, predictor, gate):
    slow = predictor("price", gate=gate)
    address = running(loaded(slow), suggests=False)
    front = running(loaded(predictor("brand")), predictors={"price": address})

    with Client(front) as client:
        answer = client.suggest(Listing(title="shoes"), timeout=1)

    assert answer.missing == {"price": "deadline"}
    gate.set()
    assert len(slow.saw) == 1


def test_a_model_nobody_knows_is_refused(running, loaded, predictor):
    address = running(loaded(predictor("brand")))

    with (
        Client(address) as client,
        pytest.raises(InputError, match="no model 'colour' here; there are brand"),
    ):
        client.suggest(Listing(), models=["colour"])


def test_an_illegal_value_is_refused(running, loaded, predictor):
    address = running(loaded(predictor("brand")))

    with (
        Client(address) as client,
        pytest.raises(InputError, match="shipping_payer 'bad' is none of"),
    ):
        client.suggest(Listing(shipping_payer="bad"))


def test_nobody_at_the_address_is_a_sentence(free_port):
    with (
        Client(f"127.0.0.1:{free_port}") as client,
        pytest.raises(UnavailableError, match="start one with 'listrec serve'"),
    ):
        client.suggest(Listing())


def test_one_line_is_logged_and_nothing_a_seller_wrote(
    running, loaded, predictor, caplog
):
    broken = predictor("price", error=ValueError("could not read 'my address'"))
    address = running(loaded(predictor("brand"), broken))

    with caplog.at_level(logging.INFO), Client(address) as client:
        client.suggest(Listing(title="my address", description="my name"))

    [line] = [each.fields for each in caplog.records if each.message == "request"]
    assert {"method": "Suggest", "status": "OK", "listings": 1}.items() <= line.items()
    assert (line["models"], line["missing"]) == ([], ["price"])
    written = "".join(map(JsonFormatter().format, caplog.records))
    assert "my " not in written
    assert "tests/serving/conftest.py" in written
    assert all(json.loads(JsonFormatter().format(each)) for each in caplog.records)


def test_of_requests_that_went_well_a_few_a_second_are_logged(
    running, loaded, predictor, caplog, monkeypatch
):
    # What earlier tests have left out would be counted in the next line.
    monkeypatch.setattr(request_log, "_SAMPLER", Sampler())
    address = running(loaded(predictor("brand")))

    with caplog.at_level(logging.INFO), Client(address) as client:
        started = time.monotonic()
        for _ in range(60):
            client.suggest(Listing(title="a"))
        seconds = math.ceil(time.monotonic() - started) + 1
        time.sleep(1.1)
        client.suggest(Listing(title="a"))

    lines = [each.fields for each in caplog.records if each.message == "request"]
    assert len(lines) <= MAX_PER_SECOND * seconds + 1
    assert len(lines) + sum(line.get("skipped", 0) for line in lines) == 61
