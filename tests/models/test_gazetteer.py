import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.listing import NO_BRAND
from models.brand import gazetteer

BRANDS = [
    NO_BRAND,
    "Nike",
    "Michael Kors",
    "Kate Spade New York",
    "Levi's",
    "Pink",
    "ＧＵ",
    "!!!",
]


@pytest.fixture(scope="module")
def names():
    return gazetteer.build(BRANDS, NO_BRAND)


def _mentioned(names, text):
    return {BRANDS[index] for index in names.mentions([text])[1]}


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("new Nike shoes", {"Nike"}),
        ("NIKE, size 8", {"Nike"}),
        ("michael   kors bag", {"Michael Kors"}),
        ("Kate Spade New York tote", {"Kate Spade New York"}),
        ("levis and Levi’s and levi's", {"Levi's"}),
        ("gu ジャケット", {"ＧＵ"}),
        ("nike x michael kors", {"Nike", "Michael Kors"}),
        ("nikes or unikely", set()),
        ("michael and kors", set()),
        ("kate spade", set()),
        ("no brand at all !!!", set()),
        ("", set()),
    ],
)
def test_names_are_found_as_whole_words_however_they_are_written(
    names, text, mentioned
):
    assert _mentioned(names, text) == mentioned


def test_mentions_say_which_text_they_are_in(names):
    texts, classes = names.mentions(["hat", "nike", "", "pink nike"])
    assert sorted(zip(texts.tolist(), classes.tolist(), strict=True)) == [
        (1, 1),
        (3, 1),
        (3, 5),
    ]


def test_a_name_does_not_run_from_one_text_into_the_next(names):
    assert len(names.mentions(["michael", "kors"])[0]) == 0


def test_of_two_spellings_of_a_name_the_more_frequent_counts():
    built = gazetteer.build(["Nike", "NIKE"], NO_BRAND)
    assert built.mentions(["nike"])[1].tolist() == [0]


def test_a_shop_without_brands_mentions_none():
    empty = gazetteer.build([NO_BRAND], NO_BRAND)
    assert empty.scores(["no brand", "nike"]).tolist() == [[0.0], [0.0]]


def test_longer_names_than_are_looked_for_are_left_out():
    long = gazetteer.build(["a b c d", "a b c d e"], NO_BRAND)
    assert long.mentions(["a b c d e"])[1].tolist() == [0]


def test_a_name_that_is_often_something_else_is_a_weaker_sign(names):
    texts = ["nike shoes"] * 20 + ["pink shoes"] * 20 + ["shoes"] * 16
    classes = np.array([1.0] * 20 + [5.0] * 4 + [0.0] * 16 + [5.0] * 16)
    gains = dict(
        zip(BRANDS, gazetteer.fit_gains(names, texts, classes).gains, strict=True)
    )
    assert gains["Nike"] > 0.5
    assert gains["Nike"] > gains["Pink"] + 0.3


def test_a_name_that_was_mentioned_once_is_trusted_as_all_names_are(names):
    texts, classes = (
        ["nike shoes"] * 50 + ["levis"],
        np.array([1.0] * 25 + [0.0] * 25 + [4.0]),
    )
    gains = gazetteer.fit_gains(names, texts, classes).gains
    precision = (1 + gazetteer.PRIOR_ROWS * 26 / 51) / (1 + gazetteer.PRIOR_ROWS)
    assert gains[4] == pytest.approx(
        np.log(precision / (2 / (51 + len(BRANDS)))), abs=1e-3
    )


def test_mentions_that_are_never_true_say_nothing(names):
    fitted = gazetteer.fit_gains(names, ["nike shoes"] * 9, np.zeros(9))
    assert not fitted.gains.any()


def test_rows_without_a_label_teach_nothing(names):
    fitted = gazetteer.fit_gains(names, ["nike"] * 10, np.full(10, np.nan))
    np.testing.assert_array_equal(
        fitted.gains, gazetteer.fit_gains(names, [], np.zeros(0)).gains
    )


def test_only_mentioned_classes_score(names):
    fitted = gazetteer.fit_gains(names, ["nike"] * 10, np.ones(10))
    scores = fitted.scores(["my nike hat", "my hat"])
    assert scores[0].nonzero()[0].tolist() == [1]
    assert not scores[1].any()


def test_it_comes_back_from_the_artifact_as_it_was(names):
    fitted = gazetteer.fit_gains(names, ["nike"] * 10, np.ones(10))
    loaded = gazetteer.build(BRANDS, NO_BRAND, gazetteer.stored_gains(fitted))
    text = ["nike and michael kors"]
    np.testing.assert_allclose(loaded.scores(text), fitted.scores(text), atol=1e-4)


@given(st.lists(st.text(st.characters(), max_size=20), max_size=4))
def test_any_text_is_searched(texts):
    names = gazetteer.build(BRANDS, NO_BRAND)
    assert names.scores(texts).shape == (len(texts), len(BRANDS))
