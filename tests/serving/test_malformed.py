"""Connections that send no calls, or broken ones, are nobody else's concern."""

import numpy as np
import pytest

from benchmarks.faults.malformed import BUILDS, send_once
from common.listing import Listing
from serving.client import Client

N_CONNECTIONS = 5


@pytest.mark.parametrize("build", BUILDS.values(), ids=lambda build: build.__name__)
def test_a_server_answers_others_after_malformed_connections(
    running, loaded, predictor, build
):
    price = predictor("price")
    address = running(loaded(price))
    random = np.random.default_rng(0)

    with Client(address) as client:
        before = client.suggest(Listing("shoes"))
        for _ in range(N_CONNECTIONS):
            send_once(address, build(random))
        assert client.suggest(Listing("shoes"), timeout=30) == before

    with Client(address) as newcomer:
        assert newcomer.suggest(Listing("shoes"), timeout=30) == before
    assert [listings[0].title for listings, _ in price.saw] == ["shoes"] * 3
