"""Suggestions while the seller types."""

import contextlib
import random
import threading
import time

import grpc
import pytest

from common.listing import Listing
from common.photos import checking
from models.suggester import load
from serving import convert
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.server import Server
from serving.settings import ServingSettings
from tests.serving.conftest import run_in_thread
from tests.serving.test_photos import GOOD, TEXT, photo


def _state(number, title="", photos=(), new=(), **fields):
    listing = convert.from_listing(Listing(title, photos=tuple(new), **fields))
    return pb.StreamRequest(number=number, listing=listing, photos=photos)


class Typing:
    """A stream of states, sent one by one; remembers what was answered."""

    def __init__(self, address):
        self._channel = grpc.insecure_channel(address)
        self._states = []
        self._more = threading.Condition()
        self.sent = 0
        self.answers = []
        self.stale = []
        self._calls = rpc.SuggesterStub(self._channel).SuggestStream(self._requests())
        self.error = None
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def send(self, state):
        with self._more:
            self._states.append(state)
            self.sent = max(self.sent, state.number)
            self._more.notify()

    def end(self):
        """Send nothing more; return all answers."""
        with self._more:
            self._states.append(None)
            self._more.notify()
        self._reader.join(30)
        self._channel.close()
        return self.answers

    def wait_for(self, number):
        """Wait for the answer to a state."""
        end = time.monotonic() + 20
        while not any(answer.number == number for answer in self.answers):
            assert self.error is None
            assert time.monotonic() < end
            time.sleep(0.002)
        return self.answers[-1]

    def _requests(self):
        while True:
            with self._more:
                while not self._states:
                    self._more.wait()
                state = self._states.pop(0)
            if state is None:
                return
            yield state

    def _read(self):
        try:
            for answer in self._calls:
                self.answers.append(answer)
        except grpc.RpcError as error:
            self.error = error


def _title(answer, name="price"):
    [ranking] = answer.suggestions.suggestions[name].fields
    return ranking.candidates[0].value


def test_each_state_is_answered_where_the_seller_waits(running, loaded, predictor):
    typing = Typing(running(loaded(predictor("price"))))

    for number, title in enumerate(("n", "ni", "nike"), 1):
        typing.send(_state(number, title))
        assert _title(typing.wait_for(number)) == title

    assert [answer.number for answer in typing.end()] == [1, 2, 3]
    assert typing.error is None


def test_states_that_a_newer_one_has_replaced_are_not_computed(
    running, loaded, predictor
):
    gate = threading.Event()
    price = predictor("price", gate=gate)
    typing = Typing(running(loaded(price), default_deadline=20))

    typing.send(_state(1, "n"))
    while not price.saw:
        time.sleep(0.01)
    for number in range(2, 30):
        typing.send(_state(number, "n" * number))
    time.sleep(0.3)
    gate.set()
    typing.wait_for(29)

    # The answer to the first came when there was a newer title.
    assert [answer.number for answer in typing.end()] == [29]
    assert [len(listings[0].title) for listings, _ in price.saw] == [1, 29]


def test_photos_are_sent_once_and_decoded_once(running, loaded, predictor, monkeypatch):
    decoded = []

    def decode(each):
        decoded.append(each)
        return decode_and_shrink(each)

    decode_and_shrink = checking.decode_and_shrink
    monkeypatch.setattr(checking, "decode_and_shrink", decode)
    price = predictor("price")
    typing = Typing(running(loaded(price)))

    typing.send(_state(1, "a", photos=[1, 2], new=[GOOD, TEXT]))
    first = typing.wait_for(1)
    typing.send(_state(2, "ab", photos=[3, 1], new=[photo(2)]))
    typing.wait_for(2)
    typing.send(_state(3, "abc"))
    typing.wait_for(3)
    typing.end()

    assert first.suggestions.problems == [
        "photo 2: the file is a document and not a photo"
    ]
    assert len(decoded) == 3
    assert [len(listings[0].photos) for listings, _ in price.saw] == [1, 2, 0]


def test_photos_are_encoded_again_only_when_they_change(
    running, loaded, predictor, encoder
):
    of_photos = encoder("photos", modality="photo")
    price = predictor("price", encoder_ids=("one", "photos"))
    typing = Typing(running(loaded(price, encoders=[encoder(), of_photos])))
    of_photos.calls = 0

    states = [("a", [1], [photo(1)]), ("ab", [1], []), ("ab", [1, 2], [photo(2)])]
    for number, (title, numbers, new) in enumerate(states, 1):
        typing.send(_state(number, title, photos=numbers, new=new))
        typing.wait_for(number)
    typing.end()

    assert of_photos.calls == 2
    # Text is encoded each time.
    assert [encodings["one"][0, 0] for _, encodings in price.saw] == [1, 2, 2]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (_state(1, "x" * 1001), "title has 1,001 characters"),
        (_state(1, "x", photos=[1]), "there is no photo 1: this stream has sent 0"),
        (_state(1, "x", shipping_payer="bad"), "shipping_payer 'bad' is none of"),
    ],
)
def test_a_state_that_is_refused_does_not_end_the_stream(
    running, loaded, predictor, state, reason
):
    typing = Typing(running(loaded(predictor("price"))))

    typing.send(state)
    refused = typing.wait_for(1)
    typing.send(_state(2, "good"))
    answer = typing.wait_for(2)
    typing.end()

    assert reason in refused.refused
    assert _title(answer) == "good"


def test_more_photos_than_a_stream_takes_end_it(running, loaded, predictor):
    typing = Typing(running(loaded(predictor("price"))))
    for number in range(1, 8):
        typing.send(_state(number, "x", new=[photo()] * 8))
    typing.end()

    assert typing.error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert "at most 50 photos" in typing.error.details()


def test_bytes_that_are_no_message_end_the_stream(running, loaded, predictor):
    address = running(loaded(predictor("price")))
    with grpc.insecure_channel(address) as channel:
        call = channel.stream_stream("/listing.v1.Suggester/SuggestStream")
        with pytest.raises(grpc.RpcError, match="no message of listing.v1"):
            list(call(iter([b"\xff\xff"])))


def test_a_server_that_stops_ends_streams_at_once(loaded, predictor):
    with contextlib.ExitStack() as stack:
        server = Server(loaded(predictor("price")), ServingSettings(port=0))
        typing = Typing(stack.enter_context(run_in_thread(server)))
        typing.send(_state(1, "n"))
        typing.wait_for(1)
        started = time.monotonic()

    # The grace period is for requests that are under way.
    assert time.monotonic() - started < ServingSettings().shutdown_grace / 2
    typing.end()
    assert typing.error is None


def test_200_titles_are_typed_and_no_stale_answer_comes(served):
    words = [
        "nike",
        "running",
        "shoes",
        "iphone",
        "case",
        "red",
        "dress",
        "lamp",
        "赤い靴",
    ]
    draw = random.Random(1)
    typing = Typing(served)
    typed = {}
    number = 0

    for _ in range(200):
        title = " ".join(draw.choices(words, k=3))
        # Keys come faster than those of any seller, a few at a time.
        for end in range(1, len(title) + 1, 3):
            number += 1
            typed[number] = title[:end]
            typing.send(_state(number, title[:end]))
            time.sleep(draw.choice((0.0, 0.001, 0.004)))
        confirmed = {"brand": "nike"} if draw.random() < 0.3 else {}
        number += 1
        typed[number] = title
        typing.send(_state(number, title, **confirmed))
    last = typing.wait_for(number)
    answers = typing.end()

    numbers = [answer.number for answer in answers]
    assert typing.error is None
    assert numbers == sorted(set(numbers))
    assert last.number == number
    # Far fewer are computed than typed, and every one of them is an answer.
    assert len(answers) < len(typed)
    assert all(answer.suggestions.suggestions for answer in answers)


def test_a_confirmed_field_moves_the_others_and_answers_are_those_of_suggest(
    champion, served
):
    loaded = load(champion)
    typing = Typing(served)
    listings = [
        Listing("running shoes"),
        Listing("running shoes", brand="nike"),
        Listing("running shoes", brand="nike", condition="new"),
    ]
    for number, listing in enumerate(listings, 1):
        typing.send(
            pb.StreamRequest(number=number, listing=convert.from_listing(listing))
        )
        answer = convert.to_suggestions(typing.wait_for(number).suggestions)
        assert answer.by_model == loaded.suggest(listing).by_model
    typing.end()

    prices = [
        answer.suggestions.suggestions["price"].price.median
        for answer in typing.answers
    ]
    assert len(set(prices)) > 1
