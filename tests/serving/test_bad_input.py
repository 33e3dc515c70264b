"""Everything people and broken programs send: a clear answer, and a server that lives on."""

import io
import json
import shutil
import struct
import zlib

import grpc
import numpy as np
import pytest
from PIL import Image

import models
from common.errors import ArtifactError, InputError
from common.listing import Listing, Photo
from common.snapshot import Snapshot
from common.store import artifacts
from common.store.release import ReleaseStore
from serving import convert
from serving.client import Client
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc


@pytest.fixture
def ask(served):
    """Asks the champion; when the test ends, the server must still answer everybody else."""
    with Client(served) as client:
        yield lambda listing, **options: client.suggest(listing, timeout=30, **options)
        answer = client.suggest(Listing("running shoes"), timeout=30)
        assert (tuple(answer.by_model), answer.missing) == (models.NAMES, {})


def answered(answer):
    """Whether every model said something."""
    return tuple(answer.by_model) == models.NAMES and all(
        each.abstained or each.price or any(each.candidates.values())
        for each in answer.by_model.values()
    )


def jpeg():
    file = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(file, "JPEG")
    return file.getvalue()


def bomb():
    """A PNG of 50,000 x 50,000 pixels in some 60 bytes."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunks = [header, b"IDAT" + zlib.compress(b""), b"IEND"]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(each) - 4) + each + struct.pack(">I", zlib.crc32(each))
        for each in chunks
    )


@pytest.mark.parametrize(
    "listing",
    [
        Listing(),
        Listing(title="   "),
        Listing("shoes", description="word " * 200_000),
        Listing("👟🇯🇵👩‍👩‍👧‍👦 🏷️"),
        Listing("حذاء رياضي \u202eseohs\u202c נעליים"),
        Listing("sho\x00es", description="\x00\x01\x1b[31m red\r\n\x7f\x9f"),
        Listing("shoes \ud83d \udc5f", description="\udfff"),
        Listing("\u200b\ufeff\u2028"),
        Listing("shoes", category="Nowhere/Nothing/Nobody"),
        Listing("shoes", brand="No Such Brand Ever", size="🦶", colour="\x00"),
    ],
    ids=lambda listing: ascii(listing.title or listing.category or "nothing")[:24],
)
def test_odd_words_are_answered(ask, listing):
    assert answered(ask(listing))


def test_a_price_in_another_currency_is_no_ground_for_a_price_in_ours(ask):
    ours = ask(Listing("shoes")).by_model["price"].price.currency
    other = "JPY" if ours != "JPY" else "USD"
    said = ask(Listing("shoes", currency=other)).by_model["price"].abstained
    assert said == f"prices are known in {ours} only, not in {other}"


@pytest.mark.parametrize(
    ("listing", "reason"),
    [
        (
            Listing("shoes", description="x" * 1_048_576),
            "description has 1,048,576 characters",
        ),
        (Listing("x" * 2000), "title has 2,000 characters, and 1,000 are the most"),
        (Listing("shoes", price=-5.0), r"price '-5.0' is not above 0"),
        (Listing("shoes", price=float("inf")), "price is not a finite number"),
        (
            Listing("shoes", currency="USD, EUR"),
            "currency 'USD, EUR' is not three letters",
        ),
        (Listing("shoes", category="Women//Boots"), "has an empty level"),
        (Listing("shoes", photos=(Photo(jpeg()),) * 30), "at most 10 photos, not 30"),
        (
            Listing(photos=(Photo(b"hello"),)),
            "no photo that can be used: photo 1: the file is a",
        ),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(ask, listing, reason):
    with pytest.raises(InputError, match=reason):
        ask(listing)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (bomb(), "50,000 x 50,000 pixels, and 120 million are the most"),
        (jpeg()[:-300], "the photo is damaged: it ends too early"),
        (b"Dear reader, I am no photo.\n", "the file is a document and not a photo"),
        (b"", "the photo is empty"),
        (bytes(range(256)) * 4, "the file is not a photo of a kind that is read here"),
    ],
    ids=["bomb", "truncated", "text", "empty", "bytes"],
)
def test_a_bad_photo_is_named_and_the_rest_is_answered(ask, data, reason):
    answer = ask(
        Listing(
            "shoes", photos=(Photo(jpeg()), Photo(data, "x.jpg") if data else Photo())
        )
    )
    assert answered(answer)
    (problem,) = answer.problems
    assert problem.startswith("photo 2: ")
    assert reason in problem


def test_a_good_photo_is_answered_alone_and_beside_words(ask):
    for title in ("", "shoes"):
        answer = ask(Listing(title, photos=(Photo(jpeg()),) * 10))
        assert answered(answer)
        assert answer.problems == ()
        used = answer.by_model["category"].used
        assert used == (("text", "photo") if title else ("photo",))


def test_bytes_that_are_no_message_are_refused(served, ask):
    with grpc.insecure_channel(served) as channel:
        method = channel.unary_unary("/listing.v1.Suggester/Suggest")
        for data in (b"\xff" * 100, b"\x0a\x04\x1a\x02\xc3\x28"):
            # The last has a title of no text.
            with pytest.raises(grpc.RpcError) as raised:
                method(data, timeout=10)
            assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT
            assert "no message of listing.v1, or its text no UTF-8" in str(
                raised.value.details()
            )


def test_vectors_of_another_releases_encoder_are_not_used(served, ask):
    request = pb.PredictRequest(
        model="price", listings=[convert.from_listing(Listing("running shoes"))]
    )
    with grpc.insecure_channel(served) as channel:
        stub = rpc.PredictorStub(channel)
        own = stub.Predict(request, timeout=30)
        vectors = {"of another release": np.ones((1, 3), np.float32)}
        request.encodings.extend(convert.from_encodings(vectors))
        assert stub.Predict(request, timeout=30) == own


@pytest.fixture
def store(released_home, tmp_path):
    """A copy of the champion's store, to be damaged."""
    return ReleaseStore(
        str(shutil.copytree(released_home / "store", tmp_path / "store"))
    )


@pytest.mark.parametrize("damaged", [b"", b"other bytes"])
def test_a_model_file_of_no_bytes_or_other_bytes_is_refused(
    store, tmp_path, ask, damaged
):
    release = store.read()
    folder = tmp_path / "store" / "artifacts" / release.models["price"]
    name = next(iter(artifacts.read(folder).files))
    (folder / name).write_bytes(damaged)
    with pytest.raises(
        ArtifactError, match=f"file {name} .* does not match its checksum"
    ):
        artifacts.read(folder)
    with pytest.raises(ArtifactError, match=f"{name}.*checksum"):
        store.fetch(tmp_path / "cache")


def test_an_artifact_that_was_exchanged_is_refused(store, tmp_path, ask):
    release = store.read()
    path = tmp_path / "store" / "artifacts" / release.models["price"] / "manifest.json"
    values = json.loads(path.read_text())
    path.write_text(json.dumps(values | {"encoders": ["of another release"]}))
    with pytest.raises(
        ArtifactError, match=f"is not the one that release {release.id} was made"
    ):
        store.fetch(tmp_path / "cache")


def test_a_model_does_not_load_with_an_encoder_of_another_release(champion, encoder):
    with pytest.raises(ArtifactError, match="was trained on encoder"):
        models.load("price", champion.models["price"], [encoder("of another release")])


def test_a_snapshot_of_a_newer_schema_is_refused(released_home, tmp_path):
    folder = shutil.copytree(released_home / "snapshot", tmp_path / "snapshot")
    values = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(values | {"schema": 99}))
    with pytest.raises(ArtifactError, match="has schema 99, newer than"):
        Snapshot.open(folder)
