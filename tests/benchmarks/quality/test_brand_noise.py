from benchmarks.quality.brand_noise import find_named
from common.listing import NO_BRAND, Listing


def _named(*titles):
    known = [
        Listing(brand=brand) for brand in ("Ray-Ban", "Victoria's Secret", "Pink", "Bo")
    ] * 5
    rare = [Listing(brand="Rare")]
    rows = [Listing(title=title, brand=NO_BRAND) for title in titles]
    return {row.title: brand for brand, row in find_named([*known, *rare, *rows])}


def test_whole_words_name_a_brand_whatever_their_case_and_marks():
    titles = ("ray ban glasses", "VICTORIAS SECRET bra", "pinkish", "Rare coin")
    assert _named(*titles) == {titles[0]: "Ray-Ban", titles[1]: "Victoria's Secret"}


def test_the_longest_brand_of_a_title_is_named():
    title = "pink Victoria's Secret bo"
    assert _named(title) == {title: "Victoria's Secret"}


def test_listings_that_say_their_brand_are_left_alone():
    known = [Listing(title="pink", brand="Pink")] * 5
    assert not list(find_named([*known, Listing(title="pink")]))
