from datetime import date

import pytest

from common.errors import InputError
from common.experiments.definition import Guardrail, Parameters, Variant
from common.experiments.reading import parse_experiment, read_experiments
from tests.common.experiments.files import LAYERS, TOP_3, experiment_of

WRONG = (
    ("layer: category", "layer: colour", 1, "layer should be one of category"),
    ("owner: search-team", "owner: ", 3, "owner should be a text"),
    (
        "owner: search-team",
        "owner: 007",
        3,
        "owner should be a text, and 007 is a number in YAML: put it into quotes, '007'",
    ),
    (
        "parameters: {top_k: 3}",
        "release: 1234567890123456",
        15,
        "release should be a text, and 1234567890123456 is a number in YAML: put it into"
        " quotes, '1234567890123456'",
    ),
    (
        "metric: category_",
        "metric: colours_",
        4,
        "metric should be one of category_acc",
    ),
    ("minimum_effect: 0.01", "minimum_effect: 0", 5, "minimum_effect should be"),
    ("minimum_effect: 0.01", "minimum_effect: .nan", 5, "minimum_effect should be"),
    ("start: 2026-12-01", "start: soon", 6, "start should be a day"),
    ("start: 2026-12-01", "start: 2026-13-01", 6, "start should be a day"),
    ("start: 2026-12-01", "start: 2026-12-01 10:00:00", 6, "start should be a day"),
    ("end: 2026-12-14", "end: 2026-11-30", 7, "end should be a day that is not before"),
    ("[0, 0.5]", "[0.5, 0]", 8, "namespace should be a lower and an upper end"),
    ("[0, 0.5]", "[0, half]", 8, "namespace should be a lower and an upper end"),
    ("coverage: 0.2", "coverage: 1.2", 9, "coverage should be a number from 0 to 1"),
    ("coverage: 0.2", "coverage: yes", 9, "coverage should be a number from 0 to 1"),
    ("coverage: 0.2", "ramp: 0.2", 9, "there is no 'ramp' here; there are layer"),
    ("coverage: 0.2", "owner: me", 9, "'owner' stands in line 3 already"),
    ("share: 0.5", "share: 0.4", 10, "the shares sum to 0.9, and should to 1"),
    ("share: 0.5", "share: 0", 12, "share should be above 0"),
    ("name: three", "name: control", 13, "name should be another than those before"),
    ("top_k: 3", "top_k: 2.5", 15, "top_k should be a whole number"),
    ("top_k: 3", "best: 3", 15, "there is no 'best' here; there are top_k"),
    ("top_k: 3", "top_k: 6", 15, "top_k should be a whole number from 1 to 5"),
    ("top_k: 3", "interval_level: 0.8", 15, "there is no 'interval_level' here; there"),
    ("[en, ja]", "[en, no]", 17, "language should be a list of texts"),
    ("[en, ja]", "[[en], ja]", 17, "language should be a list of texts"),
    (
        "[en, ja]",
        "[en, xx]",
        17,
        "no listing has the language 'xx': those known are aa",
    ),
    ("[en, ja]", "[en, JA]", 17, "no listing has the language 'JA'"),
    ("language:", "category:", 17, "there is no 'category' here; there are language"),
    ("- metric: seconds", "- metric: earnings", 19, "metric should be one of category"),
    ("max_harm: 5", "max_harm: -1", 20, "max_harm should be a number that is not"),
)


def test_a_file_says_all_of_an_experiment():
    experiment = experiment_of()

    assert (experiment.key, experiment.layer) == ("top-3", "category")
    assert (experiment.start, experiment.end) == (date(2026, 12, 1), date(2026, 12, 14))
    assert (experiment.namespace, experiment.coverage) == ((0.0, 0.5), 0.2)
    three = Variant("three", 0.5, parameters=Parameters(top_k=3))
    assert experiment.variants == (Variant("control", 0.5), three)
    assert experiment.targeting == {"language": ("en", "ja")}
    assert experiment.guardrails == (Guardrail("seconds", 5.0),)


def test_a_release_whose_id_has_digits_only_is_read_in_quotes():
    text = TOP_3.replace("parameters: {top_k: 3}", "release: '1234567890123456'")
    assert experiment_of(text).variants[1].release == "1234567890123456"


def test_a_language_may_have_a_region():
    text = TOP_3.replace("[en, ja]", "[pt-br, fil]")
    assert experiment_of(text).targeting == {"language": ("pt-br", "fil")}


def test_a_metric_has_one_guardrail():
    twice = TOP_3 + "  - {metric: seconds, max_harm: 9}\n"
    with pytest.raises(InputError, match="line 21: metric should be one guardrail a"):
        experiment_of(twice)


def test_variants_may_be_releases_and_shadows():
    text = TOP_3.replace("parameters: {top_k: 3}", "release: r-17\n    shadow: true")
    control, other = experiment_of(text).variants

    assert (control.release, control.is_shadow) == ("", False)
    assert (other.release, other.is_shadow) == ("r-17", True)


def test_a_range_of_prices_has_a_level_and_no_candidates():
    text = TOP_3.replace("layer: category", "layer: price")
    with pytest.raises(InputError, match="no 'top_k' here; there are interval_level"):
        experiment_of(text)
    with pytest.raises(InputError, match=r"interval_level should be .* up to 0.9"):
        experiment_of(text.replace("top_k: 3", "interval_level: 0.95"))
    experiment = experiment_of(text.replace("top_k: 3", "interval_level: 0.9"))
    assert experiment.variants[1].parameters == Parameters(interval_level=0.9)


def test_a_variant_of_the_page_may_change_all():
    text = TOP_3.replace("layer: category", "layer: page")
    values = "{top_k: 3, abstain_below: 0.5, interval_level: 0.6}"
    experiment = experiment_of(text.replace("{top_k: 3}", values))
    assert experiment.variants[1].parameters == Parameters(3, 0.5, 0.6)


@pytest.mark.parametrize(("right", "wrong", "line", "message"), WRONG)
def test_an_error_names_the_file_the_line_and_what_is_legal(
    right, wrong, line, message
):
    with pytest.raises(InputError) as error:
        experiment_of(TOP_3.replace(right, wrong, 1))

    assert str(error.value).startswith(
        f"experiments/top-3.yaml, line {line}: {message}"
    )


def test_every_field_without_a_default_must_be_there():
    for line in TOP_3.splitlines()[:7]:
        name = line.partition(":")[0]
        with pytest.raises(InputError, match=f"line 1: {name} is missing; it is "):
            experiment_of(TOP_3.replace(line + "\n", ""))


def test_the_control_is_no_shadow():
    text = TOP_3.replace("share: 0.5", "share: 0.5\n    shadow: true", 1)
    with pytest.raises(
        InputError, match="line 10: variants should be led by the control"
    ):
        experiment_of(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("layer: [", "line 1: "),
        (
            "- layer",
            "line 1: there should be names and values here, such as 'layer: ...'",
        ),
        ("", "line 1: there should be names and values here"),
        ("owner: \x00", "is not YAML"),
        ("layer: &a [*a]\n", "line 1: layer should be a text"),
    ],
)
def test_what_is_not_a_file_of_an_experiment_is_refused(text, message):
    with pytest.raises(InputError) as error:
        experiment_of(text)
    assert message in str(error.value)


def test_the_name_of_a_file_is_the_key_of_its_experiment(tmp_path):
    for key in ("top-3", "brand-2"):
        (tmp_path / f"{key}.yaml").write_text(TOP_3, encoding="utf-8")

    experiments = read_experiments(tmp_path, LAYERS)

    assert [each.key for each in experiments] == ["brand-2", "top-3"]


def test_a_file_whose_name_is_no_key_is_refused():
    with pytest.raises(
        InputError, match="the name of the file should be small letters"
    ):
        parse_experiment(TOP_3, "Top 3", "experiments/Top 3.yaml", LAYERS)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "top-3.yaml").write_bytes(b"owner: \xff\n")
    with pytest.raises(InputError, match="is not UTF-8"):
        read_experiments(tmp_path, LAYERS)

    with pytest.raises(InputError, match="is no folder"):
        read_experiments(tmp_path / "absent", LAYERS)


def test_no_file_is_left_out_silently(tmp_path):
    (tmp_path / "top-3.yml").write_text(TOP_3, encoding="utf-8")
    with pytest.raises(InputError, match="would not be read; call it top-3.yaml"):
        read_experiments(tmp_path, LAYERS)
