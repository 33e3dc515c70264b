"""Predictors of other processes that fail are left alone for a while."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from common.listing import Listing
from serving.breaker import MAX_FAILURES, OPEN_SECONDS, CircuitBreaker
from serving.client import Client


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 2 * OPEN_SECONDS)), max_size=60))
def test_it_opens_after_failures_in_a_row_and_tries_again_later(events):
    now = [0.0]
    breaker = CircuitBreaker(lambda: now[0])
    n_failures, opened_at = 0, None

    for is_success, pause in events:
        now[0] += pause
        is_open = opened_at is not None and now[0] < opened_at + OPEN_SECONDS
        allowed = breaker.allows()
        assert allowed == (not is_open)
        if not allowed:
            continue
        if is_success:
            breaker.succeed()
            n_failures, opened_at = 0, None
        else:
            breaker.fail()
            n_failures += 1
            opened_at = now[0] if n_failures >= MAX_FAILURES else None


def test_one_request_at_a_time_tries_again():
    now = [0.0]
    breaker = CircuitBreaker(lambda: now[0])
    for _ in range(MAX_FAILURES):
        breaker.fail()
    now[0] = OPEN_SECONDS
    assert [breaker.allows() for _ in range(3)] == [True, False, False]


def test_a_slow_predictor_costs_its_time_a_few_times_only_and_comes_back(
    running, loaded, predictor
):
    gate = threading.Event()
    behind = running(loaded(predictor("price", gate=gate)), suggests=False)
    front = running(
        loaded(predictor("brand")), predictors={"price": behind}, default_deadline=0.2
    )

    def ask(_):
        with Client(front) as client:
            started = time.monotonic()
            answer = client.suggest(Listing("shoes"), timeout=0.3)
            return time.monotonic() - started, answer

    with ThreadPoolExecutor(MAX_FAILURES) as threads:
        slow = list(threads.map(ask, range(MAX_FAILURES)))
    seconds, answer = ask(0)

    assert all(list(answer.by_model) == ["brand"] for _, answer in slow)
    assert "left alone" in answer.missing["price"]
    assert list(answer.by_model) == ["brand"]
    assert seconds < min(seconds for seconds, _ in slow)

    gate.set()
    end = time.monotonic() + 20
    while "price" not in ask(0)[1].by_model:
        assert time.monotonic() < end
        time.sleep(0.1)


def test_listings_that_are_refused_do_not_open_it(running, loaded, predictor):
    behind = running(loaded(predictor("price")), suggests=False, max_batch_size=0)
    front = running(loaded(predictor("brand")), predictors={"price": behind})

    with Client(front) as client:
        answers = [client.suggest(Listing("shoes")) for _ in range(2 * MAX_FAILURES)]

    assert all("at most 0 listings" in each.missing["price"] for each in answers)
