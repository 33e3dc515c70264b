"""Each form as the file that its system writes, through the whole of ingest: nothing is lost."""

import pytest

from common.progress import ignore_progress
from common.snapshot import SPLITS
from ingest.exports import NAMES
from ingest.ingest import Options, ingest_file
from tests.ingest.exports.test_ebay import TEMPLATE
from tests.ingest.exports.test_japanese import AUCTIONS, MERCARI, RAKUTEN, SHOPPING
from tests.ingest.exports.test_kaggle_mercari import TABLE as KAGGLE
from tests.ingest.exports.test_marketplaces import AMAZON, ETSY, FEED
from tests.ingest.exports.test_shopify import TABLE as SHOPIFY
from tests.ingest.exports.test_woocommerce import BLUE, HEADER, HOODIE, SIMPLE

XML_FEED = """<?xml version="1.0"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel>
<title>Shop</title><link>https://s.example</link>
<item><g:id>S1</g:id><title>Polo shirt</title><g:description>Cotton &amp; silk</g:description>
<g:price>15.00 EUR</g:price><g:condition>used</g:condition><g:brand>Acme</g:brand>
<g:google_product_category>Apparel &gt; Shirts</g:google_product_category>
<g:additional_image_link>https://s.example/2.jpg</g:additional_image_link>
<g:additional_image_link>https://s.example/3.jpg</g:additional_image_link>
<g:shipping><g:country>US</g:country><g:price>6.49 EUR</g:price></g:shipping></item>
<item><g:id>S2</g:id><title>Cap</title><g:price>9.50 EUR</g:price>
<g:shipping><g:country>US</g:country><g:price>0 EUR</g:price></g:shipping></item>
</channel></rss>
"""

FILES = {
    "kaggle mercari": (KAGGLE.replace(",", "\t"), "utf-8", "train.tsv"),
    "shopify": (SHOPIFY, "utf-8-sig", "products_export.csv"),
    "woocommerce": (HEADER + SIMPLE + HOODIE + BLUE, "utf-8-sig", "wc-product.csv"),
    "ebay": ("#INFO,Version=1.0,,Template=fx\n" + TEMPLATE, "cp1252", "ebay.csv"),
    "etsy": (ETSY, "utf-8", "EtsyListingsDownload.csv"),
    "amazon": (AMAZON.replace(",", "\t"), "cp1252", "listings.txt"),
    "google merchant": (FEED, "utf-8", "feed.txt"),
    "mercari shops": (MERCARI, "cp932", "items.csv"),
    "rakuten": (RAKUTEN, "cp932", "normal-item.csv"),
    "yahoo auctions": (AUCTIONS, "cp932", "auctions.csv"),
    "yahoo shopping": (SHOPPING, "cp932", "data.csv"),
}
"""An invented file of each form, in the encoding and with the name that its system gives."""

NOT_SAID = {"kaggle mercari": 3, "yahoo shopping": 0}
"""Cells that say nothing, such as condition 9 of 5, and are dropped."""


def ingest(path, text, encoding):
    path.write_bytes(text.encode(encoding))
    everything = Options(fractions=(1.0, 0.0, 0.0))
    return ingest_file(path, path.parent / "out", everything, ignore_progress)


def test_every_form_has_a_file():
    assert set(FILES) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_the_system_goes_in_as_it_comes_out(tmp_path, name):
    text, encoding, file_name = FILES[name]
    manifest = ingest(tmp_path / file_name, text, encoding).manifest
    rows, cells = manifest.rows, manifest.cells

    assert manifest.source["kind"] == name
    # Kaggle's row with a price of 0 is an error in its data.
    assert rows["rejected"] == (name == "kaggle mercari")
    assert rows["read"] == rows["accepted"] + rows["merged"] + rows["rejected"]
    assert {"title", "price"} <= cells.keys()
    n_dropped = sum(counts["dropped"] for counts in cells.values())
    assert n_dropped == NOT_SAID.get(name, 0), cells


def test_a_feed_in_xml_goes_in_as_it_comes_out(tmp_path):
    snapshot = ingest(tmp_path / "feed.xml", XML_FEED, "utf-8")
    assert snapshot.manifest.source["kind"] == "google merchant"
    shirt, cap = [row for split in SPLITS for row in snapshot.read(split)]
    assert (shirt.title, shirt.description) == ("Polo shirt", "Cotton & silk")
    assert (shirt.category, shirt.condition) == ("Apparel/Shirts", "used")
    assert (shirt.price, shirt.currency, shirt.shipping_payer) == (15.0, "EUR", "buyer")
    assert (cap.price, cap.shipping_payer) == (9.5, "seller")
