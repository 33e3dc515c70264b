"""Training photos are changed in ways that leave what they show."""

import torch

from common.encoder_training.photo_dataset import augment, scaled, write_pixel_file
from common.listing import Photo
from common.progress import ignore_progress, step_of


def test_photos_that_are_not_varied_stay_as_they_are():
    photos = torch.rand(4, 3, 16, 16)
    augmented = augment(photos, 16, 0.0)
    assert all(
        torch.allclose(photo, photos[number], atol=1e-5)
        or torch.allclose(photo, photos[number].flip(2), atol=1e-5)
        for number, photo in enumerate(augmented)
    )


def test_photos_are_stored_as_squares_and_a_broken_one_is_reported(shop, tmp_path):
    photos = [row.photos[0] for row in shop.read("test")]
    some_photos = [photos[0], Photo(b"no photo"), photos[1]]
    pixels, usable = write_pixel_file(
        some_photos, 20, tmp_path / "pixels.npy", step_of(ignore_progress, "")
    )
    assert pixels.shape == (3, 20, 20, 3)
    assert usable.tolist() == [True, False, True]
    assert scaled(pixels).min() >= -1
    assert scaled(pixels).max() <= 1
