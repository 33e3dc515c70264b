"""From an RGB image to the numbers an encoder reads, as Hugging Face's image processors do it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from common.arrays import Floats


class Size(NamedTuple):
    """Height and width in pixels."""

    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """Resize, crop in the middle, rescale and normalise, in this order.

    ``shortest`` is what the shorter edge becomes (the aspect stays), else ``exact`` what both
    become, else nothing is resized; ``resample`` is Pillow's number of a filter. A pixel value
    becomes ``(value * factor - mean) / std`` of its channel. Follows the Pillow image processors of
    transformers (``image_processing_backends.PilBackend``), within one of 255 levels a pixel.
    """

    shortest: int | None = None
    exact: Size | None = None
    resample: int = Image.Resampling.BILINEAR
    crop: Size | None = None
    factor: float = 1 / 255
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)

    def apply(self, image: Image.Image) -> Floats:
        """Return the image as ``[3, height, width]``."""
        return self.normalise(np.asarray(self.cut(image)).transpose(2, 0, 1))

    def normalise(self, levels: Floats | NDArray[np.uint8]) -> Floats:
        """Return pixels ``[3, height, width]`` of 0 to 255 as a network reads them."""
        found = np.empty(levels.shape, np.float32)
        for channel, (mean, std) in enumerate(zip(self.mean, self.std, strict=True)):
            np.multiply(levels[channel], np.float32(self.factor / std), out=found[channel])
            found[channel] -= np.float32(mean / std)
        return found

    def cut(self, image: Image.Image) -> Image.Image:
        """Return the image resized and cropped.

        Pixels that the crop throws away are not made in the first place; where the crop is larger
        than the image, it is surrounded by black.
        """
        size = self._resized(image)
        wanted = self.crop or size
        inner = Size(min(size.height, wanted.height), min(size.width, wanted.width))
        resized = image.resize(
            (inner.width, inner.height),
            Image.Resampling(self.resample),
            _middle(image, size, inner),
        )
        if inner == wanted:
            return resized
        top, left = (inner.height - wanted.height) // 2, (inner.width - wanted.width) // 2
        return resized.crop((left, top, left + wanted.width, top + wanted.height))

    def _resized(self, image: Image.Image) -> Size:
        if self.shortest is None:
            return self.exact or Size(image.height, image.width)
        short, long = sorted(image.size)
        longer = int(self.shortest * long / short)
        if image.width <= image.height:
            return Size(longer, self.shortest)
        return Size(self.shortest, longer)


def _middle(image: Image.Image, size: Size, inner: Size) -> tuple[float, float, float, float]:
    """Return what of the image is its middle once it is resized to ``size``."""
    top, left = (size.height - inner.height) // 2, (size.width - inner.width) // 2
    down, across = image.height / size.height, image.width / size.width
    right = min((left + inner.width) * across, image.width)  # not beyond it by rounding
    bottom = min((top + inner.height) * down, image.height)
    return left * across, top * down, right, bottom
