import json

import pytest

from common.errors import InputError
from common.settings import Settings
from pipelines.cluster.config import parse_config, read_config
from pipelines.monitoring import graph
from pipelines.training import components
from pipelines.training.resources import STEPS, parse_resources


def test_the_steps_are_the_components_of_both_graphs():
    made = {
        name for name, each in vars(components).items() if hasattr(each, "python_func")
    }
    assert made | {graph.monitor.name} == set(STEPS)


def test_a_step_takes_what_is_said_of_its_target_then_of_itself_then_of_all():
    resources = parse_resources(
        {
            "default": {"cpu": 1, "memory": "2Gi", "retries": 1},
            "steps": {"train_model": {"memory": "8Gi", "cpu": 3}},
            "targets": {"price": {"memory": "32Gi"}},
        }
    )

    price, brand = (resources.of("train_model", name) for name in ("price", "brand"))
    assert (price.cpu, price.memory, price.retries) == ("3", "32Gi", 1)
    assert brand.memory == "8Gi"
    assert resources.of("check_gates", "price").memory == "2Gi"


def test_the_wait_before_a_retry_doubles_up_to_its_limit():
    (step,) = [
        parse_resources({"default": {"backoff": "30s", "max_backoff": "1m"}}).of(
            "publish"
        )
    ]
    assert [step.backoff_seconds(retry) for retry in (1, 2, 3)] == [30, 60, 60]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"stepz": {}}, "has stepz; there are team, namespace"),
        ({"steps": {"trian": {}}}, "steps has no 'trian': there are check_snapshot"),
        ({"targets": {"prize": {}}}, "targets has no 'prize': there are encoders"),
        (
            {"steps": {"evaluate": {"ram": "1Gi"}}},
            "steps.evaluate has no setting 'ram'",
        ),
        (
            {"default": {"memory": "16GB"}},
            "default.memory is '16GB': write it like 16Gi",
        ),
        ({"default": {"cpu": "many"}}, "write it like 4 or 500m"),
        ({"default": {"timeout": "6"}}, "write it like 90s, 30m or 6h"),
        ({"default": {"timeout": "0s"}}, "a step needs some time"),
        ({"default": {"retries": -1}}, "default.retries is below 0"),
        ({"default": {"retries": "two"}}, "default.retries must be of type int"),
        ({"default": {"gpu": 1}}, "default.gpu must be like"),
        ({"default": {"gpu": {"kind": "a"}}}, "default.gpu has no setting 'kind'"),
        ({"default": {"tolerations": [{"taint": "x"}]}}, "with key, operator, value"),
        ({"steps": ["a"]}, "steps must map names to values"),
        ({"team": "Kids Wear"}, "small letters, digits and hyphens"),
        ({"secrets": {"store": "key"}}, "secrets.store must map variables to keys"),
        ({"labels": {"a": 1}}, "labels must map names to texts"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_known(values, sentence):
    with pytest.raises(InputError, match=r"team\.yaml") as caught:
        parse_config(values, "team.yaml")

    assert sentence in str(caught.value)


def test_a_file_that_is_no_yaml_is_refused_with_the_line(tmp_path):
    path = tmp_path / "team.yaml"
    path.write_text("team: kids\nsteps: {evaluate: {cpu: 1}\n")

    with pytest.raises(InputError, match="line 3"):
        read_config(path)


def test_namespace_and_experiment_follow_from_the_team_unless_they_are_given():
    config = parse_config({"team": "kids"}, "team.yaml")
    assert (config.namespace, config.experiment) == ("kids", "kids")

    config = parse_config({"team": "kids", "namespace": "shop"}, "team.yaml")
    assert (config.namespace, config.experiment) == ("shop", "kids")
    assert parse_config({}, "team.yaml").experiment == "listrec"


def test_a_configuration_is_made_again_of_its_values():
    config = parse_config(
        {
            "team": "kids",
            "default": {"cpu": 2, "memory": "2Gi"},
            "steps": {"train_model": {"gpu": {"count": 2}, "retries": 0}},
            "secrets": {"store": {"AWS_SECRET_ACCESS_KEY": "key"}},
            "labels": {"department": "marketplace"},
        },
        "team.yaml",
    )
    assert parse_config(json.loads(json.dumps(config.values())), "again") == config


def test_the_team_takes_its_place_in_the_address_of_the_store():
    settings = Settings.from_environment(
        {"LISTREC_STORE": "s3://shop/{team}/listrec", "LISTREC_TEAM": "kids"}
    )
    assert settings.store == "s3://shop/kids/listrec"
    with pytest.raises(InputError, match="set LISTREC_TEAM"):
        Settings.from_environment({"LISTREC_STORE": "s3://shop/{team}"})
    with pytest.raises(InputError, match="the team '../b'"):
        Settings.from_environment({"LISTREC_TEAM": "../b"})
