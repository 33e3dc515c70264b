import json
import math
import os
import subprocess
import sys

import pytest

from common.listing import Candidate, Fee, PriceRange, Suggestion
from common.store.release import ReleaseStore
from serving import convert
from serving.releases.serving_only import NOT_FOR_SERVERS
from serving.verify import verify

VERSIONS = {"price": "v1"}


@pytest.fixture
def said(loaded, predictor):
    """What verify says of a model that always answers the same."""

    def judge(**answer):
        class Constant(predictor):
            def predict(self, listings, encodings=None):
                return [Suggestion("price", "v1", **answer) for _ in listings]

        return verify(loaded(Constant("price")), VERSIONS)

    return judge


def test_a_released_model_passes(released_home, tmp_path):
    release = ReleaseStore(str(released_home / "store")).read().id
    environment = os.environ | {"LISTREC_HOME": str(tmp_path)}

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "serving.verify",
            release,
            "--store",
            released_home / "store",
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    verdict = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, verdict["passed"], verdict["reasons"]) == (0, True, [])
    assert verdict["release"] == release
    assert verdict["milliseconds"] > 0


def test_a_release_that_is_not_there_fails_in_a_sentence(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "serving.verify", "missing", "--store", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert json.loads(done.stdout)["reasons"] == [
        "there is no release missing in the store"
    ]


def test_a_model_that_answers_well_passes(said):
    verdict = said(candidates={"price": (Candidate("a", 0.5), Candidate("b", 0.5))})

    assert (verdict.passed, verdict.reasons) == (True, [])


@pytest.mark.parametrize(
    ("candidates", "why"),
    [
        ((Candidate("a", 1.5),), "price has a probability outside of 0 to 1 for price"),
        (
            (Candidate("a", math.nan),),
            "price has a probability outside of 0 to 1 for price",
        ),
        (
            (Candidate("a", 0.1), Candidate("b", 0.2)),
            "ranks a less likely candidate first",
        ),
        ((Candidate("a", 0.1), Candidate("a", 0.1)), "names a candidate twice"),
        ((), "suggests nothing and does not say why"),
    ],
)
def test_candidates_that_cannot_be_are_named(said, candidates, why):
    verdict = said(candidates={"price": candidates})

    assert not verdict.passed
    assert why in verdict.reasons[0]


@pytest.mark.parametrize(
    ("price", "why"),
    [
        (PriceRange(math.nan, 1, 2, "USD"), "negative or not finite"),
        (PriceRange(2, 1, 3, "USD", ((0.5, math.inf),)), "negative or not finite"),
        (PriceRange(5, 1, 2, "USD"), "median price outside of its own range"),
    ],
)
def test_prices_that_cannot_be_are_named(said, price, why):
    verdict = said(price=price)

    assert not verdict.passed
    assert why in verdict.reasons[0]


@pytest.mark.parametrize(
    ("fee", "why"),
    [
        (Fee(-1.0, "USD"), "names a fee that is negative or not finite"),
        (Fee(9.0, "USD", low=2.0, high=4.0), "names a fee outside of its own range"),
    ],
)
def test_fees_that_cannot_be_are_named(said, fee, why):
    assert any(why in reason for reason in said(fee=fee).reasons)
    assert said(fee=Fee(3.0, "USD", low=2.0, high=4.0)).passed


def test_a_model_that_fails_is_named_with_the_listing(loaded, predictor):
    verdict = verify(loaded(predictor("price", error=ValueError())), VERSIONS)

    assert verdict.reasons[0].startswith(
        "an empty listing: price did not answer (failed: a bug"
    )


def test_an_answer_of_another_version_fails(loaded, predictor):
    verdict = verify(loaded(predictor("price", version="v0")), VERSIONS)

    assert "answered with version v0, not v1" in verdict.reasons[0]


def test_a_server_that_answers_otherwise_than_the_models_fails(said, monkeypatch):
    candidates = {"price": (Candidate("a", 0.5), Candidate("b", 0.4))}
    assert said(candidates=candidates).passed

    # What a conversion that rounds would do.
    monkeypatch.setattr(
        "serving.suggest.convert.from_suggestions", _rounded(convert.from_suggestions)
    )
    verdict = said(candidates=candidates)
    assert (
        "price states other probabilities for price than without a server"
        in verdict.reasons[0]
    )


def _rounded(from_suggestions):
    def round_all(suggestions):
        message = from_suggestions(suggestions)
        for ranking in message.suggestions["price"].fields:
            for candidate in ranking.candidates:
                candidate.probability = round(candidate.probability)
        return message

    return round_all


def test_malformed_listings_must_be_refused(said, monkeypatch):
    monkeypatch.setattr(
        "serving.suggest.validation.check_listing", lambda listing: listing
    )
    verdict = said(price=PriceRange(2, 1, 3, "USD"))

    assert "a negative price is answered" in verdict.reasons


def test_the_process_imports_nothing_that_a_server_lacks():
    program = """
import importlib, sys
from serving.releases.serving_only import NOT_FOR_SERVERS, forbid_other_packages
forbid_other_packages()
import serving.server, models.suggester
for name in NOT_FOR_SERVERS:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        f"a server has no package {name!r}" for name in NOT_FOR_SERVERS
    ]
