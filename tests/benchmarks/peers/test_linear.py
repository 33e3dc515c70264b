from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers import lightgbm_peer, linear, networks
from benchmarks.peers.subprocess_peer import isolated_peer
from benchmarks.shared.folds import read_fold, read_source
from benchmarks.shared.protocol import TASKS, Answers, evaluate, split
from common.errors import UnavailableError
from common.listing import Listing

PYTHON = Path(__file__).parents[3] / ".venv-peers" / "bin" / "python"
CATEGORY, BRAND, PRICE, WARM_PRICE, PAYER, _ = TASKS


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fold")
    return read_fold(
        read_source("synthetic", folder / "all", rows=90), 0, 3, folder / "one"
    )


def _peers():
    yield pytest.param(CATEGORY, linear.linear, id="support vectors")
    yield pytest.param(PAYER, linear.linear, id="logistic")
    yield pytest.param(WARM_PRICE, linear.linear, id="ridge")
    yield pytest.param(PRICE, networks.networks, id="networks")
    yield pytest.param(WARM_PRICE, lightgbm_peer.boosted, id="LightGBM")
    yield pytest.param(PAYER, lightgbm_peer.boosted, id="LightGBM, payer")
    there = pytest.mark.skipif(
        not PYTHON.exists(), reason=f"there is no {PYTHON.parts[-3]}"
    )
    for task, peer in (
        (CATEGORY, "fasttext"),
        (WARM_PRICE, "catboost"),
        (PAYER, "catboost"),
    ):
        yield pytest.param(
            task, isolated_peer(peer, PYTHON), id=f"{peer}, {task.model}", marks=there
        )


@pytest.mark.filterwarnings("ignore:The number of unique classes")  # of so few rows
@pytest.mark.parametrize(("task", "peer"), list(_peers()))
def test_every_peer_answers_for_every_test_row(rows, task, peer):
    labelled = split(rows, task)
    answers = peer(task, labelled)
    assert len(answers.ranked or answers.numbers) == len(labelled.test) > 5
    assert answers.seconds > 0
    figures = evaluate(task, labelled.test, answers)
    metric = {"category": "top5", "price": "rmsle", "shipping": "auc"}[task.model]
    assert np.isfinite(figures[f"{task.model} {task.prefix}{metric}"])


def test_a_peer_that_cannot_run_is_a_sentence(rows):
    with pytest.raises(UnavailableError, match="the peer catboost failed"):
        isolated_peer("catboost", Path("/bin/false"))(PRICE, split(rows, PRICE))


def test_stated_probabilities_of_the_payer_are_judged():
    listings = [
        Listing(shipping_payer=payer)
        for payer in ("seller", "buyer", "seller", "buyer")
    ]
    answers = Answers(1.0, 1.0, numbers=[0.9, 0.1, 0.9, 0.1], stated=True)
    figures = evaluate(PAYER, listings, answers)
    assert figures["shipping auc"] == 1.0
    assert figures["shipping calibration_error"] == pytest.approx(0.1)
