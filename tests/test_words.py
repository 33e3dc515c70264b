"""Names, settings, messages and documents use the field's words, not those they replaced.

ADR 15 has the reasons, docs/glossary.md the words that are ours. A word that fails here has a
better one beside it. A name that needs the word all the same goes into ``ALLOWED``, with a reason.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from common.encoders.config import KINDS
from models import NAMES as MODELS
from models import config
from serving.settings import RENAMED_VARIABLES, ServingSettings

ROOT = Path(__file__).parents[1]
PACKAGES = (
    "common",
    "models",
    "ingest",
    "simulator",
    "pipelines",
    "serving",
    "cli",
    "benchmarks",
    "deploy",
)
EXCLUDED = ("CHANGELOG.md", "0015-the-fields-words.md", "quality.md", "scale.md")
"""Pages that name the replaced words themselves, and those that benchmarks write."""
PAGES = [
    path
    for pattern in ("*.md", "docs/**/*.md", "models/*/README.md")
    for path in sorted(ROOT.glob(pattern))
    if path.name not in EXCLUDED
]

SETTINGS = {
    "batch": "batch_size",
    "class_leaves": "multiclass.num_leaves",
    "class_trees": "multiclass.n_estimators",
    "columns": "feature_fraction",
    "directions": "n_components",
    "forest": "boosted_trees",
    "from_rows": "min_rows",
    "grace": "shutdown_grace",
    "hidden": "hidden_sizes",
    "inverse_penalty": "logistic",
    "leaves": "num_leaves",
    "least_epochs": "min_epochs",
    "least_rows": "min_child_samples",
    "longest": "max_deadline",
    "loudness": "score_scale",
    "most_epochs": "max_epochs",
    "most_photos": "max_photos",
    "most_rows": "max_rows",
    "narrow": "max_width_large_data",
    "passes": "images_seen",
    "penalty": "reg_lambda",
    "pixels": "image_size",
    "quantile_leaves": "quantile.num_leaves",
    "quantile_trees": "quantile.n_estimators",
    "right": "commit_precision",
    "sure": "abstain_below",
    "trees": "n_estimators",
    "tune_batch": "finetune_batch_size",
    "tune_epochs": "finetune_epochs",
    "tune_rate": "finetune_learning_rate",
    "variety": "augmentation",
    "widest": "max_interval_ratio",
    "words": "n_ngrams",
}
"""Fields of settings that are not to come back, and what they are called now."""

NAMES = {
    "as_cold": "keep_early_fields",
    "ask": "predict, request",
    "be_sure": "confidence_of",
    "beside": "photo_root_of",
    "bury": "requeue_killed",
    "called": "model_name",
    "carve": "resplit",
    "cold": "early",
    "distances": "half_widths",
    "give_up": "end_run",
    "habits": "SellerStyle",
    "halves": "SplitModel",
    "hasty": "a name for what is shorter",
    "held": "View, held_out",
    "hold": "hold_out, lock",
    "judge": "check_gate, validate, compare",
    "kept": "the noun of what is kept",
    "kin": "siblings, group",
    "later_fields": "n_late_fields",
    "look": "check, detect, read",
    "loud": "a name for what is large",
    "metered": "BoundedReader",
    "middle": "median",
    "mirrored": "FlipAveraged",
    "observe": "collect_outcomes",
    "priced_alike": "same_currency",
    "reaches": "conformal_factors",
    "read_surface": "style_features",
    "reads": "modality, inputs, INPUT_FIELDS",
    "show_alone": "single_modality_views",
    "show_cold": "early_context",
    "show_warm": "full_context",
    "sound": "is_decodable",
    "spread": "evenly_spaced, iqr",
    "stacks": "stacking",
    "surface": "style_features",
    "tally": "ProfileCounts",
    "tell": "posterior",
    "vary": "augment",
    "warm": "full",
}
"""Public names that are not to come back, and what is said instead."""

PARTS = {
    "afresh": "no_cache",
    "album": "photo_store",
    "asked": "request, requested",
    "clerk": "listing_sampler",
    "discriminant": "lda",
    "essence": "stripped_image",
    "forget": "prune",
    "heard": "outputs, scores",
    "honest": "held_out",
    "judged": "checked, validated",
    "knob": "dimension",
    "knobs": "dimensions",
    "least": "min",
    "most": "max",
    "nest": "study_run",
    "photographer": "photo_renderer",
    "remember": "cache",
    "remembered": "cached",
    "said": "scores, answer",
    "sight": "stack_features",
    "told": "held_out",
    "unsaid": "not_stated",
    "warmth": "completeness",
}
"""Words of a public name, between underscores or capitals, that are not to come back."""

ALLOWED = {
    ("benchmarks", "at_least"): "the sense of a goal's bound, no bound itself",
    ("benchmarks", "at_most"): "the sense of a goal's bound, no bound itself",
    ("benchmarks", "reaches"): "a goal is reached, no interval",
    (
        "pipelines",
        "forest",
    ): "a forest plot is the field's name for intervals below each other",
    ("simulator", "look"): "the look of a thing is what its photos show, no check",
    ("simulator", "middle"): "the middle of a picture, no quantile",
}
"""Names of a package that are such a word for a reason, which is stated here."""

PHRASES = {
    r"\btrain(s|ed)? (it |them )?anew\b": "retrain",
    r"\bsure enough\b": "reaches the confidence threshold",
    r"\brather not be quoted\b": "abstain",
    r"\bwhat (the )?members say\b": "scores of the members",
    r"\bartifacts? of before\b": "older artifacts",
    r"\bwho(ever)? is (late|broken)\b": "a predictor that times out or fails",
    r"\b(its|their|no|have|and|but) kin\b": "siblings, the same group",
    r"\bLISTREC_(DEADLINE|LONGEST|GRACE|MAX_BATCH|MAX_MESSAGE)\b": "see CHANGELOG.md",
    r"\bsuggest --input\b": "suggest-table",
    r"\bmeans what it says\b": "is calibrated",
}
"""Patterns that are not to come back in messages, help texts, docstrings and documents."""


def files_of(package: str) -> list[Path]:
    """The modules of a package, without generated ones."""
    paths = sorted((ROOT / package).rglob("*.py"))
    return [path for path in paths if "_pb2" not in path.name]


def public_names(body: list[ast.stmt]) -> Iterator[tuple[str, int]]:
    """Names that other code may use: of functions, parameters, classes, fields and constants."""
    for node in body:
        match node:
            case ast.ClassDef(name=name) if not name.startswith("_"):
                yield name, node.lineno
                yield from public_names(node.body)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if not name.startswith("_") or name == "__init__":
                    yield name, node.lineno
                    given = node.args
                    for argument in (
                        *given.posonlyargs,
                        *given.args,
                        *given.kwonlyargs,
                    ):
                        yield argument.arg, argument.lineno
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name, node.lineno
            case ast.Assign(targets=targets):
                # ``A, B = ...`` binds names in a tuple.
                bound = [name for target in targets for name in ast.walk(target)]
                yield from (
                    (name.id, node.lineno)
                    for name in bound
                    if isinstance(name, ast.Name)
                )


def texts(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """What a person may read of a module: docstrings, messages and help texts."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and " " in node.value
        ):
            yield node.value, node.lineno


def better_name(package: str, name: str) -> str:
    """Return what is to be used instead of a name, or nothing where the name is fine."""
    if name.startswith("_") or (package, name.lower()) in ALLOWED:
        return ""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    parts = (PARTS.get(word.lower(), "") for word in words)
    return NAMES.get(name.lower()) or next(filter(None, parts), "")


def better_phrases(text: str) -> list[str]:
    """Return each phrase of a text that was replaced, with what is to be used instead."""
    flat = " ".join(text.split())
    return [
        f"{match[0]!r} -> {better}"
        for pattern, better in PHRASES.items()
        if (match := re.search(pattern, flat, re.IGNORECASE))
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_public_names_are_words_of_the_field(package: str) -> None:
    replaced = []
    for path in files_of(package):
        tree = ast.parse(path.read_text("utf-8"))
        for name, line in ((path.stem, 1), *public_names(tree.body)):
            if better := better_name(package, name):
                replaced.append(f"{path.relative_to(ROOT)}:{line}: {name} -> {better}")

    assert replaced == []


@pytest.mark.parametrize("package", PACKAGES)
def test_messages_and_docstrings_are_in_words_of_the_field(package: str) -> None:
    replaced = []
    for path in files_of(package):
        for text, line in texts(ast.parse(path.read_text("utf-8"))):
            for phrase in better_phrases(text):
                replaced.append(f"{path.relative_to(ROOT)}:{line}: {phrase}")

    assert replaced == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_documents_are_in_words_of_the_field(page: Path) -> None:
    assert better_phrases(page.read_text("utf-8")) == []


def settings_classes() -> list[type]:
    """Every class of settings that a file or the environment fills in, the nested ones too."""
    classes: list[Any] = [type(config(name)) for name in MODELS]
    classes += [*KINDS.values(), ServingSettings]
    for cls in classes:  # grows while it is walked, by what is nested
        for hint in get_type_hints(cls).values():
            nested = [each for each in (hint, *get_args(hint)) if is_dataclass(each)]
            classes += [each for each in nested if each not in classes]
    return classes


@pytest.mark.parametrize("cls", settings_classes(), ids=lambda cls: cls.__qualname__)
def test_settings_are_words_of_the_field(cls: type) -> None:
    assert {field.name for field in fields(cls)} & SETTINGS.keys() == set()


@pytest.mark.parametrize("cls", settings_classes(), ids=lambda cls: cls.__qualname__)
def test_every_renamed_setting_is_in_the_changelog(cls: type) -> None:
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    for old, new in getattr(cls, "RENAMED", {}).items():
        assert f"`{old}`" in changes
        assert re.search(rf"\b{new.split('.')[-1]}\b", changes), new


def test_every_renamed_variable_is_in_the_changelog() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    for old, new in RENAMED_VARIABLES.items():
        assert f"| `{old}` | `{new}` |" in changes
