import pytest

from benchmarks.shops.rows import fold_of, read_rows, read_shop
from benchmarks.shops.shop_file import SHOPS, Shop, find_shop, read_shops
from common.errors import InputError
from common.groups import group_key

TABLE = """id\ttitle\tlabel_title\tcategory\tbrand\tprice\tcurrency\tphotos
1\tKestrel lamp\tlamp\tHome/Lamps\tKestrel\t12\tEUR\t7
2\tOak stool\tstool\tHome/Stools\t\t2\tEUR\t3
3\tred Kestrel mug\tmug\tHome/Mugs\tKestrel\t5\tEUR\t1
"""


@pytest.fixture
def data(tmp_path, monkeypatch):
    (tmp_path / "listings.tsv").write_text(TABLE, encoding="utf-8")
    monkeypatch.setenv("LISTREC_DATA", str(tmp_path))
    return tmp_path


def test_a_line_of_the_file_is_a_shop():
    shops = read_shops(SHOPS)
    assert shops["vinted"] == Shop("vinted", "vinted/listings.tsv")
    assert shops["women"].folds == 3


def test_shops_that_differ_in_photos_alone_have_the_same_texts():
    with_photos, without = find_shop("gumtree_photos"), find_shop("gumtree")
    assert with_photos.as_text == without.as_text
    assert with_photos != without


def test_an_unknown_key_and_a_missing_table_are_sentences(tmp_path):
    path = tmp_path / "shops.toml"
    path.write_text('a = {table = "a.tsv", tabel = 1}', encoding="utf-8")
    with pytest.raises(InputError, match="the shop a has no 'tabel'"):
        read_shops(path)
    path.write_text("a = {folds = 3}", encoding="utf-8")
    with pytest.raises(InputError, match="the shop a needs a table"):
        read_shops(path)


def test_an_unknown_shop_is_a_sentence_with_those_that_there_are(data, tmp_path):
    with pytest.raises(InputError, match="no shop 'kestrel'.*mercari, women"):
        read_shop("kestrel", tmp_path)


def test_a_shop_is_read_with_its_mapping_and_without_photos(data, tmp_path):
    shop = Shop("try", "listings.tsv", map={"title": "label_title"}, min_price=3)
    rows = read_rows(shop, tmp_path / "scratch")
    assert [row.title for row in rows] == ["lamp", "stool", "mug"]
    assert [row.price for row in rows] == [12.0, None, 5.0]
    assert not any(row.photos for row in rows)


def test_a_masked_title_does_not_name_the_brand(data, tmp_path):
    rows = read_rows(Shop("try", "listings.tsv", mask_brand=True), tmp_path / "scratch")
    assert [row.title for row in rows] == ["lamp", "Oak stool", "red mug"]


def test_a_group_has_one_fold(data, tmp_path):
    rows = read_rows(Shop("try", "listings.tsv"), tmp_path / "scratch")
    folds = {group_key(row): fold_of(row, 5) for row in [*rows, *rows]}
    assert all(fold_of(row, 5) == folds[group_key(row)] for row in rows)
