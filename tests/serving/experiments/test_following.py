"""Servers of their own processes follow the experiments that are published."""

import os
import signal

import pytest

from common.listing import Listing
from serving.client import Client
from tests.serving.experiments.conftest import SELLERS, trial
from tests.serving.releases.conftest import until

POLL = {"LISTREC_EXPERIMENTS_POLL": "0.2"}


def answers(served):
    """An answer to each seller, over connections that all workers get some of."""
    found = []
    for seller in SELLERS:
        with Client(served.address) as client:
            listing = Listing(title="running shoes", seller_id=seller)
            found.append(client.suggest(listing, timeout=20))
    return found


def variants(served, key="trial"):
    """The variants of an experiment that sellers are in."""
    return {each.experiments.get(key, "") for each in answers(served)}


@pytest.mark.slow
def test_a_variant_is_answered_by_its_release_and_others_by_the_champion(
    serve, home, shop
):
    served = serve("--workers", "2", **POLL)
    shop.publish(
        trial=trial(f"release: {home.rival.id}"),
        lost=trial("release: 0123456789abcdef").replace("category", "brand"),
    )
    until(lambda: len(served.lines("release held", home.rival.id)) == 2)
    releases = {"control": home.champion, "other": home.rival}
    until(lambda: variants(served) == set(releases))

    for answer in answers(served):
        release = releases[answer.experiments["trial"]]
        version = answer.by_model["category"].version
        assert version == release.models["category"]
        # The release of the other experiment is in no store.
        assert "lost" not in answer.experiments
    [line, *_] = served.lines("release of a variant refused")
    assert "there is no release 0123456789abcdef in the store" in line["reason"]


@pytest.mark.slow
def test_whatever_dies_the_experiments_before_stay(serve, home, shop):
    served = serve("--workers", "1", LISTREC_RELEASE_POLL="0", **POLL)
    children = set(served.children())
    assert len(children) == 3  # a worker, the reader, and the watcher of releases
    shop.publish(trial=trial(f"release: {home.rival.id}"))
    until(lambda: variants(served) == {"control", "other"})

    # The store is away, so that what is replaced can only go on with what is here.
    store = home.path / "store"
    store.rename(home.path / "away")
    until(lambda: served.lines("experiments refused"))
    for process in children:
        os.kill(process, signal.SIGKILL)
    until(lambda: children.isdisjoint(served.children()) and served.release())
    assert variants(served) == {"control", "other"}

    (home.path / "away").rename(store)
    shop.stop("trial")
    until(lambda: variants(served) == {""})


@pytest.mark.slow
def test_predictors_of_other_processes_hold_the_releases_of_variants(serve, home, shop):
    predictor = serve("predictor", "category", "--workers", "1", **POLL)
    address = f"category={predictor.address}"
    served = serve("suggester", "--workers", "1", LISTREC_PREDICTORS=address, **POLL)
    shop.publish(trial=trial(f"release: {home.rival.id}"))

    until(lambda: variants(served) == {"control", "other"})

    for answer in answers(served):
        release = (
            home.rival if answer.experiments["trial"] == "other" else home.champion
        )
        version = answer.by_model["category"].version
        assert version == release.models["category"]
