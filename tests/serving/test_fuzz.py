"""Thousands of odd messages: each gets a clear answer, and the server lives on."""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from tests.serving.messages import HASTY, Sent, sent

N_TOGETHER = 25
"""Messages that are sent at once."""

N_DRAWN = 10_000
"""Messages that hypothesis draws before they are sent."""

SERVICES = {
    "Suggest": "Suggester",
    "SuggestStream": "Suggester",
    "Predict": "Predictor",
}
RESPONSES: dict[str, Any] = {
    "Suggest": pb.SuggestResponse,
    "SuggestStream": pb.StreamResponse,
    "Predict": pb.PredictResponse,
}
REFUSALS = ("INVALID_ARGUMENT", "FAILED_PRECONDITION", "RESOURCE_EXHAUSTED")

PLAIN = pb.SuggestRequest(listing=pb.Listing(title="Nike running shoes size 9"))


@pytest.fixture
def channel(served):
    """A connection to a server of the champion."""
    with grpc.insecure_channel(served) as opened:
        yield opened


def test_2_000_odd_messages_leave_a_server_that_answers_as_before(channel, suggester):
    # The same messages each time: what fails here fails for everybody.
    statuses = send_odd_messages(channel, suggester, 2_000, derandomize=True)
    check_mixture(statuses, 2_000)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_100_000_odd_messages_leave_a_server_that_answers_as_before(channel, suggester):
    statuses = send_odd_messages(channel, suggester, 100_000)
    check_mixture(statuses, 100_000)


def check_mixture(statuses, count):
    """Check that many messages were answered, and many refused: others would test little."""
    assert statuses.total() >= count
    assert min(statuses["OK"], statuses["INVALID_ARGUMENT"]) > count / 5


def send_odd_messages(channel, suggester, count, **options):
    """Send odd messages and check every answer; return how often there was each status."""
    plain = rpc.SuggesterStub(channel).Suggest
    before = plain(PLAIN, timeout=30)
    statuses: Counter[str] = Counter()

    for batch in batches(suggester, count, **options):
        calls = [start(channel, each) for each in batch]
        answers = [finish(*each) for each in zip(batch, calls, strict=True)]
        statuses.update(answer.status for answer in answers)
        wrong = [
            f"{problem}: {request}"
            for request, answer in zip(batch, answers, strict=True)
            for problem in problems_of(request, answer)
        ]
        assert wrong == []
        assert plain(PLAIN, timeout=30) == before
    return statuses


def batches(suggester, count, **options):
    """Yield ``count`` requests, those of a batch together."""
    dimensions = {each.id: each.dimensions for each in suggester.encoders.values()}
    requests: list[Sent] = []

    @settings(
        max_examples=min(count, N_DRAWN),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
        **options,
    )
    @given(sent(dimensions))
    def draw(request):
        requests.append(request)

    while count > 0:
        draw()
        for first in range(0, len(requests), N_TOGETHER):
            yield requests[first : first + N_TOGETHER]
        count -= len(requests)
        requests.clear()


@dataclass
class Answer:
    """What came back: a status, its message, and the bytes of responses."""

    status: str
    details: str
    responses: list[bytes]


def start(channel, request: Sent):
    """Send a request without waiting for its answer."""
    method = f"/listing.v1.{SERVICES[request.method]}/{request.method}"
    if request.method == "SuggestStream":
        return channel.stream_stream(method)(iter(request.bodies), request.timeout)
    return channel.unary_unary(method).future(request.bodies[0], request.timeout)


def finish(request, call):
    """Wait for an answer."""
    try:
        is_stream = request.method == "SuggestStream"
        responses = list(call) if is_stream else [call.result()]
        return Answer("OK", "", responses)
    except grpc.RpcError as error:
        return Answer(error.code().name, error.details(), [])


def problems_of(request, answer):
    """Return what is wrong with an answer."""
    is_late = answer.status == "DEADLINE_EXCEEDED" and request.timeout == HASTY
    if answer.status != "OK":
        is_allowed = answer.status in REFUSALS or is_late
        return [] if is_allowed else [f"{answer.status} {answer.details}"]

    problems = []
    for data in answer.responses:
        response = RESPONSES[request.method].FromString(data)
        if request.method == "Predict":
            asked = len(pb.PredictRequest.FromString(request.bodies[0]).listings)
            problems += ["not all"] * (len(response.suggestions) != asked)
            problems += map(wrong_numbers, response.suggestions)
            continue
        if request.method == "SuggestStream":
            response = response.suggestions
        problems += map(wrong_numbers, response.suggestions.values())
        if request.timeout != HASTY:
            problems += response.missing.values()
    return list(filter(None, problems))


def wrong_numbers(suggestion):
    """Return the suggestion where a number in it cannot be, and nothing otherwise."""
    for ranking in suggestion.fields:
        shares = [candidate.probability for candidate in ranking.candidates]
        if sorted(shares, reverse=True) != shares or not all(
            0 <= share <= 1 for share in shares
        ):
            return f"probabilities {shares}"
    if suggestion.HasField("price"):
        price = suggestion.price
        if not 0 < price.low <= price.median <= price.high < math.inf:
            return f"price {price}"
    if suggestion.HasField("fee") and not 0 < suggestion.fee.amount < math.inf:
        return f"fee {suggestion.fee}"
    return ""
