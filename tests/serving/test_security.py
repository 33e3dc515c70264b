"""Who may ask: encryption, certificates of clients, tokens and limits."""

import logging
import math
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import pytest
import trustme
from grpc_health.v1 import health_pb2, health_pb2_grpc

from common.errors import InputError, OverloadError, UnavailableError
from common.listing import Listing
from serving import request_ids, request_log
from serving.channels import ClientCredentials
from serving.client import Client
from serving.logs import Sampler
from serving.protos import listing_pb2 as pb
from serving.protos import listing_pb2_grpc as rpc
from serving.settings import ServingSettings
from serving.tokens import read_tokens

SECRET, OTHER = "a-secret-of-the-shop", "another-long-secret"


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def files(tmp_path, authority):
    """Certificates of a server and of a client, in files; returns the folder."""
    _write_server(tmp_path, authority)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    client = authority.issue_cert("client@shop")
    client.private_key_pem.write_to_path(str(tmp_path / "client.key"))
    client.cert_chain_pems[0].write_to_path(str(tmp_path / "client.pem"))
    return tmp_path


def _write_server(folder, authority):
    server = authority.issue_cert("127.0.0.1", "localhost")
    server.private_key_pem.write_to_path(str(folder / "server.key"))
    server.cert_chain_pems[0].write_to_path(str(folder / "server.pem"))


def _tls(files, client_ca=""):
    return {
        "tls_certificate": str(files / "server.pem"),
        "tls_key": str(files / "server.key"),
        "tls_client_ca": client_ca,
    }


def _ask(address, **credentials):
    with Client(address, ClientCredentials(**credentials)) as client:
        return client.suggest(Listing(title="shoes"), timeout=3)


def test_an_encrypted_server_answers_those_who_trust_it(
    running, loaded, predictor, files
):
    address = running(loaded(predictor("price")), **_tls(files))

    assert _ask(address, ca=str(files / "ca.pem")).by_model
    with pytest.raises(UnavailableError):
        _ask(address)


def test_a_client_needs_a_certificate_where_it_is_asked_for_one(
    running, loaded, predictor, files
):
    ca = str(files / "ca.pem")
    address = running(loaded(predictor("price")), **_tls(files, ca))
    own = {"certificate": str(files / "client.pem"), "key": str(files / "client.key")}

    assert _ask(address, ca=ca, **own).by_model
    with pytest.raises(UnavailableError):
        _ask(address, ca=ca)


def test_a_certificate_is_replaced_without_a_restart(running, loaded, predictor, files):
    address = running(loaded(predictor("price")), **_tls(files))
    assert _ask(address, ca=str(files / "ca.pem")).by_model

    other = trustme.CA()
    other.cert_pem.write_to_path(str(files / "other.pem"))
    _write_server(files, other)

    assert _ask(address, ca=str(files / "other.pem")).by_model
    with pytest.raises(UnavailableError):
        _ask(address, ca=str(files / "ca.pem"))


def test_a_broken_new_certificate_leaves_the_former_one(
    running, loaded, predictor, files, caplog
):
    address = running(loaded(predictor("price")), **_tls(files))

    (files / "server.pem").write_text("half a certifi")

    assert _ask(address, ca=str(files / "ca.pem")).by_model
    assert "certificate kept" in caplog.text


@pytest.mark.parametrize("missing", ["server.pem", "server.key"])
def test_a_certificate_that_is_not_there_is_a_sentence(
    loaded, predictor, files, missing
):
    from serving.releases.source import ReleaseSource
    from serving.run import run

    (files / missing).unlink()
    with pytest.raises(InputError, match=f"{missing} cannot be read"):
        run(
            [loaded(predictor("price"))],
            ServingSettings(port=0, **_tls(files)),
            ReleaseSource("store", files),
        )


@pytest.fixture
def tokens(tmp_path):
    """A file with tokens of two clients, one of which may ask five times a second."""
    path = tmp_path / "tokens"
    path.write_text(f"# clients\nshop {SECRET}\n\nslow {OTHER} 5\n")
    return str(path)


def test_only_known_tokens_are_answered(running, loaded, predictor, tokens):
    address = running(loaded(predictor("price")), tokens=tokens)

    assert _ask(address, token=SECRET).by_model
    for wrong in ("", SECRET[:-1], SECRET + "x", "ü"):
        with pytest.raises(InputError, match="does not know this client"):
            _ask(address, **({"token": wrong} if wrong.isascii() else {}))


def test_predictors_and_streams_need_a_token_too(running, loaded, predictor, tokens):
    address = running(loaded(predictor("price")), tokens=tokens)

    with grpc.insecure_channel(address) as channel:
        with pytest.raises(grpc.RpcError) as refused:
            rpc.PredictorStub(channel).Predict(pb.PredictRequest(), timeout=5)
        stream = rpc.SuggesterStub(channel).SuggestStream(iter([pb.StreamRequest()]))
        with pytest.raises(grpc.RpcError) as ended:
            list(stream)

    assert refused.value.code() == grpc.StatusCode.UNAUTHENTICATED
    assert ended.value.code() == grpc.StatusCode.UNAUTHENTICATED


def test_health_needs_no_token(running, loaded, predictor, tokens):
    address = running(loaded(predictor("price")), tokens=tokens)

    with grpc.insecure_channel(address) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        status = stub.Check(health_pb2.HealthCheckRequest(), timeout=5).status

    assert status == health_pb2.HealthCheckResponse.SERVING


def test_a_client_beyond_its_limit_is_told_when_to_come_again(
    running, loaded, predictor, tokens
):
    address = running(loaded(predictor("price")), tokens=tokens)

    def ask_often():
        for _ in range(20):
            _ask(address, token=OTHER)

    with pytest.raises(OverloadError) as refused:
        ask_often()
    assert 0 < refused.value.retry_after <= 0.2

    # The limit is of one client, and not for ever.
    assert _ask(address, token=SECRET).by_model
    time.sleep(refused.value.retry_after + 0.05)
    assert _ask(address, token=OTHER).by_model


def test_a_refusal_is_logged_with_the_client_and_without_the_token(
    running, loaded, predictor, tokens, caplog, monkeypatch
):
    monkeypatch.setattr(request_log, "_REFUSALS", Sampler())
    address = running(loaded(predictor("price")), tokens=tokens)

    with caplog.at_level(logging.INFO):
        _refused(address, "a-token-that-is-wrong", "first")
        while not _refused(address, OTHER, "second"):
            pass

    lines = [line for line in _requests(caplog) if line["status"] != "OK"]
    assert lines == [
        {"request_id": "first", "method": "Predict", "status": "UNAUTHENTICATED"},
        {"request_id": "second", "method": "Predict", "status": "RESOURCE_EXHAUSTED"}
        | {"client": "slow"},
    ]
    assert OTHER not in caplog.text + str(lines)


def test_of_many_refusals_a_few_a_second_are_logged(
    running, loaded, predictor, tokens, caplog, monkeypatch
):
    monkeypatch.setattr(request_log, "_REFUSALS", Sampler(max_per_second=2))
    address = running(loaded(predictor("price")), tokens=tokens)

    with caplog.at_level(logging.INFO):
        started = time.monotonic()
        for _ in range(30):
            _refused(address, "a-token-that-is-wrong")
        seconds = math.ceil(time.monotonic() - started) + 1
        time.sleep(1.1)
        _refused(address, "a-token-that-is-wrong")

    lines = _requests(caplog)
    assert len(lines) <= 2 * seconds + 1
    assert len(lines) + sum(line.get("skipped", 0) for line in lines) == 31


def _refused(address, token, request_id="any"):
    """Whether a predictor refuses to answer."""
    metadata = (("authorization", f"Bearer {token}"), (request_ids.KEY, request_id))
    with grpc.insecure_channel(address) as channel:
        call = rpc.PredictorStub(channel).Predict
        try:
            call(pb.PredictRequest(), timeout=5, metadata=metadata)
        except grpc.RpcError:
            return True
    return False


def _requests(caplog):
    return [each.fields for each in caplog.records if each.message == "request"]


def test_a_suggester_shows_its_token_to_predictors(running, loaded, predictor, tokens):
    behind = running(loaded(predictor("price")), suggests=False, tokens=tokens)
    world = loaded(predictor("brand"))
    without = running(world, predictors={"price": behind})
    front = running(world, predictors={"price": behind}, token=SECRET)

    assert set(_ask(front).by_model) == {"brand", "price"}
    assert "UNAUTHENTICATED" in _ask(without).missing["price"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "has no token"),
        ("shop short", "line 1 of .* is not a name, a token of at least 16"),
        (f"shop {SECRET} often", "ends with 'often'"),
        (f"shop {SECRET} -1", "ends with '-1'"),
    ],
)
def test_files_of_tokens_that_cannot_be_used(tmp_path, text, sentence):
    path = tmp_path / "tokens"
    path.write_text(text)
    with pytest.raises(InputError, match=sentence) as raised:
        read_tokens(path)
    assert SECRET not in str(raised.value)


def test_no_secret_is_in_a_representation():
    settings = ServingSettings(token=SECRET)
    assert SECRET not in repr(settings) + repr(settings.credentials)


def test_a_token_does_not_leave_the_machine_unencrypted():
    with pytest.raises(InputError, match="would go to shop.example:1 unencrypted"):
        Client("shop.example:1", ClientCredentials(token=SECRET))


@pytest.mark.parametrize(
    ("settings", "is_open"),
    [
        ({"host": "127.0.0.1"}, False),
        ({"host": "0.0.0.0"}, True),
        ({"host": "0.0.0.0", "tokens": "file"}, False),
        ({"host": "shop.example", "tls_certificate": "a", "tls_key": "b"}, True),
        ({"host": "0.0.0.0", "tls_certificate": "a", "tls_client_ca": "b"}, False),
    ],
)
def test_in_production_nobody_listens_to_strangers(settings, is_open):
    chosen = ServingSettings(production=True, **settings)
    replace(chosen, production=False).check_exposure()
    if is_open:
        with pytest.raises(InputError, match="anybody could ask it"):
            chosen.check_exposure()
    else:
        chosen.check_exposure()


def test_reflection_is_off_in_production(running, loaded, predictor):
    address = running(loaded(predictor("price")), production=True)
    with grpc.insecure_channel(address) as channel:
        call = channel.stream_stream(
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
        )
        with pytest.raises(grpc.RpcError) as raised:
            list(call(iter([b""])))
    assert raised.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_settings_come_from_the_environment(tokens):
    environ = {
        "LISTREC_PRODUCTION": "1",
        "LISTREC_TOKENS": tokens,
        "LISTREC_TOKEN": f"{SECRET}\n",
    }
    settings = ServingSettings.from_environment(environ)

    assert settings.production
    assert Path(settings.tokens) == Path(tokens)
    assert settings.credentials.metadata == (("authorization", f"Bearer {SECRET}"),)
    assert os.path.exists(settings.tokens)
