"""Steps of fine-tuning that text and photo models share."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn


def set_learning_rate(optimiser: torch.optim.Optimizer, learning_rate: float) -> None:
    """Set the learning rate of all parameters."""
    for group in optimiser.param_groups:
        group["lr"] = learning_rate


def take_step(
    optimiser: torch.optim.Optimizer,
    loss: Tensor,
    parameters: Iterable[nn.Parameter],
    max_norm: float,
) -> None:
    """Move the parameters against the gradient of the loss, which is clipped to ``max_norm``."""
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(parameters, max_norm)
    optimiser.step()
