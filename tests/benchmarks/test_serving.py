"""The load generator, the servers and the report of the serving benchmark."""

import asyncio
import io
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import grpc
import psutil
import pytest
from PIL import Image

from benchmarks.serving import experiments, goals, processes, profile, report, servers
from benchmarks.serving.answers import find_difference
from benchmarks.serving.bare import encode_photos
from benchmarks.serving.contestants import contestants
from benchmarks.serving.grpc_connection import GrpcConnection
from benchmarks.serving.http_connection import HttpConnection
from benchmarks.serving.load import Load, put_under_load
from benchmarks.serving.measure import Plan, measure
from benchmarks.serving.peers.champion import suggest
from benchmarks.serving.phases import phases_of
from benchmarks.serving.requests import TEXT, text_listings
from benchmarks.serving.rows import Cell, Footprint, Row, RowStore
from benchmarks.shared.idle import check_idle
from benchmarks.shared.result_files import write_results
from benchmarks.shared.results import Run
from common.errors import UnavailableError
from common.listing import Listing, Photo
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc

METHOD = "/listing.v1.Suggester/Suggest"
SECONDS = 0.3
ROOT = Path(__file__).parents[2]


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


RUN = Run("serving", "synthetic", "2026-01-01", "abc", "3.11", "make bench-serving")


def _row(server, per_second, p50, p99, memory=()):
    cell = Cell(server, "text", Load(16, per_second, p50, p99, 1, 100), 1.5)
    return Row(server, (cell,), Footprint(server, 0.75, memory))


def test_the_page_states_ratios_to_the_echo():
    rows = [_row("echo", 4000, 2, 5), _row(goals.TWO, 1000, 5, 10, (100, 60, 60))]

    page = report.page_section(RUN, report.collect(rows, RUN))

    figures = "1,000 | 0.25 | 5.00 | 2.50 | 10.00 | 2.00 | 1.50 | 1.00 | 1"
    assert f"| text, 16 | {goals.TWO} | {figures} |" in page
    assert f"| {goals.TWO} | 0.75 | 220 | 60 | 3 |" in page


def test_goals_compare_with_the_best_peer_of_the_run():
    rows = [
        _row(goals.TWO, 1000, 5, 10),
        _row(goals.BENTOML, 100, 50, 90),
        _row(goals.LITSERVE, 500, 50, 90),
    ]

    outcomes = goals.check_goals(report.collect(rows, RUN))

    [beside_peers] = [outcome for outcome in outcomes if outcome.value == 2]
    assert (beside_peers.limit, beside_peers.met) == (goals.LITSERVE, True)
    # Without an echo nobody knows.
    assert outcomes[0].met is None


def test_a_server_that_was_not_measured_is_a_row_with_the_reason():
    rows = [Row(goals.RAY, failure="it did not start")]

    page = report.page_section(RUN, report.collect(rows, RUN))

    assert f"| {goals.RAY} | it did not start |" in page


def test_a_server_that_answers_nothing_has_no_latency(tmp_path):
    nan = float("nan")
    results = report.collect([_row(goals.BENTOML, 0, nan, nan)], RUN)

    write_results(tmp_path / "results.json", RUN, results)

    page = report.page_section(RUN, results)
    assert f"| text, 16 | {goals.BENTOML} | 0 |  |  |  |  |  | 1.50 |  | 1 |" in page


def test_a_stored_row_is_what_was_stored_until_the_code_changes(tmp_path):
    row = _row(goals.TWO, 1000, 5, 10, (100.0, 60.0))
    RowStore(tmp_path, "1234").store(row)

    assert RowStore(tmp_path, "1234").load(goals.TWO) == row
    assert RowStore(tmp_path, "5678").load(goals.TWO) is None


def test_a_busy_machine_is_refused():
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        with pytest.raises(UnavailableError, match="is busy"):
            check_idle()
        process.kill()


def test_a_peer_that_is_not_installed_is_named(tmp_path):
    server = servers.peer(tmp_path / "python", ("-m", "litserve"), b"")
    with pytest.raises(UnavailableError, match="'make bench-serving' makes it"), server:
        pass


def test_a_peer_that_does_not_start_is_refused_with_its_last_line():
    server = servers.peer(Path(sys.executable), ("-c", "print(6 * 7)"), b"")
    with pytest.raises(UnavailableError, match="last line is '42'"), server:
        pass


PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def test_children_that_outlive_a_server_are_stopped():
    command = [sys.executable, "-c", PARENT]
    with processes.start(command, {}, subprocess.PIPE) as process:
        child = psutil.Process(int(process.stdout.readline()))
        assert child.is_running()

    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_an_answer_that_is_not_ours_is_found(suggester):
    [ours] = suggest(suggester, [Listing("Nike running shoes")])
    other = json.loads(json.dumps(ours))
    other["suggestions"]["price"]["price"]["median"] *= 1.01

    assert find_difference(ours, json.loads(json.dumps(ours))) == ""
    assert find_difference(ours, other) == "another price"


@pytest.mark.parametrize("callers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_photos_are_encoded_without_a_server(callers, released_home, monkeypatch):
    monkeypatch.setenv("LISTREC_HOME", str(released_home))
    file = io.BytesIO()
    Image.new("RGB", (320, 240), "red").save(file, "JPEG")
    listings = [Listing(photos=(Photo(file.getvalue()),))]

    load, cpu_ms = encode_photos(listings, callers, SECONDS)

    assert load.callers == callers
    assert load.per_second > 0 < cpu_ms


def test_a_profile_has_a_figure_of_every_phase_and_model(suggester):
    bodies = _requests("a", "b", "c")

    figures = profile.measure(phases_of(suggester), bodies, 2, profile.count_calls)

    assert {"check", "hash", "convert", *suggester.predictors} < set(figures)
    assert all(len(values) == 1 for values in figures.values())
    assert sum(values[0] for values in figures.values()) == 2 * figures["total"][0]


def test_requests_are_timed_with_and_without_experiments(suggester, monkeypatch):
    monkeypatch.setattr(experiments, "N_REQUESTS", 4)

    times = asyncio.run(experiments.measure(suggester, 2))

    assert set(times) == {experiments.NONE, experiments.FIRST, experiments.FURTHER}
    assert all(len(of_kind) == 2 and (of_kind > 0).all() for of_kind in times.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", [goals.LITSERVE, goals.BENTOML, goals.RAY])
def test_a_peer_gives_the_answers_of_our_models(
    name, released_home, suggester, monkeypatch, tmp_path
):
    monkeypatch.setenv("LISTREC_HOME", str(released_home))
    listings = {TEXT: text_listings()[:20]}
    [peer] = [
        contestant
        for contestant in contestants(tmp_path / "answer", ROOT)
        if contestant.name == name
    ]
    plan = Plan(SECONDS, 1, (16,), listings)

    row = measure(peer, plan, suggester)

    if "does not exist" in row.failure:
        pytest.skip(f"{name} is not installed: 'make bench-serving' installs it")
    assert row.failure == ""
    assert row.cells[0].load.n_answers > 0
