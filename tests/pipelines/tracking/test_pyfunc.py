"""mlflow loads the champion's models, and they answer as ``listrec suggest`` does."""

import json
import os
import sys
import urllib.request
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from common.errors import ArtifactError
from common.listing import Listing, Photo
from common.store import artifacts
from common.store.release import ReleaseStore
from models import NAMES
from pipelines.tracking import mlmodel, registry
from tests.real_parts import free_ports, running, wait_until_it_answers

TITLE = "Nike running shoes size 9, worn twice"


def table(**cells):
    return pd.DataFrame({name: [cell] for name, cell in cells.items()})


def assert_same(answer, suggestion):
    """Compare a row of mlflow's answer with a suggestion, to a millionth."""
    for field, candidates in suggestion.candidates.items():
        assert [each["value"] for each in answer[field]] == [
            candidate.value for candidate in candidates
        ]
        assert [each["probability"] for each in answer[field]] == pytest.approx(
            [candidate.probability for candidate in candidates], abs=1e-6
        )
    if suggestion.price:
        for part in ("low", "median", "high"):
            expected = getattr(suggestion.price, part)
            assert answer[f"price_{part}"] == pytest.approx(expected, rel=1e-6)
    assert answer["abstained"].get(suggestion.model, "") == (suggestion.abstained or "")


@pytest.mark.parametrize("name", NAMES)
def test_a_model_that_mlflow_loads_answers_as_the_champion_does(
    home, home_store, load, answering, shop, name
):
    photo = next(row.photos[0] for row in shop.read("test") if row.photos)
    registry.reconcile(home, home_store)

    model = load(home, f"listing-{name}")
    answers = model.predict(table(title=TITLE, photos=photo.path, condition="good"))

    listing = Listing(title=TITLE, photos=(photo,), condition="good")
    assert answers.shape[0] == 1
    assert_same(answers.iloc[0], answering.suggest(listing).by_model[name])


def test_a_table_may_lack_columns_and_cells_and_hold_photos_as_bytes(
    home, home_store, load, answering, shop
):
    photo = next(row.photos[0] for row in shop.read("test") if row.photos)
    archive = Path(photo.path).parent
    content = zipfile.ZipFile(archive).read(Path(photo.path).name)
    registry.reconcile(home, home_store)

    answers = load(home, "listing-brand").predict(
        pd.DataFrame({"title": [TITLE, None], "photos": [None, [content]]})
    )

    assert_same(answers.iloc[0], answering.suggest(Listing(TITLE)).by_model["brand"])
    photo = Listing(photos=(Photo(data=content),))
    assert_same(answers.iloc[1], answering.suggest(photo).by_model["brand"])


def test_a_row_that_cannot_be_used_says_why_and_the_others_are_answered(
    home, home_store, load
):
    registry.reconcile(home, home_store)

    answers = load(home, "listing-price").predict(
        pd.DataFrame(
            {"title": ["", TITLE, TITLE], "shipping_payer": [None, "nobody", None]}
        )
    )

    first, second, third = answers["abstained"]
    assert first["price"] == "the row has no title, no description and no photos"
    assert "shipping_payer" in second["price"]
    assert third == {}
    assert answers["price_median"][2] > 0


def test_an_artifact_stays_valid_and_keeps_its_id_after_mlflow_has_loaded_it(
    home, home_store, load, tmp_path
):
    registry.reconcile(home, home_store)
    load(home, "listing-price")

    release = home_store.fetch(tmp_path / "cache")
    folder = home_store.artifact_url(release.release.models["price"])
    assert (release.models["price"] / "MLmodel").exists() is False
    assert artifacts.read(Path(folder)).id == release.release.models["price"]


def test_the_file_is_understood_by_mlflow_and_names_every_column(
    home, home_store, load
):
    registry.reconcile(home, home_store)
    model = load(home, "listing-shipping")

    signature = model.metadata.signature
    answers = model.predict(table(title=TITLE))
    assert tuple(signature.inputs.input_names()) == mlmodel.INPUT_COLUMNS
    assert signature.outputs.input_names() == list(answers.columns)


def test_a_store_without_the_encoders_is_named(home, home_store, load, monkeypatch):
    registry.reconcile(home, home_store)
    monkeypatch.setenv("LISTREC_STORE", str(home.home / "elsewhere"))

    with pytest.raises(ArtifactError, match="there is no artifact at .*elsewhere"):
        load(home, "listing-price")


def test_a_server_of_mlflow_names_artifacts_of_a_folder_by_a_scheme_of_ours(
    home, home_store, load, scheme, server, answering
):
    settings = replace(home, tracking_uri=server)
    registry.reconcile(settings, home_store)

    answers = load(settings, "listing-price").predict(table(title=TITLE))

    assert_same(answers.iloc[0], answering.suggest(Listing(TITLE)).by_model["price"])


@pytest.mark.slow
def test_a_model_on_s3_is_loaded_through_a_server_on_postgresql(
    home, home_store, load, s3_url, server_on_postgres, answering, monkeypatch
):
    pytest.importorskip("boto3", reason="pip install boto3")
    store = ReleaseStore(s3_url)
    champion = home_store.fetch(home.cache)
    for folder in (*champion.encoders.values(), *champion.models.values()):
        store.publish_artifact(folder)
    store.promote(store.publish(champion.release.models).id)
    settings = replace(home, store=s3_url, tracking_uri=server_on_postgres)
    registry.reconcile(settings, store)

    answers = load(settings, "listing-price").predict(table(title=TITLE))

    assert_same(answers.iloc[0], answering.suggest(Listing(TITLE)).by_model["price"])


@pytest.mark.slow
def test_mlflow_serves_a_model(home, home_store, answering, tmp_path):
    registry.reconcile(home, home_store)
    [port] = free_ports(1)
    command = [sys.executable, "-m", "mlflow", "models", "serve", "--port", str(port)]
    command += [
        "--env-manager",
        "local",
        "--model-uri",
        "models:/listing-price@champion",
    ]
    # mlflow looks for the program uvicorn.
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    address_of = {"MLFLOW_TRACKING_URI": home.tracking_uri, "PATH": path}
    address = f"http://127.0.0.1:{port}"

    with running(command, tmp_path, os.environ | address_of) as process:
        wait_until_it_answers(f"{address}/ping", process, tmp_path / "log")
        body = json.dumps({"dataframe_records": [{"title": TITLE}]}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{address}/invocations", body, headers)
        with urllib.request.urlopen(request) as response:
            [answer] = json.load(response)["predictions"]

    assert_same(answer, answering.suggest(Listing(TITLE)).by_model["price"])
