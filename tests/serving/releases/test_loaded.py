"""What a server of this process does when its release changes."""

import asyncio
import threading
from contextlib import asynccontextmanager

import grpc
import pytest

from common.errors import ArtifactError
from common.listing import Listing
from serving import convert
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.server import Server
from serving.settings import ServingSettings
from tests.serving.test_photos import photo

SHOES = pb.SuggestRequest(listing=pb.Listing(title="shoes"))


@asynccontextmanager
async def started(loaded, suggests=True, also=(), shadow=None, **settings):
    """A server, and a channel to it."""
    chosen = ServingSettings(port=0, shutdown_grace=5, default_deadline=20, **settings)
    server = Server(loaded, chosen, suggests, also=also, shadow=shadow)
    address = f"127.0.0.1:{await server.start()}"
    async with grpc.aio.insecure_channel(address) as channel:
        yield server, channel, address
    await server.stop()


def test_a_release_whose_model_fails_does_not_take_over(loaded, predictor):
    async def scenario():
        async with started(loaded(predictor("price"))) as (server, channel, _):
            broken = predictor("price", error=ValueError("secret"))
            with pytest.raises(ArtifactError, match="model 'price' fails"):
                await server.swap(loaded(broken, release="r2"))
            return await rpc.SuggesterStub(channel).Suggest(SHOES)

    assert asyncio.run(scenario()).release == "r1"


def test_a_request_in_flight_is_answered_with_the_release_it_began_with(
    loaded, predictor
):
    gate = threading.Event()
    old = predictor("price", gate=gate)

    async def scenario():
        async with started(loaded(old)) as (server, channel, _):
            stub = rpc.SuggesterStub(channel)
            asked = asyncio.ensure_future(_result(stub.Suggest(SHOES)))
            while not old.saw:
                await asyncio.sleep(0.01)
            new = loaded(predictor("price", version="v2"), release="r2")
            swapped = asyncio.ensure_future(server.swap(new))
            await asyncio.sleep(0.05)
            gate.set()
            await swapped
            return await asked, await stub.Suggest(SHOES)

    answers = asyncio.run(scenario())
    seen = [(each.release, each.suggestions["price"].version) for each in answers]
    assert seen == [("r1", "v1"), ("r2", "v2")]


def test_a_stream_goes_on_with_the_new_release_and_its_encoder_of_photos(
    photo_release,
):
    async def scenario():
        async with started(photo_release("r1")) as (server, channel, _):
            call = rpc.SuggesterStub(channel).SuggestStream()
            listing = convert.from_listing(Listing("a", photos=(photo(1),)))
            await call.write(pb.StreamRequest(number=1, listing=listing, photos=[1]))
            first = await call.read()
            await server.swap(photo_release("r2"))
            text = pb.Listing(title="ab")
            await call.write(pb.StreamRequest(number=2, listing=text, photos=[1]))
            return [first, await call.read()]

    answers = [each.suggestions for each in asyncio.run(scenario())]
    used = [list(each.suggestions["price"].used) for each in answers]
    assert [each.release for each in answers] == ["r1", "r2"]
    assert used == [["photos-r1"], ["photos-r2"]]


def test_a_suggester_changes_after_its_predictors_and_all_answers_are_of_one_release(
    loaded, predictor
):
    def price(release):
        return loaded(predictor("price", version=release), release=release)

    async def scenario():
        async with started(price("r1"), suggests=False) as (remote, _, address):
            own = loaded(predictor("brand"), release="r1")
            predictors = {"price": address}
            async with started(own, predictors=predictors) as (front, channel, _):
                stub = rpc.SuggesterStub(channel)
                may_swap = [await front.may_swap("r2")]
                await remote.swap(price("r2"))
                may_swap.append(await front.may_swap("r2"))
                answers = [await stub.Suggest(SHOES)]
                await front.swap(loaded(predictor("brand"), release="r2"))
                return may_swap, [*answers, await stub.Suggest(SHOES)]

    may_swap, answers = asyncio.run(scenario())
    assert may_swap == [False, True]
    for answer in answers:
        assert answer.suggestions["price"].version == answer.release
    assert [answer.release for answer in answers] == ["r1", "r2"]


def test_a_predictor_that_is_down_holds_no_change_up(loaded, predictor, free_port):
    async def scenario():
        predictors = {"price": f"127.0.0.1:{free_port}"}
        own = loaded(predictor("brand"))
        async with started(own, predictors=predictors) as (front, _, _):
            return await front.may_swap("r2")

    assert asyncio.run(scenario())


async def _result(call):
    return await call
