"""What a seller wrote reaches neither logs nor traces nor Sentry, whatever happens to a request."""

import base64
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest

from serving import request_ids
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from tests.serving.receivers import Receiver, receiving, wait_until

pytest.importorskip("sentry_sdk", reason="needs the extra observability")
pytest.importorskip("opentelemetry.exporter", reason="needs the extra observability")

TITLE, DESCRIPTION, PHOTO = (
    "Zanzibarpumps",
    "Quetzalfeathers",
    b"\xff\xd8Xylophonepixels",
)
PLANTED = (TITLE, DESCRIPTION, "Xylophonepixels", base64.b64encode(PHOTO).decode()[:16])


@dataclass
class Seen:
    """What was seen from outside of a server.

    Attributes:
        log: text of its standard error.
        collector: what has received its traces.
        sentry: what has received its bugs.
    """

    log: str
    collector: Receiver
    sentry: Receiver

    @property
    def everything(self):
        received = b"\n".join(self.collector.bodies + self.sentry.bodies)
        return self.log + received.decode("latin-1")

    def lines(self, event):
        parsed = [json.loads(line) for line in self.log.splitlines()]
        return [line for line in parsed if line["event"] == event]


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What is seen of a server of two processes that answers, refuses and fails."""
    with receiving() as collector, receiving() as sentry:
        environment = {
            "LISTREC_PORT": "0",
            "LISTREC_WORKERS": "2",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{collector.address}",
            "LISTREC_SENTRY_DSN": f"http://key@{sentry.address}/1",
            "PROMETHEUS_MULTIPROC_DIR": str(tmp_path_factory.mktemp("metrics")),
        }
        log = _serve_and_ask(environment)
        wait_until(lambda: sentry.bodies and collector.bodies)
        yield Seen(log, collector, sentry)


def _serve_and_ask(environment):
    """Ask a server, stop it, and return what it has logged."""
    path = Path(__file__).with_name("broken_server.py")
    root = str(path.parents[2])
    with subprocess.Popen(
        [sys.executable, str(path)],
        env=os.environ | {"PYTHONPATH": root} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            address = f"127.0.0.1:{int(process.stdout.readline())}"
            with grpc.insecure_channel(address) as channel:
                _ask(rpc.SuggesterStub(channel))
        finally:
            process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    return log


def _ask(stub):
    listing = pb.Listing(title=TITLE, description=DESCRIPTION)
    with_photo = pb.Listing(title=TITLE, photos=[pb.Photo(data=PHOTO)])
    too_long = pb.Listing(title=TITLE * 100)
    wrong = pb.Listing(title=TITLE, description=DESCRIPTION, price=-1)

    succeeding = pb.SuggestRequest(listing=with_photo, models=["brand"])
    failing = pb.SuggestRequest(listing=listing)
    for request in (succeeding, failing):
        metadata = ((request_ids.KEY, "failing"),) if request is failing else ()
        stub.Suggest(request, timeout=10, metadata=metadata)
    for refused in (too_long, wrong):
        with pytest.raises(grpc.RpcError):
            stub.Suggest(pb.SuggestRequest(listing=refused), timeout=10)
    states = [pb.StreamRequest(number=1, listing=listing)]
    assert [each.number for each in stub.SuggestStream(iter(states), timeout=10)] == [1]


@pytest.mark.parametrize("word", PLANTED)
def test_nothing_that_a_seller_wrote_is_seen(seen, word):
    assert word not in seen.everything


def test_all_requests_are_seen(seen):
    statuses = [line["status"] for line in seen.lines("request")]
    names = [span.name for span in seen.collector.spans]

    assert statuses == ["OK", "OK", "INVALID_ARGUMENT", "INVALID_ARGUMENT"]
    assert (names.count("Suggest"), names.count("SuggestStream")) == (4, 1)


def test_a_bug_is_reported_with_its_number_its_request_and_its_place(seen):
    bug = next(
        line for line in seen.lines("bug") if line.get("request_id") == "failing"
    )
    [event] = [each for each in seen.sentry.events if each["tags"]["bug"] == bug["id"]]

    exceptions = event["exception"]["values"]
    assert [each["type"] for each in exceptions] == ["KeyError", "ValueError"]
    assert event["tags"]["request_id"] == "failing"
    assert event["release"] == "r1"
    assert exceptions[-1]["stacktrace"]["frames"][-1]["function"] == "predict"
    assert {key for each in exceptions for key in each} == {
        "type",
        "module",
        "stacktrace",
    }
