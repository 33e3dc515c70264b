"""Training photos are changed in ways that leave what they show."""

import numpy as np
import torch

from common.encoders.train_pixels import paste, scaled, store, vary
from common.listing import Photo


def test_a_pasted_photo_is_its_own_but_for_a_square_of_another():
    photos = torch.rand(6, 3, 16, 16)
    pasted, order, share = paste(photos, np.random.default_rng(1))
    for number, other in enumerate(order):
        own = (pasted[number] == photos[number]).all(dim=0)
        assert own.float().mean() >= share - 1e-6
        assert torch.equal(pasted[number][:, ~own], photos[other][:, ~own])
    assert 0 < share < 1


def test_photos_that_are_not_varied_stay_as_they_are():
    photos = torch.rand(4, 3, 16, 16)
    found = vary(photos, 16, 0.0)
    assert all(
        torch.allclose(each, photos[number], atol=1e-5)
        or torch.allclose(each, photos[number].flip(2), atol=1e-5)
        for number, each in enumerate(found)
    )


def test_the_whole_of_a_photo_is_stored_and_a_broken_one_is_said(shop, tmp_path):
    photos = [row.photos[0] for row in shop.read("test")]
    shown = [photos[0], Photo(b"no photo"), photos[1]]
    pixels, usable = store(shown, 20, tmp_path / "pixels.npy", lambda done: None)
    assert pixels.shape == (3, 20, 20, 3)
    assert usable.tolist() == [True, False, True]
    assert scaled(pixels).min() >= -1
    assert scaled(pixels).max() <= 1
