"""Signs of an article's condition in rendered photos: the tag of a new one, scratches on others."""

from __future__ import annotations

from PIL import ImageDraw

from simulator.arrays import Array

LIGHT, DARK = (216, 212, 204), (96, 84, 70)
"""Colours of the scratches, in turn, so that some are visible on any article."""


def draw_wear(
    pen: ImageDraw.ImageDraw, condition: int, middle: Array, draws: list[float]
) -> None:
    """Draw a tag on new articles; scratches and stains, the more the worse the condition."""
    x, y = middle.tolist()
    if condition == 0 and draws[0] < 0.6:
        _draw_tag(pen, x, y)

    n_scratches = 3 * (condition - 1)
    for scratch in range(n_scratches):
        _draw_scratch(pen, scratch, x, y, draws)


def _draw_tag(pen: ImageDraw.ImageDraw, x: float, y: float) -> None:
    """Draw a white label with a line of print to the upper right of the middle."""
    label = (
        x + 14,
        y - 34,
        x + 30,
        y - 22,
    )
    print_line = (
        x + 16,
        y - 28,
        x + 27,
        y - 28,
    )
    pen.rectangle(label, fill=(252, 252, 250))
    pen.line(print_line, fill=(40, 40, 40))


def _draw_scratch(
    pen: ImageDraw.ImageDraw, number: int, x: float, y: float, draws: list[float]
) -> None:
    """Draw one scratch; all of an article are parallel."""
    _, x_draw, y_draw, width, height, _ = draws

    # Fractional parts of the multiples of a draw: few random numbers give many positions.
    x_multiple = x_draw * (number + 3) * 7.13
    y_multiple = y_draw * (number + 2) * 5.71
    start_x = _around(x, x_multiple % 1, 70)
    start_y = _around(y, y_multiple % 1, 70)
    ends = (
        start_x,
        start_y,
        _around(start_x, width, 26),
        _around(start_y, height, 26),
    )

    is_dark = number % 2 == 1
    colour = DARK if is_dark else LIGHT
    pen.line(ends, fill=colour, width=1)


def _around(middle: float, draw: float, span: float) -> float:
    """A position within ``span`` around the middle."""
    deviation = draw - 0.5
    return middle + span * deviation
