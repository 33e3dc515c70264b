"""The network of the ``convnet`` encoder in torch; imported by training code only."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional


class ConvNet(nn.Module):
    """Residual blocks that halve height and width (He 2016), then mean and maximum of the rest."""

    def __init__(self, widths: Sequence[int]) -> None:
        """Draw the first weights; ``widths`` are channels, vectors twice as long as the last."""
        super().__init__()
        self.dimensions = 2 * widths[-1]
        blocks = [Block(before, width) for before, width in pairwise(widths)]
        self.layers = nn.Sequential(*_convolution(3, widths[0], 2), nn.ReLU(), *blocks)

    def forward(self, pixels: Tensor) -> Tensor:
        """Return vectors ``[photos, dimensions]`` of ``[photos, 3, height, width]``."""
        found: Tensor = self.layers(pixels)
        return torch.cat([found.mean(dim=(2, 3)), found.amax(dim=(2, 3))], dim=1)


class FlipAveraged(nn.Module):
    """A trained network that looks at each photo twice, the second time mirrored."""

    def __init__(self, network: ConvNet) -> None:
        """Wrap a trained network."""
        super().__init__()
        self.network = network.eval()

    def forward(self, pixels: Tensor) -> Tensor:
        """Return the mean of the two vectors."""
        both: Tensor = self.network(torch.cat([pixels, pixels.flip(3)]))
        return both.reshape(2, -1, self.network.dimensions).mean(dim=0)


class Block(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, before: int, width: int) -> None:
        """Draw the first weights."""
        super().__init__()
        first, second = _convolution(before, width, 2), _convolution(width, width, 1)
        self.layers = nn.Sequential(*first, nn.ReLU(), *second)
        shortcut = nn.Conv2d(before, width, 1, bias=False)
        self.shortcut = nn.Sequential(nn.AvgPool2d(2), shortcut, nn.BatchNorm2d(width))

    def forward(self, state: Tensor) -> Tensor:
        """Return the state at half the height and width."""
        return functional.relu(self.layers(state) + self.shortcut(state))


def _convolution(before: int, width: int, stride: int) -> tuple[nn.Module, nn.Module]:
    return nn.Conv2d(before, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
