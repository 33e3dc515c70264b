from pathlib import Path

import pytest

from common.earnings import Commission
from common.errors import InputError
from common.settings import Settings


def test_everything_lies_below_one_folder_by_default():
    settings = Settings.from_environment({"LISTREC_HOME": "/somewhere"})
    home = Path("/somewhere")
    assert (settings.home, settings.cache) == (home, home / "cache")
    assert settings.store == str(home / "store")
    assert settings.tracking_uri == f"sqlite:///{home}/mlflow.db"
    assert settings.studies == f"sqlite:///{home}/studies.db"
    assert settings.events == f"sqlite:///{home}/events.db"
    assert settings.event_log == home / "event_log"
    assert (settings.debug, settings.commit) == (False, "")


def test_without_a_home_the_folder_is_here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert Settings.from_environment({}).home == tmp_path / ".listrec"
    assert Settings.from_environment({"LISTREC_HOME": ""}).home == tmp_path / ".listrec"


def test_the_environment_decides():
    said = {
        "LISTREC_STORE": "s3://shop/store",
        "MLFLOW_TRACKING_URI": "http://mlflow",
        "LISTREC_DEBUG": "1",
        "LISTREC_COMMIT": "abc",
        "LISTREC_STUDIES": "postgresql://db/studies",
        "LISTREC_EVENTS": "postgresql+psycopg://db/events",
    }
    settings = Settings.from_environment(said)
    assert (settings.store, settings.tracking_uri) == (
        "s3://shop/store",
        "http://mlflow",
    )
    assert (settings.debug, settings.commit) == (True, "abc")
    assert settings.studies == "postgresql://db/studies"
    assert settings.events == "postgresql+psycopg://db/events"


def test_the_commission_is_a_setting_and_none_by_default():
    assert Settings.from_environment({}).commission is None

    said = Settings.from_environment({"LISTREC_COMMISSION": "10% + 0.30"})
    assert said.commission == Commission(0.1, 0.3)


@pytest.mark.parametrize("text", ["one", "-1", "0.5"])
def test_a_number_of_gpus_that_is_none_is_refused(text):
    assert Settings.from_environment({"LISTREC_GPUS": "2"}).gpus == 2

    with pytest.raises(InputError, match="LISTREC_GPUS must be a whole number"):
        Settings.from_environment({"LISTREC_GPUS": text})


def test_debug_is_off_when_it_says_zero():
    assert not Settings.from_environment({"LISTREC_DEBUG": "0"}).debug
