"""Real processes keep a listing in a bucket, and a command erases it from everywhere."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from io import BytesIO

import httpx
import pytest
from PIL import Image

from cli.main import main
from common.event_database.database import EventDatabase
from common.events import Shown
from common.kept_listing import photo_folder
from common.store.storage import Storage
from serving.receipts import make_receipt

LISTREC = [sys.executable, "-c", "from cli.main import run; run()"]
KEY = b"a key of receipts for this test only"
SELLER = "seller-to-be-erased"
TITLE = "Nike shoes of my late aunt"


@pytest.fixture
def home(tmp_path, s3_url, monkeypatch):
    monkeypatch.setenv("LISTREC_HOME", str(tmp_path))
    monkeypatch.setenv("LISTREC_RECEIPT_KEY", KEY.decode())
    monkeypatch.setenv("LISTREC_KEEP_LISTINGS", s3_url)
    return tmp_path


@pytest.fixture
def page(home):
    """The address of a gateway whose workers were forked; no suggester is needed."""
    command = [*LISTREC, "serve", "gateway", "--suggester", "127.0.0.1:1"]
    process = subprocess.Popen(
        [*command, "--http", "0", "--workers", "2"],
        env=os.environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process.stdout.readline().split()[-1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.communicate()


def receipt(request):
    shown = Shown(
        request=request,
        listing="m1",
        release="r1",
        versions={},
        experiments={},
        candidates=(),
        amounts=(),
        latency=0.01,
        time=datetime.now(UTC),
        seller=SELLER,
    )
    return make_receipt(shown, [KEY])


def list_item(page, request):
    body = {"receipt": receipt(request), "event": "listed", "item": {"title": TITLE}}
    file = BytesIO()
    Image.new("RGB", (40, 40), "red").save(file, "PNG")
    with httpx.Client(base_url=page, timeout=60, trust_env=False) as client:
        client.get("/")
        return client.post(
            "/v1/outcomes",
            data={"outcomes": json.dumps(body)},
            files=[("photos", file.getvalue())],
        )


@pytest.mark.slow
def test_a_listing_is_kept_in_a_bucket_and_erased_from_everywhere(home, page, s3_url):
    answers = [list_item(page, f"r{number}").json() for number in range(4)]
    assert answers == [{"stored": 1}] * 4
    database = EventDatabase(f"sqlite:///{home}/events.db")
    end = time.monotonic() + 60
    while database.count_listings() < 4 and time.monotonic() < end:
        time.sleep(0.2)
    photos = {path for each in database.read_listings() for path in each.photos}
    assert [path.split("/")[0] for path in photos] == [photo_folder(SELLER)]
    assert Storage(s3_url).keys("") == [photo_folder(SELLER)]

    assert main(["events", "erase", "--seller", SELLER]) == 0

    assert Storage(s3_url).keys("") == []
    files = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert not any(text.encode() in file for file in files for text in (SELLER, TITLE))
