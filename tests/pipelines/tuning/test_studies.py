from dataclasses import replace

import pytest

from common.errors import InputError, UnavailableError
from common.settings import Settings
from pipelines.tuning import studies


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "home").mkdir()
    return Settings.from_environment({"LISTREC_HOME": str(tmp_path / "home")})


def open_study(settings):
    return studies.open_study(settings, "price-monday", studies.MINIMISE, {"x": 3.0})


def do(study, seed=0):
    """Measure one trial: the square of x; return x."""
    trial = studies.next_trial(study, seed)
    x = trial.suggest_float("x", -10, 10)
    study.tell(trial, x * x)
    return x


def test_the_first_trial_has_the_values_it_began_with(settings):
    study = open_study(settings)
    assert do(study) == 3.0
    assert do(study) != 3.0
    assert studies.first_value(study) == 9.0


def test_what_is_tried_depends_on_the_seed_and_on_no_interruption(settings, tmp_path):
    whole = [do(open_study(settings), seed=1) for _ in range(4)]
    other = Settings.from_environment({"LISTREC_HOME": str(tmp_path)})
    study = open_study(other)
    parts = [do(study, seed=1), do(study, seed=1)]
    cut = studies.next_trial(study, 1)
    cut.suggest_float("x", -10, 10)  # and its process is killed
    repeated = open_study(other)
    assert len(studies.requeue_killed(repeated)) == 1
    assert [*parts, do(repeated, seed=1), do(repeated, seed=1)] == whole


def test_a_killed_trial_is_marked_as_failed_and_tried_again(settings):
    study = open_study(settings)
    studies.next_trial(study, 0)
    dead = studies.requeue_killed(open_study(settings))
    assert [trial.number for trial in dead] == [0]
    assert study.trials[0].state.name == "FAIL"
    assert do(study) == 3.0
    assert studies.first_value(study) == 9.0


def test_a_trial_that_kills_its_process_is_not_tried_for_ever(settings):
    study = open_study(settings)
    for _ in range(studies.MAX_KILLS):
        assert studies.next_trial(study, 0).suggest_float("x", -10, 10) == 3.0
        studies.requeue_killed(study)
    assert do(study) != 3.0


def test_what_failed_is_not_drawn_a_second_time(settings):
    study = open_study(settings)
    do(study)
    failing = studies.next_trial(study, 0)
    x = failing.suggest_float("x", -10, 10)
    studies.fail(study, failing.number)
    assert do(study) != x


def test_where_the_search_began_is_tried_again_until_it_was_measured(settings):
    study = open_study(settings)
    studies.fail(study, studies.next_trial(study, 0).number)
    assert do(open_study(settings)) == 3.0
    assert do(open_study(settings)) != 3.0


def test_trials_of_another_machine_are_left_alone(settings):
    study = open_study(settings)
    studies.next_trial(study, 0).set_user_attr(studies.HOST, "elsewhere")
    assert studies.requeue_killed(study) == []


def test_two_processes_do_not_work_on_one_study(settings):
    with (
        studies.lock_study(settings, "price-monday"),
        pytest.raises(UnavailableError, match="another process .* price-monday"),
        studies.lock_study(settings, "price-monday"),
    ):
        pass


def test_the_best_come_first_in_either_direction(settings):
    study = studies.open_study(settings, "brand-monday", studies.MAXIMISE, {"x": 1.0})
    for _ in range(5):
        do(study)
    values = [trial.values[0] for trial in studies.best_first(study)]
    assert values == sorted(values, reverse=True)
    assert set(studies.importances(study, 0)) == {"x"}


@pytest.mark.parametrize(
    "url", ["nonsense", "sqlite:////nowhere/at/all/studies.db", "nosuch://x"]
)
def test_a_database_that_cannot_be_opened_is_named_by_its_variable(settings, url):
    with pytest.raises(InputError, match="LISTREC_STUDIES, cannot be opened"):
        open_study(replace(settings, studies=url))
