"""Sellers are answered by their variants, over gRPC, while all others are answered as ever."""

import asyncio
from dataclasses import replace

import pytest
from prometheus_client import REGISTRY

from common.experiments.definition import Parameters, Variant
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from tests.serving.experiments.world import (
    experiment,
    release,
    request,
    seller_of,
    trying,
    versions,
)
from tests.serving.releases.test_loaded import started

R1 = {"category": "category-r1", "brand": "brand-r1"}
NEW = Variant("new", 0.5, release="r2")
TRIAL = experiment(NEW)


def ask(experiments, releases, *requests):
    """Send requests to a server that tries experiments; return the answers."""

    async def scenario():
        async with trying(*experiments, releases=releases) as (_, channel):
            stub = rpc.SuggesterStub(channel)
            return [await stub.Suggest(each) for each in requests]

    return asyncio.run(scenario())


def counted(name, **labels):
    return REGISTRY.get_sample_value(name, labels) or 0


def test_the_release_of_a_variant_answers_for_its_model_alone():
    sellers = [seller_of((TRIAL, name)) for name in ("control", "new")]
    control, new = ask([TRIAL], [release("r2")], *map(request, sellers))

    assert (control.release, versions(control)) == ("r1", R1)
    assert (new.release, versions(new)) == ("r1", R1 | {"category": "category-r2"})
    assert [dict(each.experiments) for each in (control, new)] == [
        {"trial": "control"},
        {"trial": "new"},
    ]


def test_a_variant_of_the_page_is_a_whole_release():
    page = experiment(NEW, layer="page")
    [answer] = ask([page], [release("r2")], request(seller_of((page, "new"))))
    assert answer.release == "r2"
    assert versions(answer) == {"category": "category-r2", "brand": "brand-r2"}


def test_variants_of_several_layers_answer_together():
    page = experiment(NEW, "page", "page")
    brands = experiment(Variant("newer", 0.5, release="r3"), "brands", "brand")
    seller = seller_of((page, "new"), (brands, "newer"))
    [answer] = ask([page, brands], [release("r2"), release("r3")], request(seller))
    assert answer.release == "r2"
    assert versions(answer) == {"category": "category-r2", "brand": "brand-r3"}
    assert dict(answer.experiments) == {"page": "new", "brands": "newer"}


def test_parameters_of_a_variant_change_the_answer_of_its_model():
    trial = experiment(Variant("one", 0.5, parameters=Parameters(top_k=1)))
    sellers = [seller_of((trial, name)) for name in ("control", "one")]
    answers = ask([trial], [], *map(request, sellers))
    for model, numbers in (("category", [2, 1]), ("brand", [2, 2])):
        fields = [each.suggestions[model].fields[0] for each in answers]
        assert [len(each.candidates) for each in fields] == numbers


@pytest.mark.parametrize(
    "outside",
    [
        {"release": "r1"},
        {"outside_experiments": True},
        {"models": ["brand"]},
        {"listing": pb.Listing(title="shoes")},
    ],
)
def test_requests_outside_of_experiments_are_answered_by_the_champion(outside):
    seen = request(seller_of((TRIAL, "new")))
    for name, value in outside.items():
        seen.ClearField(name)
        seen.MergeFrom(pb.SuggestRequest(**{name: value}))
    [answer] = ask([TRIAL], [release("r2")], seen)
    assert set(versions(answer).values()) <= set(R1.values())
    assert dict(answer.experiments) == {}


def test_nobody_is_in_an_experiment_whose_release_is_not_held():
    count = ("listrec_experiment_not_held_total", {"experiment": "trial"})
    before = counted(count[0], **count[1])
    sellers = [seller_of((TRIAL, name)) for name in ("control", "new")]
    answers = ask([TRIAL], [release("r3")], *map(request, sellers))
    assert [versions(each) for each in answers] == [R1, R1]
    assert [dict(each.experiments) for each in answers] == [{}, {}]
    assert counted(count[0], **count[1]) == before + 2


def test_nobody_is_in_an_experiment_whose_release_lacks_the_model():
    seller = seller_of((TRIAL, "new"))
    [answer] = ask([TRIAL], [release("r2", models=["brand"])], request(seller))
    assert (versions(answer), dict(answer.experiments)) == (R1, {})


def test_each_state_of_a_stream_is_answered_by_the_variant_of_its_seller():
    listing = request(seller_of((TRIAL, "new"))).listing

    async def scenario():
        async with trying(TRIAL, releases=[release("r2")]) as (_, channel):
            call = rpc.SuggesterStub(channel).SuggestStream()
            answers = []
            for number in (1, 2, 3):
                outside = number == 3
                state = pb.StreamRequest(
                    number=number, listing=listing, outside_experiments=outside
                )
                await call.write(state)
                answers.append((await call.read()).suggestions)
            return answers

    *inside, outside = asyncio.run(scenario())
    for answer in inside:
        assert versions(answer)["category"] == "category-r2"
        assert dict(answer.experiments) == {"trial": "new"}
    assert (versions(outside), dict(outside.experiments)) == (R1, {})


def test_the_variant_stays_when_another_champion_takes_over():
    asked = [request(seller_of((TRIAL, name))) for name in ("control", "new")]

    async def scenario():
        async with trying(TRIAL, releases=[release("r2")]) as (server, channel):
            stub = rpc.SuggesterStub(channel)
            await stub.Suggest(asked[1])
            await server.swap(release("r3"))
            return [await stub.Suggest(each) for each in asked]

    control, new = asyncio.run(scenario())
    assert versions(control) == {"category": "category-r3", "brand": "brand-r3"}
    assert versions(new) == {"category": "category-r2", "brand": "brand-r3"}


def test_a_predictor_of_another_process_is_asked_for_the_release_of_the_variant():
    needs = {"category": ("one",), "brand": ("one",)}
    remote = [release(name, models=["category"]) for name in ("r1", "r2")]
    r1, r2 = (
        replace(release(name, models=["brand"]), needs=needs) for name in ("r1", "r2")
    )

    async def scenario():
        async with (
            started(remote[0], suggests=False, also=remote[1:]) as (_, _, address),
            started(r1, predictors={"category": address}) as (server, channel, _),
        ):
            server.apply([TRIAL], [r2])
            asked = request(seller_of((TRIAL, "new")))
            return await rpc.SuggesterStub(channel).Suggest(asked)

    answer = asyncio.run(scenario())
    assert versions(answer) == R1 | {"category": "category-r2"}
    assert dict(answer.experiments) == {"trial": "new"}


def test_answers_are_counted_by_variant():
    labels = {"experiment": "trial", "variant": "new"}
    before = counted("listrec_experiment_answers_total", **labels)
    ask([TRIAL], [release("r2")], request(seller_of((TRIAL, "new"))))
    assert counted("listrec_experiment_answers_total", **labels) == before + 1


def test_all_servers_give_a_seller_the_same_variants():
    requests = [request(f"u-{number}") for number in range(50)]
    first, second = (ask([TRIAL], [release("r2")], *requests) for _ in range(2))
    assigned = [dict(each.experiments) for each in first]
    assert assigned == [dict(each.experiments) for each in second]
    assert {each["trial"] for each in assigned} == {"control", "new"}
