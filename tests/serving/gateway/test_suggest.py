"""``POST /v1/suggest``: answers, partial answers, photos, and clients that hang up."""

import io
import json
import threading
import time

import httpx
import pytest
from PIL import Image

from serving.receipts import read_receipt
from tests.serving.gateway.conftest import KEY, Gateways


def test_the_answer_has_candidates_versions_and_a_receipt(
    start_gateway, browser, loaded, predictor
):
    client = browser(start_gateway(loaded(predictor("category"))))

    answer = client.post("/v1/suggest", json={"listing": {"title": "boots"}})

    body = answer.json()
    assert body["release"] == "r1"
    assert body["suggestions"]["category"]["version"] == "v1"
    [first, _] = body["suggestions"]["category"]["fields"]["category"]
    assert first == {"value": "boots", "probability": 0.9}
    assert body["request"] == answer.headers["x-request-id"]


def test_the_receipt_has_what_was_answered(start_gateway, browser, loaded, predictor):
    client = browser(start_gateway(loaded(predictor("category"))))

    body = client.post("/v1/suggest", json={"listing": {"title": "boots"}}).json()

    shown = read_receipt(body["receipt"], [KEY])
    assert (shown.request, shown.release) == (body["request"], "r1")
    assert [(each.value, each.rank) for each in shown.candidates] == [
        ("boots", 1),
        ("other", 2),
    ]


def test_a_model_that_is_late_is_missing(start_gateway, browser, loaded, predictor):
    gate = threading.Event()
    slow = loaded(predictor("brand"), predictor("price", gate=gate))
    address = start_gateway(slow, serving={"default_deadline": 0.3})

    body = browser(address).post("/v1/suggest", json={"listing": {"title": "x"}}).json()
    gate.set()

    assert list(body["suggestions"]) == ["brand"]
    assert body["missing"] == {"price": "deadline"}


def test_photos_of_a_form_reach_the_models(start_gateway, browser, photo_release):
    client = browser(start_gateway(photo_release("r1")))
    files = [("photos", ("a.png", _png())), ("photos", ("b.png", b"no photo"))]

    answer = client.post(
        "/v1/suggest", data={"listing": json.dumps({"title": "boots"})}, files=files
    )

    body = answer.json()
    assert body["suggestions"]["price"]["used"] == ["photos-r1"]
    assert len(body["problems"]) == 1
    assert body["problems"][0].startswith("photo 2: ")


def test_only_the_named_models_answer(start_gateway, browser, loaded, predictor):
    client = browser(start_gateway(loaded(predictor("brand"), predictor("price"))))

    body = {"listing": {"title": "boots"}, "models": ["price"]}
    form = {"listing": json.dumps(body["listing"]), "models": "price"}
    boundary = [("photos", ("a.png", _png()))]

    for answer in (
        client.post("/v1/suggest", json=body),
        client.post("/v1/suggest", data=form, files=boundary),
    ):
        assert list(answer.json()["suggestions"]) == ["price"]


def test_a_request_that_a_newer_one_aborts_leaves_no_work(
    start_gateway, browser, loaded, predictor
):
    gate = threading.Event()
    brand = predictor("brand", gate=gate)
    address = start_gateway(loaded(brand), serving={"default_deadline": 20})
    client = browser(address)
    first = _post_in_thread(client, "N")
    _until(lambda: brand.saw)

    # While the first one is computed the next one waits, and its client hangs up.
    aborted = httpx.Client(base_url=address, cookies=client.cookies, trust_env=False)
    with pytest.raises(httpx.ReadTimeout):
        aborted.post("/v1/suggest", json={"listing": {"title": "Ni"}}, timeout=0.2)
    aborted.close()
    last = _post_in_thread(client, "Nike")
    time.sleep(0.2)
    gate.set()
    first.join(30)
    last.join(30)

    titles = [each.title for listings, _ in brand.saw for each in listings]
    assert titles == ["N", "Nike"]


def test_a_request_in_flight_is_answered_before_the_gateway_stops(
    browser, loaded, predictor
):
    gate = threading.Event()
    brand = predictor("brand", gate=gate)
    answers = []
    with Gateways() as start:
        client = browser(start(loaded(brand), serving={"default_deadline": 20}))
        thread = _post_in_thread(client, "Nike", answers)
        _until(lambda: brand.saw)
        threading.Timer(0.5, gate.set).start()
    thread.join(30)

    assert [each.status_code for each in answers] == [200]


def _post_in_thread(client, title, answers=None):
    def post():
        answer = client.post("/v1/suggest", json={"listing": {"title": title}})
        if answers is not None:
            answers.append(answer)

    thread = threading.Thread(target=post)
    thread.start()
    return thread


def _until(holds):
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def _png():
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(file, "PNG")
    return file.getvalue()
