"""Labels that differ in spelling alone are one label."""

from common.listing import Listing
from ingest.spellings import choose_spellings


def brands(*names):
    return [Listing(brand=name) for name in names]


def test_the_commonest_spelling_is_shown():
    rows = brands("KESTREL", "Kestrel", "Kestrel", "kestrel", "Kestrel®")
    spellings = choose_spellings(rows)
    assert {spellings.apply(row).brand for row in rows} == {"Kestrel"}
    assert spellings.joined["brand"][0][0] == "Kestrel"


def test_a_spelling_that_the_sample_lacks_is_joined_too():
    spellings = choose_spellings(brands("Kestrel"))
    assert spellings.apply(Listing(brand="KESTREL ")).brand == "Kestrel"


def test_a_new_label_keeps_the_spelling_of_its_first_row():
    spellings = choose_spellings([])
    first, second = brands("Acme", "ACME")
    assert spellings.apply(first).brand == "Acme"
    assert spellings.apply(second).brand == "Acme"


def test_levels_of_categories_are_joined_below_the_same_parent():
    paths = [
        "Women/Tops",
        "women/Tops/Shirts",
        "Women/TOPS/Shirts",
        "Women/Tops/Shirts",
    ]
    spellings = choose_spellings(Listing(category=path) for path in paths)
    applied = [spellings.apply(Listing(category=path)).category for path in paths]
    assert applied == ["Women/Tops", *["Women/Tops/Shirts"] * 3]


def test_equally_common_spellings_do_not_depend_on_the_order():
    one = choose_spellings(brands("acme", "Acme"))
    two = choose_spellings(brands("Acme", "acme"))
    assert one.chosen == two.chosen


def test_a_listing_in_the_chosen_spelling_is_not_copied():
    spellings = choose_spellings(brands("Acme"))
    listing = Listing(brand="Acme")
    assert spellings.apply(listing) is listing
