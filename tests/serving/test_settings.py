import pytest

from common.errors import InputError
from serving.settings import RENAMED_VARIABLES, ServingSettings, parse_addresses


def test_the_environment_is_read_over_the_defaults():
    settings = ServingSettings.from_environment(
        {
            "LISTREC_PORT": "0",
            "LISTREC_DEFAULT_DEADLINE": "0.25",
            "LISTREC_PREDICTORS": "price=a:1, brand=[::1]:2,",
            "LISTREC_ALSO": "r2, r3,r2,",
        }
    )

    assert (settings.port, settings.default_deadline) == (0, 0.25)
    assert settings.predictors == {"price": "a:1", "brand": "[::1]:2"}
    assert settings.also == ("r2", "r3")
    assert settings.host == ServingSettings().host


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("PORT", "http", "LISTREC_PORT must be a number, not 'http'"),
        ("PHOTO_THREADS", "-1", "LISTREC_PHOTO_THREADS must be at least 0"),
        ("DEFAULT_DEADLINE", "nan", "LISTREC_DEFAULT_DEADLINE must be at least"),
        ("PREDICTORS", "price", "name=host:port, not 'price'"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_in_a_sentence(name, value, why):
    with pytest.raises(InputError, match=why):
        ServingSettings.from_environment({f"LISTREC_{name}": value})


def test_a_predictor_has_one_address():
    with pytest.raises(InputError, match="two addresses"):
        parse_addresses(["price=a:1", "price=b:2"])


@pytest.mark.parametrize(("old", "new"), RENAMED_VARIABLES.items())
def test_a_former_variable_is_refused_with_its_new_name(old, new):
    with pytest.raises(
        InputError, match=f"^the variable {old} was renamed: set {new} instead$"
    ):
        ServingSettings.from_environment({old: "1"})
    ServingSettings.from_environment({new: "2000"})


def test_a_console_is_a_process_beside_a_single_worker():
    alone = {
        "LISTREC_WORKERS": "1",
        "LISTREC_RELEASE_POLL": "0",
        "LISTREC_EXPERIMENTS_POLL": "0",
    }
    assert not ServingSettings.from_environment(alone).is_supervised
    settings = ServingSettings.from_environment(alone | {"LISTREC_CONSOLE": "8090"})
    assert (settings.is_supervised, settings.console) == (True, "8090")
