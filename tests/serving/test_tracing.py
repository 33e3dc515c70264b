"""A trace shows the steps of a request on all servers, to a collector that is not ours."""

import grpc
import pytest

from common.errors import InputError
from serving import tracing
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.server import Server
from serving.settings import ServingSettings
from tests.serving.conftest import run_in_thread
from tests.serving.receivers import receiving

pytest.importorskip("opentelemetry.exporter", reason="needs the extra observability")
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{flags}"


@pytest.fixture
def collector(monkeypatch):
    with receiving() as collector:
        endpoint = f"http://{collector.address}"
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        yield collector


@pytest.fixture
def traced(collector):
    """Serves models with traces, asks, and returns the spans once the server has stopped."""

    def ask(loaded, metadata=(), n_requests=1, **settings):
        from serving.opentelemetry_traces import OpenTelemetryTracer

        tracer = OpenTelemetryTracer()
        chosen = ServingSettings(port=0, photo_threads=1, **settings)
        with (
            run_in_thread(Server(loaded, chosen, tracer=tracer)) as address,
            grpc.insecure_channel(address) as channel,
        ):
            stub = rpc.SuggesterStub(channel)
            request = pb.SuggestRequest()
            calls = [
                stub.Suggest.future(request, timeout=10, metadata=metadata)
                for _ in range(n_requests)
            ]
            for call in calls:
                call.result()
        tracer.close()
        return collector.spans

    return ask


def _attributes(span):
    pairs = [(each.key, each.value) for each in span.attributes]
    return {key: getattr(value, value.WhichOneof("value")) for key, value in pairs}


def test_a_request_has_spans_of_its_queue_and_its_batch(traced, loaded, predictor):
    spans = {span.name: span for span in traced(loaded(predictor("price")))}

    assert set(spans) == {"Suggest", "queue", "compute"}
    for name in ("queue", "compute"):
        assert spans[name].parent_span_id == spans["Suggest"].span_id
    assert _attributes(spans["compute"])["listrec.listings"] == 1
    request = _attributes(spans["Suggest"])
    assert request["listrec.release"] == "r1"
    assert len(request["listrec.request_id"]) == 16


def test_a_trace_of_the_client_is_continued_across_servers(
    traced, loaded, predictor, collector
):
    from serving.opentelemetry_traces import OpenTelemetryTracer

    tracer = OpenTelemetryTracer()
    chosen = ServingSettings(port=0, photo_threads=1)
    remote = Server(loaded(predictor("price")), chosen, suggests=False, tracer=tracer)
    metadata = (("traceparent", PARENT.format(flags="01")),)

    with run_in_thread(remote) as address:
        traced(loaded(), metadata, predictors={"price": address})
    tracer.close()

    spans = {span.name: span for span in collector.spans}
    assert {span.trace_id.hex() for span in spans.values()} == {PARENT[3:35]}
    assert spans["Suggest"].parent_span_id.hex() == PARENT[36:52]
    assert spans["predict"].parent_span_id == spans["Suggest"].span_id
    assert spans["Predict"].parent_span_id == spans["predict"].span_id


def test_a_trace_that_the_client_does_not_sample_is_not_exported(
    traced, loaded, predictor
):
    metadata = (("traceparent", PARENT.format(flags="00")),)

    assert traced(loaded(predictor("price")), metadata) == []


def test_the_sampler_is_that_of_the_environment(traced, loaded, predictor, monkeypatch):
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_always_off")

    assert traced(loaded(predictor("price")), n_requests=5) == []


def test_services_have_a_name_of_the_environment_or_ours(
    traced, loaded, predictor, monkeypatch, collector
):
    traced(loaded(predictor("price")))
    monkeypatch.setenv("OTEL_SERVICE_NAME", "shop-suggestions")
    traced(loaded(predictor("price")))

    assert collector.services == {"listrec", "shop-suggestions"}


def test_a_batch_is_linked_to_every_request_that_it_serves(traced, loaded, predictor):
    spans = traced(loaded(predictor("price")), n_requests=20)

    requests = {span.span_id for span in spans if span.name == "Suggest"}
    batches = [span for span in spans if span.name == "compute"]
    served = [batch.parent_span_id for batch in batches]
    served += [link.span_id for batch in batches for link in batch.links]
    assert len(requests) == len(served) == 20
    assert set(served) == requests


def test_traces_are_exported_where_an_endpoint_is_named():
    endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT"

    assert not tracing.is_configured({})
    assert not tracing.is_configured({endpoint: ""})
    assert tracing.is_configured({endpoint: "http://localhost:4318"})
    with pytest.raises(InputError, match="by http/protobuf, not by 'grpc'"):
        tracing.is_configured({endpoint: "x", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})
