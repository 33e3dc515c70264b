import base64
import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from common.listing import Photo
from common.progress import ignore_progress
from pipelines.evaluation.comparison import Question, compare
from pipelines.reports.html import render
from tests.web.browsers import chromium

VOID = {"meta", "img", "br", "link", "hr", "input"}
SCRIPT = "<script>alert('$x$ & y')</script>"


class Page(HTMLParser):
    """Reads a page: words, images and rows of tables; every element must be closed in order."""

    def __init__(self, text):
        super().__init__()
        self.opened, self.words, self.images, self.rows, self.tags = (
            [],
            [],
            [],
            [],
            set(),
        )
        self.feed(text)
        self.close()
        assert self.opened == []

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        attributes_by_name = dict(attributes)
        if tag == "img":
            self.images.append(attributes_by_name["src"])
        if tag == "tr":
            self.rows.append((attributes_by_name, []))
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag):
        assert self.opened.pop() == tag

    def handle_data(self, data):
        self.words.append(data)
        if self.rows and "tr" in self.opened and data.strip():
            self.rows[-1][1].append(data.strip())


@pytest.fixture(scope="module")
def comparison(rivals):
    """The champion's category model against the worse one."""
    settings, worse = rivals
    snapshot = settings.home / "snapshot"
    question = Question("category", snapshot, against=worse["category"])
    return compare(settings, question, ignore_progress)


def page(comparison, **changed):
    made = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    return render(
        replace(comparison, **changed), ["listrec", "evaluate", "category"], made
    )


def with_listing(comparison, **changed):
    """The comparison with one listing in place of its first mistake's."""
    (field,) = comparison.fields
    first = field.mistakes[0]
    mistakes = (
        replace(first, listing=replace(first.listing, **changed)),
        *field.mistakes[1:],
    )
    return replace(comparison, fields=(replace(field, mistakes=mistakes),))


def test_the_page_says_what_was_compared_and_how_it_ended(comparison):
    words = " ".join(Page(page(comparison)).words)

    for wanted in (
        comparison.a,
        comparison.b,
        comparison.snapshot,
        "2 January 2026, 03:04 UTC",
    ):
        assert wanted in words
    assert "listrec evaluate category" in words
    assert "A is better than B: category top1 is" in words


def test_the_page_is_whole_and_asks_nobody_for_anything(comparison):
    text = page(comparison)

    assert not Page(text).tags & {"script", "link", "iframe"}
    assert re.findall(r'(?:src|href)="(?!data:image/jpeg;base64,|#)[^"]*', text) == []
    assert "@import" not in text
    assert "url(http" not in text
    assert text.count("<svg") == 2


def test_slices_are_listed_with_rows_that_sum_to_all(comparison):
    rows = [
        cells
        for attributes, cells in Page(page(comparison)).rows
        if attributes.get("data-dimension")
    ]

    (field,) = comparison.fields
    assert len(rows) == 2 * len(field.parts)  # top1 and top5
    assert sum(int(cells[1]) for cells in rows) == 2 * 5 * field.headline.rows


def test_what_sellers_wrote_is_escaped(comparison):
    spoilt = with_listing(
        comparison, title=SCRIPT, description=SCRIPT, size=SCRIPT, category=SCRIPT
    )
    (field,) = spoilt.fields
    parts = (replace(field.parts[0], name=SCRIPT), *field.parts[1:])
    text = page(spoilt, fields=(replace(field, parts=parts),))

    read = Page(text)
    assert "script" not in read.tags
    assert SCRIPT in read.words
    assert "".join(read.words).count(SCRIPT) >= 6  # in the plot too


def test_half_a_character_does_not_stop_the_report(comparison, tmp_path):
    from pipelines.reports.html import write

    write(
        with_listing(comparison, title="\ud83d shoes"),
        tmp_path / "page.html",
        ["listrec"],
    )

    assert "? shoes" in (tmp_path / "page.html").read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_photos_are_part_of_the_page_and_broken_ones_are_told(comparison):
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "red").save(file, "PNG")
    photos = (Photo(file.getvalue()), Photo(b"no photo"))
    read = Page(page(with_listing(comparison, photos=photos)))

    image = Image.open(io.BytesIO(base64.b64decode(read.images[0].split(",")[1])))
    assert image.size == (144, 108)
    assert np.asarray(image)[50, 50, 0] > 200
    assert "a photo that cannot be shown" in read.words
    assert all(len(src) < 20_000 for src in read.images)


def test_the_same_comparison_gives_the_same_page(comparison):
    assert page(comparison) == page(comparison)


def test_one_version_alone_has_no_columns_of_another(rivals):
    settings, _ = rivals
    alone = compare(
        settings, Question("price", settings.home / "snapshot"), ignore_progress
    )
    words = " ".join(Page(page(alone)).words)

    assert "A less B" not in words
    assert "B suggested" not in words
    assert "price rmsle is" in words


@pytest.mark.slow
def test_the_policy_of_the_page_lets_its_own_style_and_photos_in(comparison, tmp_path):
    (tmp_path / "page.html").write_text(page(comparison), "utf-8", errors="replace")
    said = []
    with chromium() as browser:
        opened = browser.new_page()
        opened.on("console", lambda message: said.append(message.text))
        opened.goto((tmp_path / "page.html").as_uri())
        widths = opened.evaluate("[...document.images].map((i) => i.naturalWidth)")
        width = opened.evaluate("getComputedStyle(document.body).maxWidth")
    assert said == []
    assert widths
    assert all(widths)
    assert width == "896px"
