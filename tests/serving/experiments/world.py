"""Experiments that run now, sellers of each variant, and a server of two releases."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from common.experiments.assignment import Assigner
from common.experiments.definition import Experiment, Variant
from models.suggester import Suggester
from serving.protos import listing_pb2 as pb
from tests.serving.conftest import FakeEncoder, FakePredictor
from tests.serving.releases.test_loaded import started

CONTROL = Variant("control", 0.5)


def experiment(other, key="trial", layer="category"):
    """An experiment of all sellers that runs today, with a control and another variant."""
    today = datetime.now(UTC).date()
    return Experiment(
        key=key,
        layer=layer,
        hypothesis="it is better",
        owner="ann",
        metric="category_acceptance",
        minimum_effect=0.01,
        start=today - timedelta(days=1),
        end=today + timedelta(days=1),
        variants=(CONTROL, other),
    )


def seller_of(*assigned):
    """A seller who gets, for each pair, the named variant of the experiment."""
    assigner = Assigner([each for each, _ in assigned])
    today = datetime.now(UTC).date()
    wanted = {each.layer: name for each, name in assigned}

    def variants_of(seller):
        assignments = assigner.assign(seller, {}, today)
        return {layer: each.variant.name for layer, each in assignments.items()}

    sellers = (f"u-{number}" for number in count())
    return next(seller for seller in sellers if variants_of(seller) == wanted)


def release(name, models=("category", "brand"), **changes):
    """A release whose models have its name in their versions."""
    predictors = {
        each: FakePredictor(each, version=f"{each}-{name}", **changes)
        for each in models
    }
    encoder: Any = FakeEncoder()
    return Suggester(name, predictors, {"one": encoder})


@asynccontextmanager
async def trying(*experiments, releases=(), **settings):
    """A server of the release r1 that tries experiments, and a channel to it."""
    async with started(release("r1"), **settings) as (server, channel, _):
        server.apply(experiments, releases)
        yield server, channel


def request(seller, **changes):
    listing = pb.Listing(title="shoes", seller_id=seller)
    return pb.SuggestRequest(listing=listing, **changes)


def versions(answer):
    return {name: each.version for name, each in answer.suggestions.items()}
