"""A training that was killed goes on after its last whole epoch, and gives the same encoder."""

import numpy as np
import pytest
import torch
from torch import nn

from common.encoder_training.checkpoints import TrainingState
from common.encoder_training.train import train
from common.encoders.config import ConvnetConfig
from tests.common.encoders.killed_training import Memory

CONVNET = ConvnetConfig(
    image_size=16, widths=(8, 16), images_seen=400, min_epochs=4, batch_size=16
)


def test_a_killed_training_goes_on_and_gives_the_same_bytes(shop, tmp_path):
    whole = Memory()
    expected = train(shop, tmp_path / "whole", CONVNET, place=whole)
    killed = Memory(survives=3)
    with pytest.raises(KeyboardInterrupt):
        train(shop, tmp_path / "killed", CONVNET, place=killed)

    resumed = train(shop, tmp_path / "resumed", CONVNET, place=killed)

    assert resumed.name == expected.name
    assert killed.n_written == whole.n_written > 3


def fit(place, n_epochs=6, schedule=True):
    """Fit a small network with everything that a training may have."""
    torch.manual_seed(1)
    random = np.random.default_rng(1)
    module = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.5))
    optimiser = torch.optim.AdamW(module.parameters(), 0.01, fused=True)
    steps = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.01, n_epochs)
    state = TrainingState(module, optimiser, random, steps if schedule else None)
    for _ in state.epochs(n_epochs, place):
        rows = torch.from_numpy(random.normal(size=(16, 4)).astype(np.float32))
        optimiser.zero_grad()
        module(rows).square().sum().backward()
        optimiser.step()
        steps.step()
    return module.state_dict()


@pytest.mark.parametrize("survives", [1, 3, 5])
def test_weights_rates_and_random_numbers_go_on_where_they_stopped(survives):
    expected = fit(Memory())
    killed = Memory(survives)
    with pytest.raises(KeyboardInterrupt):
        fit(killed)

    resumed = fit(killed)

    assert all(torch.equal(resumed[name], expected[name]) for name in expected)


def test_a_training_that_was_complete_does_nothing_more():
    memory = Memory()
    expected = fit(memory)
    written = memory.n_written

    again = fit(memory)

    assert memory.n_written == written
    assert all(torch.equal(again[name], expected[name]) for name in expected)
