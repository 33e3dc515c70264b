"""The parts of the simulator one by one: prices, sales, shipping, sellers, brands and photos."""

import io
from dataclasses import fields

import numpy as np
import pytest
from PIL import Image

from common.listing import CONDITIONS
from common.taxonomy import Taxonomy
from simulator import prices, sales, shipping
from simulator.appearance import brand_logos, leaf_looks
from simulator.arrays import sample_categorical
from simulator.articles import Article
from simulator.brands import Brand, make_brands
from simulator.categories import load_leaves
from simulator.descriptions import DescriptionWriter
from simulator.ground_truth import BLOCK, LatentState, latent_rows
from simulator.jpeg import SIDE, encode_jpeg
from simulator.listings import ListingSampler
from simulator.photos import PhotoRenderer
from simulator.sampling import draw_block
from simulator.scripts import FULL_WIDTH, HALF_WIDTH, HIRAGANA
from simulator.seller_style import SellerStyle, choose, seller_style
from simulator.sellers import (
    GROUP_ROWS,
    SELLERS_PER_GROUP,
    Sellers,
    assign_sellers,
    draw_sellers,
)
from simulator.shipping import ShippingRates
from simulator.textures import MATERIALS, N_PATTERNS, SPAN, draw_textures
from simulator.titles import MAX_TITLE_LENGTH, TitleWriter
from simulator.world import World, load_phrases, load_world


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


@pytest.fixture(scope="module")
def rates() -> ShippingRates:
    return ShippingRates.from_taxonomy(Taxonomy.default())


@pytest.fixture(scope="module")
def block(world: World, rates: ShippingRates) -> tuple[Sellers, LatentState]:
    return draw_block(world, rates, np.random.default_rng(1))


def test_shares_of_leaves_and_brands_add_up_to_one(world: World) -> None:
    frequencies = world.frequencies
    assert frequencies.root_cdf[-1] == pytest.approx(1)
    assert np.allclose(frequencies.leaf_cdf[:, -1], 1)
    assert (np.diff(frequencies.pair_cdf) > 0).all()
    assert sum(leaf.share for leaf in load_leaves()) == pytest.approx(1)


def test_a_categorical_sample_follows_its_probabilities() -> None:
    cdf = np.tile(np.cumsum((0.2, 0.5, 0.3)), (20_000, 1))
    drawn = sample_categorical(cdf, np.random.default_rng(1))
    assert np.bincount(drawn) / len(drawn) == pytest.approx([0.2, 0.5, 0.3], abs=0.02)


def test_a_leaf_is_never_its_own_sibling(world: World) -> None:
    alone = [(number,) == siblings for number, siblings in enumerate(world.siblings)]
    for number, siblings in enumerate(world.siblings):
        assert alone[number] or number not in siblings


def test_every_brand_of_a_japanese_name_has_a_japanese_spelling() -> None:
    for brand in make_brands():
        english, japanese = brand.spellings
        assert brand.name in english
        assert brand.name in japanese
        assert not brand.ja or any(brand.ja in spelling for spelling in japanese)


def test_a_block_has_one_value_a_row_in_every_column(
    block: tuple[Sellers, LatentState], world: World
) -> None:
    sellers, state = block
    for field in fields(state):
        assert getattr(state, field.name).shape == (BLOCK,)
    assert state.seller.max() < len(sellers.home_root)
    assert state.leaf.max() < len(world.leaves)
    assert set(state.condition) <= set(range(len(CONDITIONS)))


def test_a_latent_row_holds_the_values_of_its_row(
    block: tuple[Sellers, LatentState],
) -> None:
    _, state = block
    row = latent_rows(state)[17]
    for field in fields(state):
        assert getattr(row, field.name) == getattr(state, field.name)[17]


def test_a_seller_has_rows_of_one_group_only() -> None:
    seller = assign_sellers(np.random.default_rng(1), 4 * GROUP_ROWS)
    groups = np.arange(4 * GROUP_ROWS) // GROUP_ROWS
    assert (seller // SELLERS_PER_GROUP == groups).all()


def test_sellers_of_a_block_are_as_many_as_its_groups_need(world: World) -> None:
    sellers = draw_sellers(world, np.random.default_rng(1), BLOCK)
    count = BLOCK // GROUP_ROWS * SELLERS_PER_GROUP
    assert sellers.style.shape == (count, 8)
    assert 0 <= sellers.promotion.min() <= sellers.promotion.max() <= 1


def test_prices_are_legal_and_their_logs_vary_around_the_fair_value() -> None:
    fair = np.full(20_000, np.log(30.0))
    drawn = prices.draw_prices(np.random.default_rng(1), fair, np.zeros(20_000))
    assert prices.MIN_PRICE <= drawn.min() <= drawn.max() <= prices.MAX_PRICE
    assert np.median(drawn) == pytest.approx(30, rel=0.05)
    assert np.allclose(drawn * 100, np.round(drawn * 100))


def test_a_price_distribution_rises_from_none_to_all() -> None:
    distribution = prices.PriceDistribution(np.log([10.0, 100.0]))
    assert (distribution.cdf([2.0, 2.0]) == 0).all()
    assert (distribution.cdf([5000.0, 5000.0]) == 1).all()
    low, high = distribution.interval(0.8)
    assert (low < [10, 100]).all()
    assert (high > [10, 100]).all()


def test_a_better_condition_is_worth_more(
    block: tuple[Sellers, LatentState], world: World
) -> None:
    _, state = block
    values = prices.log_fair_values(world, state)
    assert values[state.condition == 0].mean() > values[state.condition == 4].mean()
    assert np.abs(prices.seasonality(world, state)).max() <= 1


def test_a_sale_is_likelier_with_time_and_never_after_the_last_day() -> None:
    scales = np.array([20.0, 20.0])
    week, month = (sales.sold_within(scales, days) for days in (7, 30))
    assert (week < month).all()
    days = sales.draw_days_to_sale(
        np.random.default_rng(1), np.full(1000, 20.0), np.full(1000, 10)
    )
    assert days.min() == -1
    assert days.max() <= 10


def test_shipping_probabilities_add_up_to_one(
    block: tuple[Sellers, LatentState], world: World, rates: ShippingRates
) -> None:
    _, state = block
    sizes = shipping.parcel_size_probabilities(world, state)
    methods = shipping.marginal_method_probabilities(
        rates, state.parcel_size, state.price
    )
    assert np.allclose(sizes.sum(axis=1), 1)
    assert np.allclose(methods.sum(axis=1), 1)
    assert (methods[np.isinf(rates.fees[state.parcel_size])] == 0).all()


def test_a_favourite_method_is_likelier(rates: ShippingRates) -> None:
    size, price = np.zeros(1, dtype=np.int64), np.array([20.0])
    without = shipping.method_probabilities(rates, size, price, np.array([0]))
    favourite = shipping.method_probabilities(rates, size, price, np.array([1]))
    assert favourite[0, 0] > without[0, 0]


def test_sellers_pay_more_often_for_dear_articles(
    block: tuple[Sellers, LatentState], world: World
) -> None:
    _, state = block
    size = np.zeros(BLOCK, dtype=np.int64)
    cheap, dear = (
        shipping.marginal_seller_pays_probability(
            world, state, size, np.full(BLOCK, price)
        )
        for price in (5.0, 100.0)
    )
    assert (cheap < dear).all()


def test_a_choice_is_even_over_its_items() -> None:
    assert [choose("abcd", draw) for draw in (0.0, 0.25, 0.5, 0.99)] == list("abcd")


@pytest.mark.parametrize("japanese", [False, True])
def test_a_style_orders_every_part_of_a_title_once(
    block: tuple[Sellers, LatentState], japanese: bool
) -> None:
    phrases = load_phrases()["ja" if japanese else "en"]
    style = seller_style(block[0], 3, japanese, phrases)
    assert sorted(style.part_order) == list(range(11))
    assert 0.4 <= style.brand_share <= 0.85


def _plain_article(world: World, japanese: bool) -> Article:
    style = SellerStyle(
        part_order=tuple(range(11)),
        separator=" ",
        title_frame="",
        slogan="",
        footer="Thanks.",
        uses_form=False,
        letter_case=0,
        character_width=None,
        brand_share=1.0,
        promotion=0.0,
        carelessness=0.0,
        terseness=0.0,
    )
    brand: Brand = world.brands[0]
    return Article(world.leaves[0], brand, brand, japanese, "", "", "", 0, 1, style)


@pytest.mark.parametrize("japanese", [False, True])
def test_a_plain_title_is_brand_and_noun(world: World, japanese: bool) -> None:
    article = _plain_article(world, japanese)
    title = TitleWriter(world.brands).write(article, lambda: 0.9)
    assert len(title) <= MAX_TITLE_LENGTH[japanese]
    assert any(title.startswith(name) for name in world.brands[0].spellings[japanese])
    assert any(noun in title for noun in world.leaves[0].nouns[japanese])


def test_a_description_ends_with_the_footer(world: World) -> None:
    article = _plain_article(world, japanese=False)
    description = DescriptionWriter(world.brands).write(article, lambda: 0.9)
    assert description.endswith("Thanks.")
    assert DescriptionWriter(world.brands).write(article, lambda: 0.0) == ""


def test_scripts_translate_letters_and_kana() -> None:
    assert "A1".translate(FULL_WIDTH) == "Ａ１"
    assert "カバン".translate(HIRAGANA) == "かばん"
    assert "ガ".translate(HALF_WIDTH) == "ｶﾞ"


def test_every_leaf_has_a_look_and_every_brand_a_logo(world: World) -> None:
    looks, logos = leaf_looks(world), brand_logos(world)
    assert len(looks) == len(world.leaves)
    assert len(logos) == len(world.brands)
    for look in looks:
        assert look.material < len(MATERIALS)
        assert look.pattern < N_PATTERNS
        assert look.parts[-1][2] == len(look.points)


def test_textures_are_the_same_at_every_call() -> None:
    first, again = draw_textures(), draw_textures()
    assert first.materials.shape == (len(MATERIALS), SPAN, SPAN)
    assert first.patterns.shape == (N_PATTERNS, SPAN, SPAN)
    assert (first.noise == again.noise).all()


def test_a_photo_is_stored_rotated_with_the_orientation_that_says_so() -> None:
    pixels = np.full((SIDE, SIDE, 3), 128, dtype=np.uint8)
    shading = np.zeros((SIDE, SIDE), dtype=np.float32)
    upright, rotated = (
        Image.open(io.BytesIO(encode_jpeg(pixels, shading, [0.5] * 6 + [turn])))
        for turn in (0.5, 0.01)
    )
    assert upright.getexif().get(274, 1) == 1
    assert rotated.getexif().get(274) == 6
    assert rotated.size == upright.size[::-1]


def test_a_renderer_leaves_rows_without_photos_alone(world: World) -> None:
    sellers, state, _ = ListingSampler(1).sample_state(0)
    forms: list[dict[str, object]] = [
        {"title": "a", "description": "b"} for _ in range(30)
    ]
    PhotoRenderer(world, 1).add_photos(forms, latent_rows(state)[:30], sellers, 0)
    without = [form for form in forms if "photos" not in form]
    assert without
    assert all(form == {"title": "a", "description": "b"} for form in without)
