"""A server that holds several releases: a request names the one that answers."""

import asyncio
import json
import logging

import grpc
import pytest

import models
from common.errors import ArtifactError
from common.listing import Listing
from common.store.release import ReleaseStore
from models.checks.suggestions import check_equal
from serving import convert, request_log
from serving.client import Client
from serving.logs import JsonFormatter, Sampler
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.releases.composed import with_model
from serving.releases.loaded import LoadedReleases
from serving.releases.source import ReleaseSource
from serving.server import Server
from serving.settings import ServingSettings
from tests.serving.conftest import run_in_thread
from tests.serving.releases.test_loaded import started
from tests.serving.test_photos import photo

LISTINGS = (
    Listing("running shoes"),
    Listing("phone 128 gb", condition="new"),
    Listing("a lamp", photos=(photo(1),)),
)


@pytest.fixture(scope="module")
def source(rivals):
    settings, _ = rivals
    return ReleaseSource(settings.store, settings.cache)


@pytest.fixture(scope="module")
def releases(source):
    """Two real releases with the same encoders and other prices, as a server loads them."""
    store = ReleaseStore(source.store)
    [other] = set(store.releases()) - {store.champion()}
    champion = source.load(source.fetch())
    return champion, source.load(source.fetch(other), [champion])


def test_releases_side_by_side_answer_as_each_does_alone(releases):
    settings = ServingSettings(port=0, shutdown_grace=5, default_deadline=20)
    server = Server(releases[0], settings, also=releases[1:])
    with run_in_thread(server) as address, Client(address) as client:
        for listing in LISTINGS:
            for alone in releases:
                answer = client.suggest(listing, timeout=20, release=alone.release)
                assert (answer.release, answer.missing) == (alone.release, {})
                expected = alone.suggest(listing)
                for name in models.NAMES:
                    check_equal([answer.by_model[name]], [expected.by_model[name]])


def test_each_model_of_a_composed_release_answers_as_in_its_own(releases):
    champion, other = releases
    composed = with_model(champion, "price", other)
    settings = ServingSettings(port=0, shutdown_grace=5, default_deadline=20)
    with run_in_thread(Server(composed, settings)) as address, Client(address) as asked:
        for listing in LISTINGS:
            answer = asked.suggest(listing, timeout=20)
            for name in models.NAMES:
                owner = other if name == "price" else champion
                expected = owner.suggest(listing).by_model[name]
                check_equal([answer.by_model[name]], [expected])


def test_what_releases_have_in_common_is_loaded_once(releases):
    champion, other = releases

    assert champion.encoders.keys() == other.encoders.keys()
    for encoder_id, encoder in champion.encoders.items():
        assert other.encoders[encoder_id] is encoder
    shared = [
        name
        for name in models.NAMES
        if other.predictors[name] is champion.predictors[name]
    ]
    assert shared == ["brand", "shipping"]


def test_a_release_that_is_held_becomes_the_champion_without_being_loaded_again(
    source, releases
):
    for each in releases:
        assert source.load(source.fetch(each.release), releases) is each


def test_a_request_that_names_no_release_is_answered_by_the_champion(loaded, predictor):
    answers = _ask_all(loaded, predictor, "", "r2", "r1")

    assert answers == [("r1", "v-r1"), ("r2", "v-r2"), ("r1", "v-r1")]


def test_a_release_that_is_not_held_is_refused(loaded, predictor):
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        _ask_all(loaded, predictor, "r9")

    assert refused.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    sentence = "release r9 is not held here, but r1, r2: name one of these"
    assert sentence in str(refused.value.details())


def test_an_answer_of_a_server_that_ignores_the_name_is_not_used(
    running, loaded, predictor, monkeypatch
):
    monkeypatch.setattr(LoadedReleases, "find", lambda self, release: self.current)
    address = running(loaded(predictor("price")))

    with (
        Client(address) as client,
        pytest.raises(ArtifactError, match="answers with release r1, not r2: update"),
    ):
        client.suggest(Listing("shoes"), release="r2")


def test_a_swap_of_the_champion_leaves_the_other_as_it_is(loaded, predictor):
    r1, r2, r3 = (_release(loaded, predictor, name) for name in ("r1", "r2", "r3"))

    async def scenario():
        async with started(r1, also=[r2]) as (server, channel, _):
            await server.swap(r3)
            assert server.releases() == (r3, r2)
            stub = rpc.SuggesterStub(channel)
            answers = [await stub.Suggest(_request(name)) for name in ("", "r2")]
            with pytest.raises(grpc.aio.AioRpcError, match="r1 is not held"):
                await stub.Suggest(_request("r1"))
            return answers

    assert [each.release for each in asyncio.run(scenario())] == ["r3", "r2"]


def test_each_state_of_a_stream_is_answered_by_the_release_that_it_names(
    photo_release,
):
    r1, r2 = photo_release("r1"), photo_release("r2")

    async def scenario():
        async with started(r1, also=[r2]) as (_, channel, _):
            call = rpc.SuggesterStub(channel).SuggestStream()
            answers = []
            for number, name in enumerate(("r2", "r1", "r9", "r2"), 1):
                new = (photo(1),) if number == 1 else ()
                listing = convert.from_listing(Listing("a", photos=new))
                state = pb.StreamRequest(
                    number=number, listing=listing, photos=[1], release=name
                )
                await call.write(state)
                answers.append(await call.read())
            return answers

    first, second, refused, last = asyncio.run(scenario())
    for answer, name in ((first, "r2"), (second, "r1"), (last, "r2")):
        assert answer.suggestions.release == name
        assert answer.suggestions.suggestions["price"].used == [f"photos-{name}"]
    assert refused.refused.startswith("release r9 is not held here")


def test_predictors_of_other_processes_answer_with_the_release_of_the_request(
    loaded, predictor
):
    r1, r2 = (_release(loaded, predictor, name) for name in ("r1", "r2"))
    own = [loaded(release=name) for name in ("r1", "r2")]

    async def scenario(also):
        async with (
            started(r1, suggests=False, also=also) as (_, _, address),
            started(own[0], also=own[1:], predictors={"price": address}) as (
                _,
                channel,
                _,
            ),
        ):
            return await rpc.SuggesterStub(channel).Suggest(_request("r2"))

    answer = asyncio.run(scenario([r2]))
    assert (answer.release, answer.suggestions["price"].version) == ("r2", "v-r2")
    lacking = asyncio.run(scenario([]))
    assert lacking.release == "r2"
    assert "release r2 is not held here, but r1" in lacking.missing["price"]


def test_the_request_log_says_which_release_has_answered(
    loaded, predictor, caplog, monkeypatch
):
    # Other tests may have had the lines of this second.
    monkeypatch.setattr(request_log, "_SAMPLER", Sampler())
    with caplog.at_level(logging.INFO):
        _ask_all(loaded, predictor, "r2")

    lines = [json.loads(JsonFormatter().format(each)) for each in caplog.records]
    assert [line["release"] for line in lines if line["event"] == "request"] == ["r2"]


def test_a_shadow_is_not_compared_with_a_release_that_is_named(loaded, predictor):
    class Recorder:
        def __init__(self):
            self.compared = []

        def compare(self, request, shown):
            self.compared.append(shown.release)

        async def close(self):
            pass

    shadow = Recorder()
    _ask_all(loaded, predictor, "", "r2", shadow=shadow)

    assert shadow.compared == ["r1"]


def _release(loaded, predictor, name):
    return loaded(predictor("price", version=f"v-{name}"), release=name)


def _request(release):
    return pb.SuggestRequest(listing=pb.Listing(title="shoes"), release=release)


def _ask_all(loaded, predictor, *names, shadow=None):
    """Name each of the releases to a server of r1 and r2; return who has answered."""
    r1, r2 = (_release(loaded, predictor, name) for name in ("r1", "r2"))

    async def scenario():
        async with started(r1, also=[r2], shadow=shadow) as (_, channel, _):
            stub = rpc.SuggesterStub(channel)
            return [await stub.Suggest(_request(name)) for name in names]

    answers = asyncio.run(scenario())
    return [(each.release, each.suggestions["price"].version) for each in answers]
