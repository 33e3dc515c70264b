"""Photos on the page: several, reordered, removed, and refused with a sentence."""

import pytest
from playwright.sync_api import expect

from tests.web.locators import answered

pytestmark = pytest.mark.slow


def test_the_first_photo_is_the_one_that_was_moved_there(opened, photos_of):
    page, server = opened()
    with answered(page):
        page.set_input_files("#choose-photos", photos_of(2))
    with answered(page):
        page.get_by_role("button", name="Move photo 2 to the front").click()

    sizes = [[len(photo.data) for photo in each.photos] for each in server.listings]
    assert sizes[-1] == sizes[0][::-1]


def test_a_photo_that_is_removed_is_not_sent(opened, photos_of):
    page, server = opened()
    with answered(page):
        page.set_input_files("#choose-photos", photos_of(2))
    with answered(page):
        page.get_by_role("button", name="Remove photo 1").click()

    expect(page.locator("#thumbnails li")).to_have_count(1)
    expect(page.get_by_role("button", name="Remove photo 1")).to_be_focused()
    assert len(server.listings[-1].photos) == 1


def test_a_file_that_is_no_photo_is_named(opened, tmp_path):
    path = tmp_path / "notes.jpg"
    path.write_text("no photo")
    page, _ = opened()

    page.set_input_files("#choose-photos", path)

    expect(page.locator("#photo-problems")).to_contain_text(
        "notes.jpg cannot be read as a photo"
    )


def test_only_ten_photos_are_taken(opened, photos_of):
    page, _ = opened()
    page.set_input_files("#choose-photos", photos_of(11))

    expect(page.locator("#photo-problems")).to_contain_text("At most 10 photos")
    expect(page.locator("#thumbnails li")).to_have_count(10)


def test_a_large_photo_is_sent_small(opened, photos_of):
    page, server = opened()
    [path] = photos_of(1)
    with answered(page):
        page.set_input_files("#choose-photos", path)

    canvas = page.locator("#thumbnails canvas")
    assert canvas.evaluate("each => [each.width, each.height]") == [800, 600]
    assert len(server.listings[-1].photos[0].data) < path.stat().st_size
