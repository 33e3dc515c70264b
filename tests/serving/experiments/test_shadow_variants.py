"""Shadow variants are computed beside what is shown, and sellers never see them."""

import asyncio
import threading
from dataclasses import replace

from prometheus_client import REGISTRY

from common.experiments.definition import Parameters, Variant
from serving.protos import listing_pb2_grpc as rpc
from tests.serving.conftest import FakePredictor
from tests.serving.experiments.world import (
    experiment,
    release,
    request,
    seller_of,
    trying,
    versions,
)

SHADOW = experiment(Variant("shadow", 0.5, release="r2", is_shadow=True))
WATCHED = request(seller_of((SHADOW, "shadow")))
OTHERS = request(seller_of((SHADOW, "control")))
R1 = {"category": "category-r1", "brand": "brand-r1"}


def counted(model, kind):
    labels = {"experiment": "trial", "variant": "shadow", "model": model, "kind": kind}
    name = "listrec_shadow_variant_answers_total"
    return REGISTRY.get_sample_value(name, labels) or 0


class Broken(FakePredictor):
    """Fails for the listing that sellers enter, and for none that a release is tried with."""

    def predict(self, listings, encodings=None):
        if [each.title for each in listings] == ["shoes"]:
            raise ValueError("secret")
        return super().predict(listings, encodings)


class Recorder:
    """A shadow release that remembers the sellers whose answers it was compared with."""

    def __init__(self):
        self.compared = []

    def compare(self, request, shown):
        self.compared.append(request.listing.seller_id)

    async def close(self):
        pass


def n_asked(loaded, model):
    """How often a model was asked about the listing that sellers enter."""
    seen = [
        each.title for listings, _ in loaded.predictors[model].saw for each in listings
    ]
    return seen.count("shoes")


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


def ask(shadow, other, asked, awaited):
    """Ask a server that tries a shadow; return the answer, once what is awaited is counted."""

    async def scenario():
        before = counted(*awaited)
        async with trying(shadow, releases=[other]) as (_, channel):
            answer = await rpc.SuggesterStub(channel).Suggest(asked)
            await until(lambda: counted(*awaited) == before + 1)
            return answer

    return asyncio.run(scenario())


def test_the_seller_of_a_shadow_sees_the_control_and_is_counted_as_of_the_shadow():
    r2 = release("r2")
    answer = ask(SHADOW, r2, WATCHED, ("category", "agrees"))
    assert (versions(answer), dict(answer.experiments)) == (R1, {"trial": "shadow"})
    assert (n_asked(r2, "category"), n_asked(r2, "brand")) == (1, 0)


def test_a_shadow_that_fails_is_missing():
    other = replace(release("r2"), predictors={"category": Broken("category")})
    answer = ask(SHADOW, other, WATCHED, ("category", "missing"))
    assert versions(answer) == R1


def test_parameters_of_a_shadow_are_not_shown():
    never = Parameters(abstain_below=1)
    shadow = experiment(Variant("shadow", 0.5, parameters=never, is_shadow=True))
    answer = ask(shadow, release("r2"), WATCHED, ("category", "differs"))
    assert answer.suggestions["category"].abstained == ""


def test_sellers_of_the_control_have_no_shadow():
    r2 = release("r2")

    async def scenario():
        async with trying(SHADOW, releases=[r2]) as (_, channel):
            for _ in range(3):
                await rpc.SuggesterStub(channel).Suggest(OTHERS)
            await asyncio.sleep(0.2)

    asyncio.run(scenario())
    assert n_asked(r2, "category") == 0


def test_a_shadow_release_is_compared_with_the_champion_and_not_with_variants():
    page = experiment(Variant("new", 0.5, release="r2"), layer="page")
    never = Parameters(abstain_below=1)
    brands = experiment(Variant("never", 0.5, parameters=never), "never", "brand")
    sellers = [
        seller_of((page, one), (brands, other))
        for one in ("control", "new")
        for other in ("control", "never")
    ]
    shadow = Recorder()

    async def scenario():
        async with trying(page, brands, releases=[release("r2")], shadow=shadow) as (
            _,
            channel,
        ):
            for seller in sellers:
                await rpc.SuggesterStub(channel).Suggest(request(seller))

    asyncio.run(scenario())
    assert shadow.compared == sellers[:1]


def test_a_shadow_is_left_out_while_something_else_is_computed():
    gate = threading.Event()

    async def scenario():
        before = counted("", "skipped")
        async with trying(SHADOW, releases=[release("r2")]) as (server, channel):
            stub = rpc.SuggesterStub(channel)
            await stub.Suggest(WATCHED)
            busy = release("r3", gate=gate)
            swapped = asyncio.ensure_future(server.swap(busy))
            await until(lambda: counted("", "skipped") == before + 1)
            gate.set()
            await swapped

    asyncio.run(scenario())
