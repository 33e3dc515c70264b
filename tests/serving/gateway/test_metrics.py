"""What a gateway tells Prometheus: what became of events, and how many of them wait."""

import logging
import time

import pytest
from prometheus_client import REGISTRY

from common.event_log.segments import SegmentWriter
from serving.gateway.metrics import BacklogCollector
from tests.serving.receivers import wait_until

BODY = {"listing": {"title": "Nike"}}


def _read(folder):
    """Return the values of a collector by their name."""
    return {
        sample.name: sample.value
        for metric in BacklogCollector(folder).collect()
        for sample in metric.samples
    }


def _count(result):
    return REGISTRY.get_sample_value("listrec_http_events_total", {"result": result})


def test_events_that_wait_are_measured_when_prometheus_asks(tmp_path):
    before = _read(tmp_path / "log")
    segment = SegmentWriter.create(tmp_path / "log")
    segment.append(b"x" * 500)
    first = _read(tmp_path / "log")
    time.sleep(0.01)
    second = _read(tmp_path / "log")
    segment.close()

    name = "listrec_events_oldest_seconds"
    assert set(before.values()) == {0}
    assert first["listrec_events_waiting_bytes"] == 500
    assert 0 < first[name] <= second[name] - 0.01


def test_the_log_says_why_events_are_lost(
    start_gateway, browser, loaded, predictor, tmp_path, caplog
):
    caplog.set_level(logging.INFO)
    (tmp_path / "log").write_text("where a folder should be")
    address = start_gateway(loaded(predictor("brand")), event_log=tmp_path / "log")
    client = browser(address)
    receipt = client.post("/v1/suggest", json=BODY).json()["receipt"]

    answer = client.post("/v1/shown", json={"receipt": receipt})

    # A request is logged after its answer was sent.
    wait_until(lambda: _reasons(caplog))
    [reason] = _reasons(caplog)
    assert reason == answer.json()["detail"]
    assert reason.startswith("events cannot be kept, Not a directory")


def _reasons(caplog):
    return [
        each.fields["reason"]
        for each in caplog.records
        if "reason" in getattr(each, "fields", {})
    ]


@pytest.mark.parametrize("result", ["kept", "lost"])
def test_events_are_counted_by_what_became_of_them(
    result, start_gateway, browser, loaded, predictor, tmp_path
):
    log = tmp_path / "log"
    if result == "lost":
        log.write_text("where a folder should be")
    client = browser(start_gateway(loaded(predictor("brand")), event_log=log))
    receipt = client.post("/v1/suggest", json=BODY).json()["receipt"]
    before = _count(result)

    client.post("/v1/shown", json={"receipt": receipt})

    assert _count(result) == before + 1
