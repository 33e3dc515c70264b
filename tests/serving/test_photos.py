"""Photos of requests: tried off the event loop, named when they are of no use, decoded once."""

import contextlib
import io
import threading
from dataclasses import replace

import grpc
import numpy as np
import pytest
from PIL import Image

import models
from common.errors import InputError
from common.listing import Listing, Photo
from common.photos import checking, decoding
from common.photos.limits import LIMITS
from models.suggester import load
from serving import convert
from serving.client import Client
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc


def photo(number=1):
    draw = np.random.default_rng(number)
    return Photo(_jpeg(draw.integers(0, 255, (40, 40, 3), np.uint8)))


def _jpeg(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG")
    return file.getvalue()


GOOD, BROKEN, TEXT = photo(), Photo(photo().data[:-200]), Photo(b"hello")
CUT = "the photo is damaged: it ends too early"


@pytest.fixture
def price(predictor):
    return predictor("price")


@pytest.fixture
def client(running, loaded, price, encoder):
    """A client of a server with one model, ``price``."""
    with Client(running(loaded(price))) as found:
        yield found


def test_a_broken_photo_is_named_and_the_others_are_used(client, price):
    answer = client.suggest(Listing("shoes", photos=(GOOD, BROKEN, photo(2), TEXT)))
    assert answer.problems == (
        f"photo 2: {CUT}",
        "photo 4: the file is a document and not a photo",
    )
    assert list(answer.by_model) == ["price"]
    assert price.saw[0][0][0].photos == (GOOD, photo(2))


def test_encoders_see_photos_reduced_to_the_pixels_they_would_see_anyway(
    running, loaded, predictor, encoder
):
    seen = []

    class Eye(encoder):
        def encode(self, listings):
            seen.extend(listings[0].photos)
            return super().encode(listings)

    eye = Eye("photos", modality="photo")
    with Client(running(loaded(predictor("price"), encoders=[eye]))) as client:
        client.suggest(Listing(photos=(GOOD,)))
    (shrunk,) = seen
    assert shrunk.data != GOOD.data
    assert shrunk.pixels.tobytes() == decoding.decode(GOOD.data).tobytes()


def test_a_listing_with_nothing_but_broken_photos_is_refused_with_the_reason(
    client, price
):
    with pytest.raises(
        InputError, match=f"no photo that can be used: photo 1: {CUT}; photo 2"
    ):
        client.suggest(Listing(photos=(BROKEN, TEXT), condition="good"))
    assert price.saw == []
    assert client.suggest(Listing("shoes", photos=(BROKEN,))).problems == (
        f"photo 1: {CUT}",
    )


def test_too_many_photos_are_refused(client):
    with pytest.raises(InputError, match="at most 10 photos, not 30"):
        client.suggest(Listing("shoes", photos=(GOOD,) * 30))


def test_photos_that_are_too_large_together_are_refused(client, monkeypatch):
    limits = replace(LIMITS, max_request_bytes=3_000_000)
    monkeypatch.setattr(checking, "LIMITS", limits)
    with pytest.raises(
        InputError, match="have 3 MB together, and these have 4: send them smaller"
    ):
        client.suggest(Listing("shoes", photos=(Photo(bytes(2_000_000)),) * 2))


def test_a_message_that_is_too_large_is_a_sentence(running, loaded, price):
    with (
        Client(running(loaded(price), max_message_length=100_000)) as client,
        pytest.raises(
            InputError, match="does not take as much at once: send smaller photos"
        ),
    ):
        client.suggest(Listing("shoes", photos=(Photo(bytes(200_000)),)))


def test_a_photo_on_disk_is_read_by_the_client(client, price, tmp_path):
    (tmp_path / "a.jpg").write_bytes(GOOD.data)
    client.suggest(Listing(photos=(Photo(path=str(tmp_path / "a.jpg")),)))
    assert price.saw[0][0][0].photos == (GOOD,)
    with pytest.raises(InputError, match=r"b.jpg: there is no such file"):
        client.suggest(Listing(photos=(Photo(path=str(tmp_path / "b.jpg")),)))


class PhotoSizes:
    """Encodes a photo to its height and width; of several, to their mean."""

    id, modality, dimensions = "photos", "photo", 2

    def __init__(self):
        self.n_encoded = 0

    def encode(self, listings):
        sizes = np.zeros((len(listings), 2), np.float32)
        for row, listing in enumerate(listings):
            self.n_encoded += len(listing.photos)
            if listing.photos:
                shapes = [each.pixels.shape[:2] for each in listing.photos]
                sizes[row] = np.mean(shapes, axis=0)
        return sizes


def test_a_photo_that_is_sent_again_is_not_read_again(running, loaded, predictor):
    encoder = PhotoSizes()
    served = loaded(predictor("price", ("photos",)), encoders=[encoder])

    with Client(running(served, photo_cache_size=2)) as client:
        for number in (1, 1, 2, 1, 3, 1, 2):
            client.suggest(Listing("shoes", photos=(photo(number),)))

    # The second photo was asked for longest ago when the third one came.
    assert encoder.n_encoded == 4


def test_a_listing_has_the_mean_of_the_vectors_of_its_photos(
    running, loaded, predictor
):
    price = predictor("price", ("photos",))
    wide = Photo(_jpeg(np.zeros((40, 80, 3), np.uint8)))

    with Client(running(loaded(price, encoders=[PhotoSizes()]))) as client:
        client.suggest(Listing("shoes", photos=(GOOD, BROKEN, wide)))

    [(_, encodings)] = price.saw
    assert encodings["photos"].tolist() == [[40, 60]]


def test_an_encoder_that_fails_leaves_the_models_that_do_not_need_it(
    running, loaded, predictor, encoder
):
    class Broken(PhotoSizes):
        def encode(self, listings):
            raise RuntimeError("a bug")

    price, brand = predictor("price", ("one",)), predictor("brand", ("photos",))
    served = loaded(price, brand, encoders=[encoder(), Broken()])

    with Client(running(served)) as client:
        answer = client.suggest(Listing("shoes", photos=(GOOD,)))

    assert list(answer.by_model) == ["price"]
    assert answer.missing["brand"].startswith("failed: a bug")


@pytest.fixture
def stuck(monkeypatch):
    """Photos that are not decoded before the test ends."""
    gate = threading.Event()
    monkeypatch.setattr(
        checking, "decode_and_shrink", lambda photo: gate.wait(30) and photo
    )
    yield
    gate.set()


def test_photos_that_take_too_long_are_left_out(stuck, running, loaded, price):
    with Client(running(loaded(price), default_deadline=5)) as client:
        answer = client.suggest(Listing("shoes", photos=(GOOD,)), timeout=1)
    assert answer.problems == ("photo 1: there was no time to decode the photo",)
    assert answer.missing == {"price": "deadline"}


def test_nothing_but_photos_that_take_too_long_is_a_deadline(
    stuck, running, loaded, price
):
    with grpc.insecure_channel(running(loaded(price), default_deadline=0.2)) as channel:
        request = pb.SuggestRequest(
            listing=convert.from_listing(Listing(photos=(GOOD,)))
        )
        with pytest.raises(grpc.RpcError) as raised:
            rpc.SuggesterStub(channel).Suggest(request, timeout=5)
    assert raised.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED


@pytest.fixture
def predict(running, loaded, price):
    """Asks the predictor itself: ``predict(listings, encodings)``."""
    with grpc.insecure_channel(running(loaded(price))) as channel:

        def ask(listings, encodings=None):
            request = pb.PredictRequest(
                model="price",
                listings=[convert.from_listing(each) for each in listings],
                encodings=convert.from_encodings(encodings or {}),
            )
            return rpc.PredictorStub(channel).Predict(request, timeout=10)

        yield ask


def test_a_predictor_names_the_listing_and_the_photo(predict, price):
    listings = [
        Listing("shoes"),
        Listing("hat", photos=(GOOD, BROKEN)),
        Listing(photos=(GOOD,)),
    ]
    assert list(predict(listings).problems) == [f"listing 2: photo 2: {CUT}"]
    assert [len(each.photos) for each in price.saw[0][0]] == [0, 1, 1]
    with pytest.raises(grpc.RpcError, match="listing 2: the listing has no title"):
        predict([Listing("shoes"), Listing(photos=(TEXT,))])


def test_a_predictor_that_is_sent_vectors_does_not_look_at_photos(predict, price):
    vectors = np.ones((1, 2), np.float32)
    assert (
        list(predict([Listing("hat", photos=(BROKEN,))], {"one": vectors}).problems)
        == []
    )
    assert price.saw[0][0][0].photos == (BROKEN,)


@pytest.fixture
def front(running, loaded, encoder):
    """A client of a suggester that has no model and calls the predictor at an address."""
    with contextlib.ExitStack() as stack:

        def start(address):
            suggester = loaded(encoders=[encoder()])
            return stack.enter_context(
                Client(running(suggester, predictors={"price": address}))
            )

        yield start


def test_photo_bytes_do_not_travel_where_all_vectors_do(front, running, loaded, price):
    client = front(running(loaded(price), suggests=False))
    suggestions = client.suggest(Listing("shoes", photos=(GOOD, BROKEN, photo(2))))
    assert suggestions.by_model["price"].used == ("one",)
    assert suggestions.problems == (f"photo 2: {CUT}",)
    assert price.saw[0][0][0].photos == (Photo(), Photo())


def test_vectors_in_place_of_photos_change_no_answer(champion, running, served):
    predictors = dict.fromkeys(models.NAMES, served)
    front = running(load(champion, []), default_deadline=30, predictors=predictors)
    for title in ("", "running shoes"):
        listing = Listing(title, photos=(GOOD, photo(2)))
        with Client(served) as whole, Client(front) as split:
            suggestions = split.suggest(listing, timeout=30)
            assert suggestions == whole.suggest(listing, timeout=30)
        assert tuple(suggestions.by_model) == models.NAMES
        assert "photo" in suggestions.by_model["category"].used
