"""The console in a real browser: its states, both languages, any screen, keyboard and readers."""

import shutil

import pytest
from playwright.sync_api import expect

from tests.serving.console.conftest import Consoles
from tests.serving.console.shop import Shop, full_shop, troubled_shop
from tests.web.browsers import chromium
from tests.web.test_everybody import axe  # noqa: F401

pytestmark = pytest.mark.slow

STATES = ("well", "troubled", "empty", "away")
SIZES = ((390, 844), (1280, 900))


@pytest.fixture(scope="module")
def shops(tmp_path_factory):
    """The address of a console for a shop in each state, and a browser."""
    folder = tmp_path_factory.mktemp("shops")
    well = full_shop(folder / "well")
    away = full_shop(folder / "away")
    shutil.rmtree(folder / "away" / "store")
    (folder / "away" / "store").write_text("no folder")
    shops = {
        "well": well,
        "troubled": troubled_shop(folder / "troubled"),
        "empty": Shop(folder / "empty", well.now),
        "away": away,
    }
    # The browser ends first: its event loop runs in this thread.
    with Consoles() as start, chromium() as browser:
        yield {state: start(shop) for state, shop in shops.items()}, browser


def note(message, errors):
    """Collect the errors of the page."""
    if message.type == "error":
        errors.append(message.text)


@pytest.fixture
def opened(shops):
    """Opens the console: ``opened(state, **options of the browser)`` gives the page."""
    addresses, browser = shops
    contexts, errors = [], []

    def open_page(state, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda each: note(each, errors))
        page.goto(addresses[state])
        # The state is the last text that changes.
        expect(page.locator("#as-of")).not_to_be_empty()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(opened, axe, state, scheme):  # noqa: F811
    page = opened(state, color_scheme=scheme)
    open_all(page)

    page.evaluate(axe)
    found = page.evaluate("axe.run()")["violations"]

    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES)
def test_nothing_is_wider_than_the_screen(opened, state, size, language):
    width, height = size
    page = opened(state, viewport={"width": width, "height": height}, locale=language)
    open_all(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("well", "All is well"),
        ("troubled", "Look at this today"),
        ("empty", "Look at this today"),
        ("away", "Look at this today"),
    ],
)
def test_the_first_sentence_is_the_state(opened, state, sentence):
    heading = opened(state).get_by_role("heading", level=2).first

    expect(heading).to_contain_text(sentence)


def test_a_store_that_is_away_is_said_and_sellers_are_shown(opened):
    page = opened("away")

    expect(page.locator("#releases .unread")).to_contain_text("cannot be read")
    expect(page.locator("#sellers .share").first).to_contain_text("%")


def test_the_language_is_that_of_the_browser_until_it_is_chosen(opened):
    page = opened("troubled", locale="ja-JP")
    expect(page.get_by_role("heading", level=1)).to_have_text("コンソール")
    assert page.evaluate("document.documentElement.lang") == "ja"

    page.select_option("#language", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Console")
    page.reload()

    expect(page.locator("#releases h2")).to_have_text("Releases")


def test_a_command_is_copied_by_keyboard(opened):
    permissions = ["clipboard-read", "clipboard-write"]
    page = opened("troubled", permissions=permissions)
    button = page.locator("#findings button").first
    button.focus()
    page.keyboard.press("Enter")

    expect(button).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#findings code").first.text_content()
    assert copied.startswith("listrec train --resume ")


def test_what_is_open_stays_open_when_the_section_is_shown_anew(opened):
    page = opened("well")
    gate = page.locator("#releases details").first
    gate.locator("summary").click()
    page.select_option("#language", "ja")
    page.select_option("#language", "en")

    expect(page.locator("#releases details").first).to_have_attribute("open", "")


def open_all(page):
    """Open everything that is folded away."""
    page.evaluate(
        "document.querySelectorAll('details').forEach((each) => each.open = true)"
    )
