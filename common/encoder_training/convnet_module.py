"""The network of the ``convnet`` encoder in torch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional


class ConvNet(nn.Module):
    """Residual blocks that halve height and width (He 2016), then mean and maximum pooling."""

    def __init__(self, widths: Sequence[int]) -> None:
        """Initialise the weights; ``widths`` are the channels of each stage."""
        super().__init__()
        self.dimensions = 2 * widths[-1]
        blocks = [Block(n_in, n_out) for n_in, n_out in pairwise(widths)]
        first = _convolution(3, widths[0], stride=2)
        self.layers = nn.Sequential(*first, nn.ReLU(), *blocks)

    def forward(self, pixels: Tensor) -> Tensor:
        """Return vectors ``[photos, dimensions]`` of ``[photos, 3, height, width]``."""
        maps: Tensor = self.layers(pixels)
        mean = maps.mean(dim=(2, 3))
        maximum = maps.amax(dim=(2, 3))
        return torch.cat([mean, maximum], dim=1)


class FlipAveraged(nn.Module):
    """A trained network that encodes each photo twice, the second time mirrored."""

    def __init__(self, network: ConvNet) -> None:
        """Wrap a trained network."""
        super().__init__()
        self.network = network.eval()

    def forward(self, pixels: Tensor) -> Tensor:
        """Return the mean of the two vectors, ``[photos, dimensions]``."""
        both = torch.cat([pixels, pixels.flip(3)])
        vectors: Tensor = self.network(both)
        pairs = vectors.reshape(2, -1, self.network.dimensions)
        return pairs.mean(dim=0)


class Block(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, n_in: int, n_out: int) -> None:
        """Initialise the weights, from ``n_in`` channels to ``n_out``."""
        super().__init__()
        first = _convolution(n_in, n_out, stride=2)
        second = _convolution(n_out, n_out, stride=1)
        self.layers = nn.Sequential(*first, nn.ReLU(), *second)
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(2),
            nn.Conv2d(n_in, n_out, 1, bias=False),
            nn.BatchNorm2d(n_out),
        )

    def forward(self, state: Tensor) -> Tensor:
        """Return the state at half the height and width."""
        return functional.relu(self.layers(state) + self.shortcut(state))


def _convolution(n_in: int, n_out: int, stride: int) -> tuple[nn.Module, nn.Module]:
    # The norm has a bias, so the convolution needs none.
    return nn.Conv2d(n_in, n_out, 3, stride, 1, bias=False), nn.BatchNorm2d(n_out)
