"""Bytes become the text that was written, and nobody has to name the encoding."""

import pytest

from common.errors import InputError
from ingest.files import open_records
from tests.ingest.files.reading import cells, write

JAPANESE = "id,title\n1,花柄ワンピース 新品\n2,革財布 二つ折り、未使用です\n"
FRENCH = "id,title\n1,robe d'été légère\n2,façon crème – 45 €\n"
GERMAN = "id,title\n1,Grüne Jacke Größe 38\n"
RUSSIAN = "id,title\n1,Платье летнее\n2,Куртка мужская\n"
POLISH = "id,title\n1,Sukienka dziecięca żółta\n2,Spódnica w kratę\n"
CZECH = "id,title\n1,Dámské šaty červené\n2,Dětské boty hnědé\n3,Zimní bunda růžová a žlutá\n"
KOREAN = "id,title\n1,여성 원피스 새상품\n2,남성 자켓 검정색\n"
CHINESE = "id,title\n1,连衣裙 夏季 新款\n2,男士夹克 黑色\n"


def rows(text):
    return [line.split(",") for line in text.splitlines()[1:]]


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        *((JAPANESE, codec) for codec in ("utf-8", "cp932", "euc_jp", "iso2022_jp")),
        *(
            (JAPANESE, codec)
            for codec in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
        ),
        *((FRENCH, codec) for codec in ("utf-8", "cp1252", "mac_roman", "utf-32")),
        *((GERMAN, codec) for codec in ("latin-1", "cp850", "mac_roman")),
        *((RUSSIAN, codec) for codec in ("cp1251", "koi8_r", "cp866")),
        (POLISH, "cp1250"),
        (CZECH, "cp1250"),
        (KOREAN, "cp949"),
        (CHINESE, "gb18030"),
    ],
)
def test_text_of_any_usual_encoding_is_read(tmp_path, text, codec):
    path = write(tmp_path, "shop.csv", text.encode(codec))
    assert cells(path) == rows(text)


def test_the_profile_says_the_encoding_with_an_example(tmp_path):
    path = write(tmp_path, "shop.csv", JAPANESE.encode("cp932"))
    (note,) = open_records(path).notes
    assert note == "encoding: cp932 (cells such as '花柄ワンピース')"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_text_is_known_without_a_mark(tmp_path, codec):
    path = write(tmp_path, "shop.csv", "id,title\n1,Levi jeans\n".encode(codec))
    assert cells(path) == [["1", "Levi jeans"]]


def test_marks_are_skipped_wherever_files_were_joined(tmp_path):
    part = "\ufeff\ufeffid,title\n1,cup\n".encode()
    assert cells(write(tmp_path, "shop.csv", part + part)) == [["1", "cup"]] * 2


def test_a_legacy_encoding_that_shows_late_is_recognised(tmp_path):
    plain = "".join(f"{n},plain cup\n" for n in range(20_000))
    data = f"id,title\n{plain}20000,革財布の新品です\n".encode("cp932")
    assert cells(write(tmp_path, "shop.csv", data))[-1] == ["20000", "革財布の新品です"]


def test_joined_files_of_two_encodings_are_both_read(tmp_path):
    data = "id,title\n1,été\n2,Größe\n".encode() + "3,crème brûlée\n".encode("cp1252")
    path = write(tmp_path, "shop.csv", data)
    table = open_records(path)
    assert [list(row) for _, row, _, _ in table.records(["title"])] == [
        ["été"],
        ["Größe"],
        ["crème brûlée"],
    ]
    assert "lines in an encoding other than the rest, read by that: 1" in table.notes


def test_a_damaged_character_costs_itself_alone(tmp_path):
    data = "id,title\n1,thé\n2,thé caf".encode() + b"\xc3\n"
    table = open_records(write(tmp_path, "shop.csv", data))
    assert [row and row[1] for _, row, _, _ in table.records(["id", "title"])] == [
        "thé",
        "thé caf\ufffd",
    ]
    assert "lines with bytes that are no text, read as U+FFFD: 1" in table.notes


def test_the_option_overrules_recognition(tmp_path):
    path = write(tmp_path, "shop.csv", JAPANESE.encode("cp932"))
    assert cells(path, encoding="shift_jis") == rows(JAPANESE)
    assert cells(path, encoding="latin-1") != rows(JAPANESE)


@pytest.mark.parametrize("name", ["klingon", "base64", "idna", "utf-7"])
def test_an_unknown_encoding_is_one_sentence(tmp_path, name):
    with pytest.raises(InputError, match=f"no encoding '{name}'"):
        cells(write(tmp_path, "shop.csv", "id\n1\n"), encoding=name)


@pytest.mark.parametrize("price", ["£12", "£ 12", "12 £", "12£"])
def test_a_single_sign_of_a_currency_is_no_letter(tmp_path, price):
    path = tmp_path / "shop.csv"
    path.write_bytes(f"title,price\ncup,{price}\nmug,7\n".encode("cp1252"))
    assert cells(path) == [["cup", price], ["mug", "7"]]
