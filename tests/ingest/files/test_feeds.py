"""Feeds in XML are tables: tags without namespaces are columns."""

import pytest

from common.errors import InputError
from ingest.files import open_records
from tests.ingest.files.reading import read, write

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel>
<title>The shop</title><link>https://shop.example</link>
<item><title>Shirt</title><g:title>Shirt</g:title><g:price>15.00 USD</g:price>
<g:additional_image_link>a.jpg</g:additional_image_link>
<g:additional_image_link>b.jpg</g:additional_image_link>
<g:shipping><g:country>US</g:country><g:price>3 USD</g:price></g:shipping></item>
<item><title>Salt & pepper \x0b mills</title><description><p>Of <b>wood</b></p></description></item>
</channel></rss>"""


def records(path):
    table = open_records(path)
    return [dict(zip(table.columns, row, strict=True)) for _, row, _, _ in read(path)]


def filled(path):
    return [{name: cell for name, cell in row.items() if cell} for row in records(path)]


def test_a_merchant_feed_is_a_table(tmp_path):
    shirt, mills = filled(write(tmp_path, "feed.xml", RSS))
    assert shirt == {
        "title": "Shirt",
        "price": "15.00 USD",
        "additional_image_link": ["a.jpg", "b.jpg"],
        "shipping.country": "US",
        "shipping.price": "3 USD",
    }
    assert mills == {"title": "Salt & pepper  mills", "description": "Of wood"}


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (
            '<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title>cup</title>'
            '<link href="https://a"/></entry></feed>',
            {"title": "cup", "link.href": "https://a"},
        ),
        (
            '<shop><categories><category id="1">A</category><category id="2">B</category>'
            '</categories><offers><offer id="7"><name>cup</name><price currency="EUR">3</price>'
            '<param name="Color">red</param></offer></offers></shop>',
            {
                "id": "7",
                "name": "cup",
                "price": "3",
                "price.currency": "EUR",
                "Color": "red",
            },
        ),
        ('<posts><row Id="1" Title="cup"/></posts>', {"Id": "1", "Title": "cup"}),
        (
            '<resultset><row><field name="id">1</field><field name="title">cup</field></row>'
            "</resultset>",
            {"id": "1", "title": "cup"},
        ),
    ],
)
def test_records_are_found_in_feeds_of_all_kinds(tmp_path, text, row):
    assert filled(write(tmp_path, "feed.xml", text)) == [row]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "cp932", "euc_jp"])
def test_a_feed_may_have_any_encoding(tmp_path, codec):
    text = (
        f'<?xml version="1.0" encoding="{codec}"?>'
        "<list><item><name>花柄ワンピース</name><id>1</id></item></list>"
    )
    assert records(write(tmp_path, "feed.xml", text.encode(codec))) == [
        {"name": "花柄ワンピース", "id": "1"}
    ]


def test_the_declared_encoding_is_believed(tmp_path):
    text = (
        '<?xml version="1.0" encoding="ISO-8859-2"?>'
        "<list><item><name>źle</name><id>1</id></item></list>"
    )
    assert (
        records(write(tmp_path, "feed.xml", text.encode("iso8859-2")))[0]["name"]
        == "źle"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (RSS[:-40], "is damaged XML"),
        ("<a>b</a>", "without a list of records"),
        (
            '<!DOCTYPE a [<!ENTITY b "c">]><a><item><x>&b;</x><y/></item></a>',
            "entities of its own",
        ),
        ("<!DOCTYPE html><html><table></table></html>", "is a web page"),
        ("<table><tr><td>title</td></tr></table>", "is a web page"),
        (
            '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
            '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>',
            "is an Excel workbook in XML",
        ),
    ],
)
def test_markup_of_no_use_is_one_sentence(tmp_path, text, sentence):
    with pytest.raises(InputError, match=sentence):
        read(write(tmp_path, "feed.xml", text))
