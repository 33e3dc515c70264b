"""Photos on the page: several, reordered, removed, and refused with a sentence."""

import pytest
from playwright.sync_api import expect

from tests.web.locators import answered
from tests.web.page_server import RefusedError

pytestmark = pytest.mark.slow


def test_the_first_photo_is_the_one_that_was_moved_there(opened, photos_of):
    page, server = opened()
    with answered(page):
        page.set_input_files("#choose-photos", photos_of(2))
    with answered(page):
        page.get_by_role("button", name="Move photo 2 to the front").click()

    sizes = [[len(photo.data) for photo in each.photos] for each in server.listings]
    assert sizes[-1] == sizes[0][::-1]


def test_a_photo_is_dragged_to_the_front_by_a_mouse(opened, photos_of):
    page, server = opened()
    with answered(page):
        page.set_input_files("#choose-photos", photos_of(3))
    with answered(page):
        page.locator("canvas").nth(2).drag_to(page.locator("canvas").first)

    first, second, third = _sizes(server.listings[0])
    assert _sizes(server.listings[-1]) == [third, first, second]
    expect(page.locator("#thumbnails :focus")).to_have_count(0)


def test_a_photo_is_dragged_by_a_finger_on_its_grip(opened, photos_of):
    page, server = opened(has_touch=True, viewport={"width": 390, "height": 844})
    with answered(page):
        page.set_input_files("#choose-photos", photos_of(3))
    with answered(page):
        _drag_by_touch(page, page.locator(".grip").first, page.locator("li").nth(2))

    first, second, third = _sizes(server.listings[0])
    assert _sizes(server.listings[-1]) == [second, third, first]
    assert page.locator(".dragged").count() == 0


def test_a_finger_on_a_photo_moves_nothing(opened, photos_of):
    page, server = opened(has_touch=True, viewport={"width": 390, "height": 844})
    with answered(page):
        page.set_input_files("#choose-photos", photos_of(3))
    _drag_by_touch(page, page.locator("canvas").first, page.locator("li").nth(2))
    page.wait_for_timeout(300)

    assert len(server.listings) == 1


def test_a_dragging_that_the_device_breaks_off_moves_nothing(opened, photos_of):
    page, server = opened(has_touch=True, viewport={"width": 390, "height": 844})
    with answered(page):
        page.set_input_files("#choose-photos", photos_of(3))
    grip, last = page.locator(".grip").first, page.locator("li").nth(2)
    _drag_by_touch(page, grip, last, end="touchCancel")
    page.wait_for_timeout(300)

    assert len(server.listings) == 1
    assert page.locator(".dragged, #thumbnails li[style*=translate]").count() == 0


def _drag_by_touch(page, source, target, end="touchEnd"):
    """Drag as a finger does, which Playwright has no call for."""
    devtools = page.context.new_cdp_session(page)
    (x, y), (to_x, to_y) = (_middle(each) for each in (source, target))
    _touch(devtools, "touchStart", x, y)
    for step in range(1, 11):
        share = step / 10
        _touch(devtools, "touchMove", x + share * (to_x - x), y + share * (to_y - y))
    devtools.send("Input.dispatchTouchEvent", {"type": end, "touchPoints": []})


def _touch(devtools, kind, x, y):
    point = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
    devtools.send("Input.dispatchTouchEvent", point)


def _middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _sizes(listing):
    return [len(photo.data) for photo in listing.photos]


def test_a_photo_that_is_removed_is_not_sent(opened, photos_of):
    page, server = opened()
    with answered(page):
        page.set_input_files("#choose-photos", photos_of(2))
    with answered(page):
        page.get_by_role("button", name="Remove photo 1").click()

    expect(page.locator("#thumbnails li")).to_have_count(1)
    expect(page.get_by_role("button", name="Remove photo 1")).to_be_focused()
    assert len(server.listings[-1].photos) == 1


def test_a_photo_is_sent_once_while_the_listing_is_entered(opened, photos_of):
    page, server = opened()
    with answered(page):
        page.set_input_files("#choose-photos", photos_of(2))
    first_bytes = server.bytes_read
    for number in range(10):
        with answered(page):
            page.fill("#title", f"Nike running shoes {number}")

    assert [len(each.photos) for each in server.listings] == [2] * 11
    assert [len(each) for each in server.uploads] == [2] + [0] * 10
    assert server.bytes_read < 1.5 * first_bytes


def test_only_a_photo_that_is_new_is_sent(opened, photos_of):
    page, server = opened()
    for path in photos_of(2):
        with answered(page):
            page.set_input_files("#choose-photos", path)

    (first,), (second,) = server.uploads
    assert first != second
    assert len(server.listings[-1].photos) == 2


def test_photos_that_the_service_has_forgotten_are_sent_again_at_once(
    opened, photos_of
):
    page, server = opened()
    with answered(page):
        page.set_input_files("#choose-photos", photos_of(2))
    server.photos.popitem()
    page.fill("#title", "shoes")
    expect(page.locator("#fields")).to_have_attribute("aria-busy", "false")

    assert [len(each) for each in server.uploads] == [2, 0, 1]
    assert len(server.listings[-1].photos) == 2
    expect(page.locator("#banner")).to_be_empty()


def test_a_service_that_never_knows_a_photo_is_not_asked_without_end(opened, photo):
    def forget(listing):
        raise RefusedError(409, "send them again", unknown_photos=list(server.photos))

    page, server = opened(forget)
    page.set_input_files("#choose-photos", photo)

    expect(page.locator("#banner")).to_contain_text("send them again")
    assert len(server.listings) == 1


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
