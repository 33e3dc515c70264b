import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from common.features.normalise import normalise

ANYTHING = st.text(
    st.characters() | st.sampled_from("\ud800\udfff\x00\x1f '\u2019\uff21\U0001f600")
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Nike AIR Max", "nike air max"),
        ("\uff2e\uff49\uff4b\uff45\u3000\uff11\uff12\uff18\uff27\uff22", "nike 128gb"),
        ("Levi's and Levi\u2019s", "levis and levis"),
        ("128 GB, 5 oz", "128gb 5oz"),
        ("1.7 OZ or 1,5 ml", "1.7oz or 1,5ml"),
        ("3 goats", "3 goats"),
        ("size 8, in box", "size 8 in box"),
        ("brand-new!!! (boxed)", "brand new boxed"),
        ("cute \U0001f600\U0001f600", "cute \U0001f600 \U0001f600"),
        ("ﾅｲｷ ズボン", "ナイキ ズボン"),
        ("【美品】ナイキの黒いスニーカー", "【 美品 】 ナイキ ノ 黒 イ スニーカー"),
        ("iPhone用ケース１０枚セット", "iphone 用 ケース 10枚 セット"),
        ("25.5cm、128ＧＢ、27インチ", "25.5cm 、 128gb 、 27inch"),
        ("50ミリのれんず 5 キロ", "50mm ノレンズ 5kg"),
        ("  \t\n\x00 ", ""),
    ],
)
def test_sellers_spell_one_thing_in_many_ways(written, read):
    assert normalise(written) == read


@given(ANYTHING)
def test_any_text_becomes_tokens_between_single_spaces(written):
    tokens = normalise(written).split(" ")
    assert tokens == [""] or all(token and not token.isspace() for token in tokens)


@given(ANYTHING)
def test_a_normalised_text_without_numbers_stays_as_it_is(written):
    read = normalise(written)
    assume(not any(unicodedata.category(letter) == "Nd" for letter in read))
    assert normalise(read) == read


@given(ANYTHING)
def test_width_does_not_matter(written):
    wide = written.translate(
        {code: code + 0xFEE0 for code in range(0x21, 0x7F) if code != 0x60}
    )
    narrow = written.replace("`", "")
    assert normalise(wide.replace("`", "")) == normalise(narrow)
