"""Reads experiments from YAML files; an error names the file, the line and what is legal there."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

from common.errors import InputError
from common.experiments.definition import (
    ATTRIBUTES,
    MAX_INTERVAL_LEVEL,
    MAX_TOP_K,
    PAGE,
    PRICE,
    Experiment,
    Guardrail,
    Parameters,
    Source,
    Variant,
)
from common.experiments.metrics import METRICS
from common.experiments.yaml_section import Section, is_number
from common.validation.languages import LANGUAGES, is_language

FIELDS = (
    "layer",
    "hypothesis",
    "owner",
    "metric",
    "minimum_effect",
    "start",
    "end",
    "namespace",
    "coverage",
    "variants",
    "targeting",
    "guardrails",
)
"""What the file of an experiment may have. Its key is the name of the file."""

VARIANT_FIELDS = ("name", "share", "release", "parameters", "shadow")
CANDIDATE_PARAMETERS = ("top_k", "abstain_below")
RANGE_PARAMETERS = ("interval_level",)

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_NAMES = "small letters, digits, '-' and '_', such as top-3"
_MAX_EFFECT = 1e9


def read_experiments(folder: Path, layers: Sequence[str]) -> tuple[Experiment, ...]:
    """Return the experiments of the files ``*.yaml`` in a folder, in the order of their names.

    ``layers`` are those that exist. Raises ``InputError`` for the first file that is wrong.
    """
    if not folder.is_dir():
        raise InputError(
            f"{folder} is no folder; experiments are files there, such as top-3.yaml"
        )
    for path in folder.glob("*.yml"):
        raise InputError(f"{path} would not be read; call it {path.stem}.yaml")
    return tuple(
        read_experiment(path, layers) for path in sorted(folder.glob("*.yaml"))
    )


def read_experiment(path: Path, layers: Sequence[str]) -> Experiment:
    """Return the experiment of a file."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8; save it as UTF-8") from None
    return parse_experiment(text, path.stem, str(path), layers)


def parse_experiment(
    text: str, key: str, path: str, layers: Sequence[str]
) -> Experiment:
    """Return the experiment that a text holds; ``path`` names the file in errors."""
    if not _NAME.fullmatch(key):
        raise InputError(f"{path}: the name of the file should be {_NAMES}.yaml")
    section = Section.parse(text, path, FIELDS)

    layer = _read_layer(section, layers)
    experiment = Experiment(
        key=key,
        layer=layer,
        hypothesis=section.text("hypothesis", "'three candidates are read faster'"),
        owner=section.text("owner", "search-team"),
        metric=_read_metric(section),
        minimum_effect=_read_amount(section, "minimum_effect"),
        start=section.day("start"),
        end=section.day("end"),
        variants=_read_variants(section, _parameters_of(layer)),
        namespace=_read_namespace(section),
        coverage=_read_share(section, "coverage", default=1.0),
        targeting=_read_targeting(section),
        guardrails=_read_guardrails(section),
        source=Source(path, section.lines, text),
    )
    section.check(
        "end", experiment.end >= experiment.start, "a day that is not before start"
    )
    return experiment


def _read_layer(section: Section, layers: Sequence[str]) -> str:
    layer = section.text("layer", layers[0])
    section.check("layer", layer in layers, f"one of {', '.join(layers)}")
    return layer


def _read_name(section: Section, name: str) -> str:
    value = section.text(name, "top-3")
    section.check(name, _NAME.fullmatch(value) is not None, _NAMES)
    return value


def _read_metric(section: Section) -> str:
    metric = section.text("metric", "category_acceptance")
    section.check("metric", metric in METRICS, f"one of {', '.join(METRICS)}")
    return metric


def _read_amount(section: Section, name: str) -> float:
    legal = "a number above 0, such as 0.01"
    amount = section.number(name, 0, _MAX_EFFECT, legal)
    section.check(name, amount > 0, legal)
    return amount


def _read_share(section: Section, name: str, default: float | None = None) -> float:
    legal = "a number from 0 to 1, such as 0.5"
    return section.number(name, 0, 1, legal, default)


def _read_namespace(section: Section) -> tuple[float, float]:
    if "namespace" not in section.nodes:
        return 0.0, 1.0

    legal = "a lower and an upper end between 0 and 1, such as [0, 0.5]"
    ends = section.values("namespace", legal)
    are_numbers = len(ends) == 2 and all(map(is_number, ends))
    section.check("namespace", are_numbers and 0 <= ends[0] < ends[1] <= 1, legal)
    return float(ends[0]), float(ends[1])


def _parameters_of(layer: str) -> tuple[str, ...]:
    """Return the parameters that change something of the answers in a layer."""
    if layer == PAGE:
        return (*CANDIDATE_PARAMETERS, *RANGE_PARAMETERS)
    return RANGE_PARAMETERS if layer == PRICE else CANDIDATE_PARAMETERS


def _read_variants(section: Section, parameters: Sequence[str]) -> tuple[Variant, ...]:
    variants: list[Variant] = []
    for part in section.sections("variants", VARIANT_FIELDS):
        variant = _read_variant(part, parameters)
        names = [each.name for each in variants]
        part.check("name", variant.name not in names, "another than those before")
        variants.append(variant)

    section.check("variants", len(variants) > 1, "two or more, the control first")
    section.check(
        "variants", not variants[0].is_shadow, "led by the control, without shadow"
    )
    total = math.fsum(each.share for each in variants)
    if abs(total - 1) > 1e-6:
        raise section.error("variants", f"the shares sum to {total:g}, and should to 1")
    return tuple(variants)


def _read_variant(part: Section, parameters: Sequence[str]) -> Variant:
    share = _read_share(part, "share")
    part.check("share", share > 0, "above 0; delete a variant that nobody gets")
    return Variant(
        name=_read_name(part, "name"),
        share=share,
        release=part.text("release", "the id of a release", default=""),
        parameters=_read_parameters(part.section("parameters", parameters)),
        is_shadow=part.flag("shadow"),
    )


def _read_parameters(part: Section) -> Parameters:
    given = part.nodes
    return Parameters(
        top_k=_read_top_k(part) if "top_k" in given else None,
        abstain_below=(
            _read_share(part, "abstain_below") if "abstain_below" in given else None
        ),
        interval_level=_read_level(part) if "interval_level" in given else None,
    )


def _read_top_k(part: Section) -> int:
    legal = f"a whole number from 1 to {MAX_TOP_K}, such as 3"
    number = part.number("top_k", 1, MAX_TOP_K, legal)
    part.check("top_k", number.is_integer(), legal)
    return int(number)


def _read_level(part: Section) -> float:
    legal = f"a number above 0 and up to {MAX_INTERVAL_LEVEL}, such as 0.8"
    level = part.number("interval_level", 0, MAX_INTERVAL_LEVEL, legal)
    part.check("interval_level", level > 0, legal)
    return level


def _read_targeting(section: Section) -> dict[str, tuple[str, ...]]:
    part = section.section("targeting", ATTRIBUTES)
    targeting = {}
    for name in part.nodes:
        legal = "a list of texts, such as [en, ja]"
        values = part.values(name, legal)
        # 'no', the language, is a truth value of YAML without quotes.
        are_texts = all(isinstance(value, str) for value in values)
        part.check(name, are_texts, f"{legal}; put 'no' into quotes")
        targeting[name] = values
    _check_languages(part, targeting.get("language", ()))
    return targeting


def _check_languages(part: Section, codes: Sequence[str]) -> None:
    unknown = [code for code in codes if not is_language(code)]
    if unknown:
        known = ", ".join(sorted(LANGUAGES))
        raise part.error(
            "language",
            f"no listing has the language {unknown[0]!r}: those known are {known}, and with a"
            " region, such as pt-br",
        )


def _read_guardrails(section: Section) -> tuple[Guardrail, ...]:
    guardrails: list[Guardrail] = []
    for part in section.sections("guardrails", ("metric", "max_harm")):
        guardrail = Guardrail(_read_metric(part), _read_harm(part))
        metrics = [each.metric for each in guardrails]
        part.check("metric", guardrail.metric not in metrics, "one guardrail a metric")
        guardrails.append(guardrail)
    return tuple(guardrails)


def _read_harm(part: Section) -> float:
    legal = "a number that is not below 0, such as 0.01"
    return part.number("max_harm", 0, _MAX_EFFECT, legal)
