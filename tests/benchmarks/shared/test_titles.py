import pytest

from benchmarks.shared.titles import without_brand


@pytest.mark.parametrize(
    ("title", "brand", "left"),
    [
        ("Nike Men Blue Shoes", "Nike", "Men Blue Shoes"),
        ("Puma men PUMA logo tee", "Puma", "men logo tee"),
        (
            "United Colors of Benetton Men Shirt",
            "United Colors of Benetton",
            "Men Shirt",
        ),
        ("Menswear Men Shirt", "Men", "Menswear Shirt"),
        ("Turtle Check Shirt", "", "Turtle Check Shirt"),
        ("Nike", "Nike", ""),
    ],
)
def test_a_brand_is_taken_out_of_a_title_as_whole_words(title, brand, left):
    assert without_brand(title, brand) == left
