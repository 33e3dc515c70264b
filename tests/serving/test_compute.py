"""Requests that are computed together get the answers that they would get alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import models
from common.listing import Listing
from models.checks.suggestions import check_equal
from models.suggester import Suggester, load
from serving.compute import Job, compute

POISON = "poison"


@pytest.fixture
def poisoned(predictor, encoder):
    """A release whose price model, and whose second encoder, fail on some titles."""

    class Picky(predictor):
        def predict(self, listings, encodings=None):
            if any(POISON in each.title for each in listings):
                raise ValueError(POISON)
            return super().predict(listings, encodings)

    class PickyEncoder(encoder):
        def encode(self, listings):
            if any("unreadable" in each.title for each in listings):
                raise ValueError("unreadable")
            return super().encode(listings)

    predictors = [predictor("brand", ("one", "two")), Picky("price"), predictor("rest")]
    encoders = [encoder("one"), PickyEncoder("two")]
    return Suggester(
        "r1",
        {each.name: each for each in predictors},
        {each.id: each for each in encoders},
    )


def _job(loaded, *titles, models=("brand", "price", "rest"), **wanted):
    return Job(loaded, [Listing(title) for title in titles], models, **wanted)


def _kinds(job):
    return {name: type(answer) for name, answer in job.answers.items()}


def test_a_poison_listing_fails_alone(poisoned):
    jobs = [_job(poisoned, "a"), _job(poisoned, POISON), _job(poisoned, "b")]

    compute(jobs)

    assert _kinds(jobs[1]) == {"brand": list, "price": ValueError, "rest": list}
    for job in (jobs[0], jobs[2]):
        assert _kinds(job) == {"brand": list, "price": list, "rest": list}
        [candidate, _] = job.answers["price"][0].candidates["price"]
        assert candidate.value == job.listings[0].title


def test_a_listing_that_an_encoder_cannot_read_fails_the_models_of_the_encoder(
    poisoned,
):
    jobs = [_job(poisoned, "a"), _job(poisoned, "unreadable")]

    compute(jobs)

    assert _kinds(jobs[0]) == {"brand": list, "price": list, "rest": list}
    assert _kinds(jobs[1]) == {"brand": ValueError, "price": list, "rest": list}


def test_each_encoder_and_model_runs_once_for_all_jobs(loaded, predictor, encoder):
    one, price = encoder(), predictor("price")
    world = loaded(price, encoders=[one])
    jobs = [_job(world, *titles, models=["price"]) for titles in ("a", "bc", "d")]

    compute(jobs)

    assert (one.calls, len(price.saw)) == (1, 1)
    listings, encodings = price.saw[0]
    assert [each.title for each in listings] == list("abcd")
    assert encodings["one"].shape == (4, 2)
    assert [len(job.answers["price"]) for job in jobs] == [1, 2, 1]


def test_given_vectors_are_used_and_the_others_are_computed(loaded, predictor):
    price = predictor("price")
    world = loaded(price)
    vectors = np.full((1, 2), 7, np.float32)
    jobs = [
        _job(world, "a", models=["price"], encodings={"one": vectors}),
        _job(world, "abc", models=["price"]),
    ]

    compute(jobs)

    assert price.saw[0][1]["one"].tolist() == [[7, 7], [3, 1]]


def test_vectors_alone_can_be_wanted(loaded, predictor):
    job = _job(loaded(predictor("price")), "abc", models=[], encoders=["one"])

    compute([job])

    assert job.answers == {}
    assert job.encodings["one"].tolist() == [[3, 1]]


def test_jobs_of_two_releases_are_answered_by_their_own(loaded, predictor):
    old, new = predictor("price", version="old"), predictor("price", version="new")
    jobs = [_job(loaded(each), "a", models=["price"]) for each in (old, new)]

    compute(jobs)

    assert [job.answers["price"][0].version for job in jobs] == ["old", "new"]


def test_releases_that_share_an_encoder_are_encoded_once_and_answered_apart(
    loaded, predictor, encoder
):
    shared = encoder()
    old, new = predictor("price", version="old"), predictor("price", version="new")
    worlds = [loaded(each, encoders=[shared]) for each in (old, new)]
    jobs = [_job(worlds[n % 2], "a" * n, models=["price"]) for n in range(6)]

    compute(jobs)

    assert shared.calls == len(old.saw) == len(new.saw) == 1
    for number, job in enumerate(jobs):
        [answer] = job.answers["price"]
        assert answer.version == ["old", "new"][number % 2]
        assert answer.candidates["price"][0].value == "a" * number
        assert job.encodings["one"].tolist() == [[number, 1]]


@pytest.fixture(scope="module")
def real(champion):
    return load(champion)


TITLES = st.sampled_from(["Nike running shoes", "iphone case", "赤い靴", "", "lamp"])


@settings(deadline=None)
@given(
    groups=st.lists(st.lists(TITLES, min_size=1, max_size=3), min_size=1, max_size=6)
)
def test_answers_of_a_batch_are_those_of_each_job_alone(real, groups):
    together = [_job(real, *titles, models=models.NAMES) for titles in groups]
    alone = [_job(real, *titles, models=models.NAMES) for titles in groups]

    compute(together)
    for job in alone:
        compute([job])

    for job, expected in zip(together, alone, strict=True):
        for name in models.NAMES:
            # Same abstentions and candidates, probabilities within rounding.
            check_equal(job.answers[name], expected.answers[name])


def test_a_model_that_releases_have_in_common_runs_once_for_all(loaded, predictor):
    brand = predictor("brand")
    releases = [loaded(brand, release=name) for name in ("r1", "r2")]
    jobs = [_job(each, "a", models=["brand"]) for each in releases]

    compute(jobs)

    assert len(brand.saw) == 1
    assert [len(job.answers["brand"]) for job in jobs] == [1, 1]
