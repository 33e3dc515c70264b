"""Messages as broken and hostile programs send them, as strategies of hypothesis.

Each is legal but for a few odd values, or bytes that are nearly a message.
"""

import io
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from google.protobuf import text_format
from google.protobuf.message import DecodeError
from hypothesis import strategies as st
from PIL import Image

import models
from serving.protos import listing_pb2 as pb

REQUESTS: dict[str, Any] = {
    "Suggest": pb.SuggestRequest,
    "Predict": pb.PredictRequest,
    "SuggestStream": pb.StreamRequest,
}

PATIENT, HASTY = 30.0, 0.02
"""Deadlines in seconds: one that is always met, and one that seldom is."""

TEXTS = (
    "",
    "   ",
    "running shoes",
    "shoes\x00 \x1b[31m red\r\n\x7f\x9f",
    "👟🇯🇵👩‍👩‍👧‍👦 🏷️",
    "\U0010ffff\U000e0001\ufffe\ufdd0",
    "حذاء رياضي \u202eseohs\u202c נעליים",
    "\u200b\ufeff\u2028",
    "e" + "\u0301" * 400,
    "赤いワンピース 花柄 ｶﾞ",
    '19" monitor, "the best", \\"really\\"',
    "Women//Boots",
    "/" * 50,
    "a/" * 300,
    "9" * 400,
    "1e999",
    "nan",
    "%s%n{0}${x}",
    "' OR 1=1 --<script>",
    "x" * 1_000,
    "x" * 1_001,
    "word " * 1_000,
)
NUMBERS = (1.0, 20.0, 0.0, -1.0, 5e-324, 1e-300, 1e9, 1e308, np.nan, np.inf, -np.inf)
LEGAL = {
    "category": ("Women/Shoes/Boots", "Women", "Nowhere/Nothing"),
    "brand": ("Nike", "NIKE®", "no brand"),
    "condition": ("new", "Like_New", "worn"),
    "size": ("9", "XL"),
    "colour": ("red", "red, blue"),
    "currency": ("USD", "jpy"),
    "shipping_payer": ("seller", "buyer"),
    "shipping_method": ("mail",),
    "parcel_size": ("small",),
    "language": ("en", "pt-BR"),
    "dimensions": ("30x20x10", "0x0x0"),
    "listing_id": ("m1",),
    "seller_id": ("s1",),
}
NUMBER_FIELDS = ("price", "shipping_fee", "weight")

_text = st.sampled_from(TEXTS) | st.text(max_size=12)
_number = st.sampled_from(NUMBERS) | st.floats()
# Strategies are slow to make and quick to draw from.
_values = {name: st.sampled_from(words) | _text for name, words in LEGAL.items()}
_values |= dict.fromkeys(NUMBER_FIELDS, st.one_of(st.just(19.5), _number))
_text_fields = st.sampled_from(
    (("title",), ("title", "description"), ("title",), ("description",))
)
# Numbers are odd in more ways than words.
_fields = st.sampled_from((*LEGAL, *NUMBER_FIELDS, *NUMBER_FIELDS))
_n_fields = st.sampled_from((0, 1, 2, 3, 5))
_n_photos = st.sampled_from((0,) * 8 + (1, 1, 2, 11))


@dataclass(frozen=True)
class Sent:
    """A request: the method, its messages, of which only a stream has several, and a deadline."""

    method: str
    bodies: tuple[bytes, ...]
    timeout: float

    def __repr__(self):
        """Show the messages as text, and bytes that are none as they are."""
        return f"{self.method} within {self.timeout}: " + "; ".join(
            _readable(REQUESTS[self.method], body)[:2_000] for body in self.bodies
        )


def sent(encoders: Mapping[str, int]) -> st.SearchStrategy[Sent]:
    """Return requests to a server with ``encoders``, which maps ids to dimensions."""
    listing = _listings(st.sampled_from(_photos()))
    names = st.sampled_from((*models.NAMES, "", "colour", "\x00"))
    some_names = st.lists(st.sampled_from(models.NAMES), max_size=2) | st.lists(
        names, max_size=3
    )
    numbers = st.sampled_from((1, 2, 3, 0, 2**32 - 1))
    suggest = st.builds(pb.SuggestRequest, listing=listing, models=some_names)
    predict = st.builds(
        pb.PredictRequest,
        model=names,
        listings=st.lists(listing, max_size=3),
        encodings=st.lists(_encodings(encoders), max_size=2),
    )
    state = st.builds(
        pb.StreamRequest,
        number=st.sampled_from((1, 2, 0, 2**64 - 1)),
        listing=listing,
        photos=st.lists(numbers, max_size=3),
        models=some_names,
    )
    return st.one_of(
        _requests("Suggest", suggest.map(lambda message: [message])),
        _requests("Predict", predict.map(lambda message: [message])),
        _requests("SuggestStream", st.lists(state, max_size=3)),
    )


def _requests(method, messages):
    bodies = messages.map(lambda each: [one.SerializeToString() for one in each])
    timeout = st.sampled_from((PATIENT,) * 9 + (HASTY,))

    @st.composite
    def request(draw):
        """Return a request, of which one in five has bytes that are wrong."""
        drawn = draw(bodies)
        if drawn and draw(st.integers(0, 4)) == 4:
            drawn[0] = _damage(draw, drawn[0])
        return Sent(method, tuple(drawn), draw(timeout))

    return request()


def _damage(draw, body):
    place = draw(st.integers(0, min(len(body), 200)))
    put = draw(st.binary(max_size=8))
    skipped = draw(st.sampled_from((0, 1, len(body))))
    return body[:place] + put + body[place + skipped :]


@st.composite
def _listings(draw, photo):
    values = {name: draw(_text) for name in draw(_text_fields)}
    for _ in range(draw(_n_fields)):
        name = draw(_fields)
        values[name] = draw(_values[name])
    n_photos = draw(_n_photos)
    values["photos"] = [pb.Photo(data=draw(photo)) for _ in range(n_photos)]
    return pb.Listing(**values)


@st.composite
def _encodings(draw, encoders):
    encoder_id = draw(st.sampled_from((*encoders, "of another release", "")))
    width = encoders.get(encoder_id, 4)
    value = draw(st.sampled_from((0.0, 1.0, -1e6, 3e38, np.nan, np.inf)))
    vectors = np.full(width * draw(st.sampled_from((0, 1, 2, 3))), value, "<f4")
    end = draw(st.sampled_from((None, -1)))
    return pb.Encoding(
        encoder_id=encoder_id,
        dimensions=draw(st.sampled_from((width, width, width, 0, 1, 2**32 - 1))),
        vectors=vectors.tobytes()[:end],
    )


def _photos():
    """Return photos that can be used, that cannot, and that are none."""
    noise = np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8)
    jpeg, png, gif, webp = (
        _encode(noise, kind) for kind in ("JPEG", "PNG", "GIF", "WEBP")
    )
    zipped = zlib.compress(bytes(10_000_000))
    return (
        jpeg,
        png,
        gif,
        webp,
        b"",
        b"hello",
        bytes(1_000),
        np.random.default_rng(1).bytes(5_000),
        jpeg[:300],
        jpeg[:-100],
        png[:-20],
        webp[:200],
        jpeg[:200] + bytes(100) + jpeg[300:],
        jpeg[:2] * 500,
        _png(50_000, 50_000, b""),
        _png(2**31 - 1, 1, b""),
        _png(0, 0, b""),
        _png(3_000, 3_000, zipped),
        _png(8, 8, zipped),
        b"GIF89a" + b"\xff" * 300,
        b"PK\x03\x04" + bytes(200),
        b"RIFF\xff\xff\xff\xffWEBPVP8 " + bytes(100),
        b"II*\x00\x08\x00\x00\x00\xff\xff" + b"\xff" * 200,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    )


def _encode(pixels, kind):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


def _png(width, height, data):
    """Return a PNG that says that it has a size, with any data."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [header, b"IDAT" + data, b"IEND"]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(each) - 4) + each + struct.pack(">I", zlib.crc32(each))
        for each in chunks
    )


def _readable(kind, body):
    try:
        return text_format.MessageToString(kind.FromString(body), as_one_line=True)
    except DecodeError:
        return repr(body)
