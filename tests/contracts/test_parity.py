"""What a server answers is what the model says: training rows are replayed through gRPC."""

import asyncio

import grpc
import numpy as np
import pytest

import models
from common.features.hashing import hash_fields, hash_text
from common.listing import CONFIRMABLE
from models.suggester import load
from serving import convert
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.server import Server
from serving.settings import ServingSettings


@pytest.fixture(scope="module")
def replayed(shop):
    """Training rows, as many as one request carries."""
    return shop.read("train")[:60]


@pytest.fixture(scope="module")
def served(champion, replayed):
    """Answers of a real server for the rows, by model."""
    return asyncio.run(_ask(load(champion), replayed))


async def _ask(loaded, rows):
    server = Server(
        loaded, ServingSettings(port=0, shutdown_grace=5, photo_threads=2), True
    )
    port = await server.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = rpc.PredictorStub(channel)
            answers = {}
            for name in models.NAMES:
                unseen = [row.without(*models.outputs(name)) for row in rows]
                request = pb.PredictRequest(
                    model=name, listings=[convert.from_listing(row) for row in unseen]
                )
                response = await stub.Predict(request, timeout=60)
                answers[name] = [
                    convert.to_suggestion(each) for each in response.suggestions
                ]
            return answers
    finally:
        await server.stop()


@pytest.mark.parametrize("name", models.NAMES)
def test_a_server_answers_as_the_predictor_does(
    served, replayed, suggester, name, assert_same
):
    unseen = [row.without(*models.outputs(name)) for row in replayed]
    assert_same(served[name], suggester.predictors[name].predict(unseen))


def test_features_of_a_listing_that_travelled_are_the_same_bytes(replayed):
    wires = [convert.from_listing(row).SerializeToString() for row in replayed]
    arrived = [convert.to_listing(pb.Listing.FromString(wire)) for wire in wires]
    for found, wanted in zip(hash_text(arrived), hash_text(replayed), strict=True):
        assert found.rows.tobytes() == wanted.rows.tobytes()
        assert found.buckets.tobytes() == wanted.buckets.tobytes()
        assert found.weights.tobytes() == wanted.weights.tobytes()
    fields, others = (
        hash_fields(arrived, CONFIRMABLE),
        hash_fields(replayed, CONFIRMABLE),
    )
    assert fields.hashes.tobytes() == others.hashes.tobytes()
    assert fields.weights.tobytes() == others.weights.tobytes()
    assert np.count_nonzero(fields.weights) > len(replayed)
