"""The page is usable on a narrow screen, in the dark, in Japanese, by keyboard and read out."""

import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.web import scripted
from tests.web.locators import answered, chip

pytestmark = pytest.mark.slow

AXE = "axe-core@4.10.3"
ANSWERERS = [
    scripted.shoes,
    scripted.unsure,
    scripted.keeps_listing,
    scripted.holdout,
]
SIZES = [(320, 640), (390, 844), (768, 1024), (1280, 800)]


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """The source of axe-core, which finds what people with disabilities cannot use."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed: apt-get install npm")
    folder = tmp_path_factory.mktemp("axe")
    command = [npm, "pack", "--prefer-offline", "--pack-destination", folder, AXE]
    if subprocess.run(command, capture_output=True, timeout=120).returncode:
        pytest.skip(f"npm cannot fetch {AXE}: its registry cannot be reached")
    [archive] = Path(folder).glob("*.tgz")
    with tarfile.open(archive) as files:
        return files.extractfile("package/axe.min.js").read().decode("utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("answerer", ANSWERERS)
def test_axe_finds_nothing(opened, axe, photos_of, answerer, scheme):
    page, _ = opened(answerer, color_scheme=scheme)
    page.set_input_files("#choose-photos", photos_of(2))
    with answered(page):
        page.fill("#title", "shoes")
    chip(page, "shipping_payer", "seller").click()
    page.wait_for_timeout(800)  # changes of opacity are over

    page.evaluate(axe)
    found = page.evaluate("axe.run()")["violations"]

    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_axe_finds_nothing_at_the_end(opened, axe):
    page, _ = opened()
    page.fill("#title", "shoes")
    page.get_by_role("button", name="List it").click()
    expect(page.locator("#done")).to_be_focused()

    page.evaluate(axe)

    assert page.evaluate("axe.run()")["violations"] == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_nothing_is_wider_than_the_screen(opened, photos_of, size, language):
    width, height = size
    viewport = {"width": width, "height": height}
    page, _ = opened(viewport=viewport, locale=language)
    page.set_input_files("#choose-photos", photos_of(2))
    page.fill("#title", "shoes")
    chip(page, "category", "Women/Shoes/Sneakers").click()

    expect(page.locator("#earnings")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_everything_that_is_tapped_is_at_least_44_pixels_high(opened, photos_of):
    page, _ = opened(viewport={"width": 320, "height": 640})
    page.set_input_files("#choose-photos", photos_of(2))
    page.fill("#title", "shoes")
    expect(chip(page, "brand", "Nike")).to_be_visible()

    targets = page.locator("button:visible, select:visible, .picker, .grip, #title")
    heights = [box["height"] for box in map(_box, targets.all())]

    assert len(heights) > 15
    assert min(heights) >= 44


def _box(locator):
    return locator.bounding_box()


def test_the_dark_page_is_dark(opened):
    page, _ = opened(color_scheme="dark")
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    levels = [int(each) for each in colour[4:-1].split(",")]

    assert max(levels) < 64


def test_the_page_speaks_japanese_and_keeps_the_choice_of_english(opened):
    page, _ = opened(locale="ja-JP")
    assert page.evaluate("document.documentElement.lang") == "ja"
    expect(page.get_by_role("heading", level=1)).to_have_text("商品を出品する")

    page.select_option("#language", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sell an item")
    page.reload()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sell an item")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_both_languages_have_the_same_texts(opened):
    page, _ = opened()
    texts = page.evaluate("import('/texts.js').then((module) => module.TEXTS)")

    assert texts["en"].keys() == texts["ja"].keys()
    assert texts["en"]["values"].keys() == texts["ja"]["values"].keys()


def test_an_item_is_listed_by_keyboard_alone(opened):
    page, server = opened()
    page.locator("#language").focus()
    _tab_to(page, "#title")
    page.keyboard.type("running shoes")
    expect(chip(page, "brand", "Nike")).to_be_visible()
    _tab_to(page, '[data-field="brand"] [data-value="Nike"]')
    page.keyboard.press("Space")
    expect(chip(page, "brand", "Nike")).to_have_attribute("aria-pressed", "true")
    expect(chip(page, "brand", "Nike")).to_be_focused()
    _tab_to(page, "#list-it")
    page.keyboard.press("Enter")

    expect(page.locator("#done")).to_be_focused()
    [body] = server.posts["/v1/outcomes"]
    assert {"field": "brand", "value": "Nike", "action": "accepted"} in body["outcomes"]


def _tab_to(page, selector):
    """Press the key Tab until an element has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(selector).evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"{selector} cannot be reached by the key Tab")


def test_enter_in_the_title_lists_nothing(opened):
    page, server = opened()
    page.fill("#title", "shoes")
    page.press("#title", "Enter")
    expect(chip(page, "brand", "Nike")).to_be_visible()

    assert "/v1/outcomes" not in server.posts
