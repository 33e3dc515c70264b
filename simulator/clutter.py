"""Other things that lie about in the rendered photos of synthetic listings."""

from __future__ import annotations

from PIL import ImageDraw

from simulator.jpeg import SIDE

Colour = tuple[int, int, int]

N_THING_DRAWS = 4
"""Random numbers of a thing: x, y, size and hue."""


def draw_clutter(pen: ImageDraw.ImageDraw, draws: list[float]) -> None:
    """Draw up to three other things that lie about."""
    n_things = int(draws[0] * 4)

    for number in range(n_things):
        # The first draw decides both the number of things and where the first one lies.
        start = N_THING_DRAWS * number
        end = start + N_THING_DRAWS
        x_draw, y_draw, size, hue = draws[start:end]

        x = x_draw * SIDE
        y = y_draw * SIDE
        side = 8 + 40 * size
        _draw_thing(pen, x, y, side, hue)


def _draw_thing(
    pen: ImageDraw.ImageDraw, x: float, y: float, side: float, hue: float
) -> None:
    """Draw a rectangle or an ellipse; the hue decides its height and kind too."""
    half = side / 2
    left = x - half
    right = x + half
    top = y - half
    bottom = y + side * (hue - 0.3)
    if bottom <= top:
        # Pillow refuses a box that is upside down.
        return

    box = (left, top, right, bottom)
    colour = _clutter_colour(hue)
    if hue < 0.6:
        pen.rectangle(box, fill=colour)
    else:
        pen.ellipse(box, fill=colour)


def _clutter_colour(hue: float) -> Colour:
    """Three channels from one draw, by large multiples."""
    # Large factors bring forward later digits, which are as good as other draws.
    red = int(hue * 255)
    green = int(hue * 977 % 255)
    blue = int(hue * 3571 % 255)
    return red, green, blue
