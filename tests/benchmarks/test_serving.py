"""The load generator and the report of the serving benchmark."""

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc
import pytest

from benchmarks.serving import report
from benchmarks.serving.load import GrpcConnection, HttpConnection, Load, put_under_load
from benchmarks.shared.results import Run
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc

METHOD = "/listing.v1.Suggester/Suggest"
SECONDS = 0.3


class Recorder(rpc.SuggesterServicer):
    """Remembers the titles and the sizes of photos; fails for one title."""

    def __init__(self):
        self.titles = []
        self.sizes = set()

    async def Suggest(self, request, context):  # noqa: N802
        self.titles.append(request.listing.title)
        self.sizes.update(len(photo.data) for photo in request.listing.photos)
        if request.listing.title == "fails":
            await context.abort(grpc.StatusCode.INTERNAL, "as asked")
        return pb.SuggestResponse(release="r" * 2000)


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def address(recorder):
    """The address of a server of gRPC."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start():
        server = grpc.aio.server()
        rpc.add_SuggesterServicer_to_server(recorder, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        return server, port

    server, port = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    yield f"127.0.0.1:{port}"
    asyncio.run_coroutine_threadsafe(server.stop(0), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def _requests(*titles, photo=0):
    photos = [pb.Photo(data=b"x" * photo)] if photo else []
    return [
        pb.SuggestRequest(
            listing=pb.Listing(title=title, photos=photos)
        ).SerializeToString()
        for title in titles
    ]


def test_callers_send_all_requests_in_turn_and_are_answered(address, recorder):
    load = put_under_load(
        lambda: GrpcConnection(address, METHOD), _requests("a", "b", "c"), 4, SECONDS
    )

    assert (load.callers, load.n_failed) == (4, 0)
    assert load.n_answers == len(recorder.titles)
    assert recorder.titles.count("a") == pytest.approx(load.n_answers / 3, abs=4)
    assert 0 < load.p50 <= load.p99


def test_a_large_request_waits_for_the_windows_of_the_server(address, recorder):
    load = put_under_load(
        lambda: GrpcConnection(address, METHOD),
        _requests("a", photo=700_000),
        2,
        SECONDS,
    )

    assert (load.n_failed, recorder.sizes) == (0, {700_000})


def test_a_failure_is_no_answer(address):
    load = put_under_load(
        lambda: GrpcConnection(address, METHOD), _requests("fails"), 2, SECONDS
    )

    assert load.n_answers == 0
    assert load.n_failed > 0


class Handler(BaseHTTPRequestHandler):
    """Answers posts with their own bodies, and one of them with 500."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(500 if body == b"fails" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


@pytest.mark.parametrize(("body", "is_answer"), [(b"{}", True), (b"fails", False)])
def test_posts_are_answered_by_their_status(body, is_answer):
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        address = f"127.0.0.1:{server.server_port}"
        load = put_under_load(lambda: HttpConnection(address, "/"), [body], 2, SECONDS)
        server.shutdown()

    assert (load.n_answers > 0) == is_answer
    assert (load.n_failed > 0) != is_answer


def test_the_page_states_ratios_to_the_echo():
    run = Run("serving", "synthetic", "2026-01-01", "abc", "3.11", "make bench-serving")
    cells = [
        report.Cell("echo", "text", Load(16, 4000, 2, 5, 0, 100), 0.2),
        report.Cell("ours", "text", Load(16, 1000, 5, 10, 1, 100), 1.5),
    ]
    footprints = [report.Footprint("ours", 0.75, (100.0, 60.0))]

    page = report.page_section(run, report.collect(cells, footprints, run))

    row = "| text, 16 | ours | 1,000 | 0.25 | 5.00 | 2.50 | 10.00 | 2.00 | 1.50 | 1 |"
    assert row in page
    assert "| ours | 0.75 | 160 | 2 |" in page
