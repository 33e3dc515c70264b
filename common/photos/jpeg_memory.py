"""What decoding a JPEG takes, by its frame header (ITU T.81, B.2.2) and its number of scans."""

from __future__ import annotations

from collections.abc import Sequence

from common.errors import PhotoError
from common.photos.stripping import MIN_SIDE, too_many_parts

USUAL_SCANS = 10
MAX_SCANS = 50
"""Scans of a file. Progressive files have about ten, and every scan takes time to decode."""


def memory_of(frame_body: bytes, n_scans: int) -> int:
    """Return what decoding at reduced size takes: the reduced picture, four bytes a pixel.

    A file of one scan (here 0) is decoded line by line. A file of several keeps all coefficients,
    of two bytes; an unusual scan counts as if it kept a byte for every pixel.
    """
    if n_scans > MAX_SCANS:
        raise too_many_parts()

    width, height = frame_size(frame_body)
    scale = _draft_scale(min(width, height))
    memory = 4 * width * height // scale**2
    if n_scans:
        areas = _sampling_areas(frame_body)
        memory += _coefficient_memory(width * height, areas, n_scans)
    return memory


def _coefficient_memory(pixels: int, areas: Sequence[int], n_scans: int) -> int:
    """Return the bytes of the coefficients that are kept until the last scan."""
    largest = max(1, *areas)
    coefficients = 2 * pixels * sum(areas) // largest
    extra = pixels * unusual_scans(n_scans)
    return coefficients + extra


def unusual_scans(n_scans: int) -> int:
    """Return the scans beyond the usual ones."""
    return max(0, n_scans - USUAL_SCANS)


def frame_size(frame_body: bytes) -> tuple[int, int]:
    """Return width and height; raises ``PhotoError`` for a frame header that is cut off."""
    # Six bytes, the last one the number of colours, and three bytes a colour.
    is_cut = len(frame_body) < 6
    if is_cut or len(frame_body) < 6 + 3 * frame_body[5]:
        raise PhotoError("the photo is damaged: it does not say what is in it")

    height = int.from_bytes(frame_body[1:3], "big")
    width = int.from_bytes(frame_body[3:5], "big")
    return width, height


def _sampling_areas(frame_body: bytes) -> list[int]:
    """Return the product of every colour's sampling factors."""
    areas = []
    for component in range(frame_body[5]):
        # Across in the high half of the byte, down in the low one.
        factors = frame_body[7 + 3 * component]
        across, down = factors >> 4, factors & 15
        areas.append(across * down)
    return areas


def _draft_scale(shorter_side: int) -> int:
    """Return the factor by which libjpeg reduces the picture while it decodes."""
    for scale in (8, 4, 2):
        if shorter_side >= scale * MIN_SIDE:
            return scale
    return 1
