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

    Follows the Pillow image processors of transformers (``image_processing_backends.PilBackend``),
    within one of 255 levels a pixel. A pixel value becomes ``(value * factor - mean) / std``.

    Attributes:
        shortest: length that the shorter side is resized to; the aspect ratio stays.
        exact: size that the image is resized to, where ``shortest`` is ``None``.
        resample: Pillow's number of the resampling filter.
        crop: size of the crop from the middle; ``None`` crops nothing.
        factor: multiplier of pixel values.
        mean: mean of each channel.
        std: standard deviation of each channel.
    """

    shortest: int | None = None
    exact: Size | None = None
    resample: int = Image.Resampling.BILINEAR
    crop: Size | None = None
    factor: float = 1 / 255
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)

    @property
    def size(self) -> Size | None:
        """Size of the result; ``None`` where it depends on the image."""
        return self.crop or self.exact

    def apply(self, image: Image.Image) -> Floats:
        """Return the image as ``[3, height, width]``."""
        levels = np.asarray(self.resize_and_crop(image))
        return self.normalise(levels.transpose(2, 0, 1))

    def normalise(self, levels: Floats | NDArray[np.uint8]) -> Floats:
        """Return levels from 0 to 255, ``[3, height, width]``, rescaled and normalised."""
        normalised = np.empty(levels.shape, np.float32)
        statistics = zip(self.mean, self.std, strict=True)
        for channel, (mean, std) in enumerate(statistics):
            multiplier = np.float32(self.factor / std)
            offset = np.float32(mean / std)
            # One multiplication and one subtraction in place: no copy of the photo is made.
            plane = normalised[channel]
            np.multiply(levels[channel], multiplier, out=plane)
            plane -= offset
        return normalised

    def resize_and_crop(self, image: Image.Image) -> Image.Image:
        """Return the image resized and cropped.

        Pixels outside the crop are not computed in the first place. Where the crop is larger than
        the image, it is surrounded by black.
        """
        whole = self._resized_size(image)
        wanted = self.crop or whole
        inner = Size(
            height=min(whole.height, wanted.height),
            width=min(whole.width, wanted.width),
        )
        resized = image.resize(
            (inner.width, inner.height),
            resample=Image.Resampling(self.resample),
            box=_middle(image, whole, inner),
        )
        if inner == wanted:
            return resized
        return _surround(resized, wanted)

    def _resized_size(self, image: Image.Image) -> Size:
        if self.shortest is None:
            return self.exact or Size(image.height, image.width)
        short, long = sorted(image.size)
        longer = int(self.shortest * long / short)
        if image.width <= image.height:
            return Size(longer, self.shortest)
        return Size(self.shortest, longer)


def _surround(image: Image.Image, size: Size) -> Image.Image:
    """Return the image in the middle of a larger black one."""
    top = (image.height - size.height) // 2
    left = (image.width - size.width) // 2
    right = left + size.width
    bottom = top + size.height
    return image.crop((left, top, right, bottom))


def _middle(
    image: Image.Image, size: Size, inner: Size
) -> tuple[float, float, float, float]:
    """Return the box of the image that becomes its middle once it is resized to ``size``."""
    top = (size.height - inner.height) // 2
    left = (size.width - inner.width) // 2
    y_scale = image.height / size.height
    x_scale = image.width / size.width

    right = (left + inner.width) * x_scale
    bottom = (top + inner.height) * y_scale
    # Rounding must not lead beyond the image: Pillow refuses such a box.
    return (
        left * x_scale,
        top * y_scale,
        min(right, image.width),
        min(bottom, image.height),
    )
