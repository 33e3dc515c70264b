"""CatBoost: the price or the payer, from texts and categorical features."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers.isolated.frames import (
    AnswerColumns,
    Frame,
    Predict,
    Settings,
    clean,
)

CANDIDATES: tuple[dict[str, Any], ...] = (
    {"learning_rate": 0.2, "depth": 6},
    {"learning_rate": 0.1, "depth": 6},
)
"""Settings to choose from on validation rows."""

LARGE_ROWS = 20_000
"""Training rows from which on CatBoost gets the first candidate: a fold would take hours."""

SETTINGS = {
    "boosting_type": "Plain",
    "max_ctr_complexity": 1,
    "random_seed": 0,
    "thread_count": 1,
    "allow_writing_files": False,
    "verbose": False,
}

BAG_OF_WORDS = ["BoW:top_tokens_count=500"]
"""Words that are columns; more cost minutes and bring nothing."""

MAX_TREES, PATIENCE = 300, 30

MIN_WORD_ROWS = 5
"""Times that a word must occur to be a column."""


def catboost(
    train: Frame,
    validation: Frame,
    chosen: Settings,
    target: str,
    fields: Sequence[str],
) -> tuple[Predict, Settings]:
    """Predict price or payer from text and categorical features."""
    is_price = target == "price"
    columns = _Columns(train, fields)
    pool = partial(_pool, columns=columns, is_price=is_price)
    make_model = _model_maker(target, columns)

    n_trees, best = _choose(train, validation, chosen, pool, make_model)
    # Validation rows are learned too, as ours are, once they have given the number of trees.
    rows = pd.concat([train, validation])
    model = make_model(iterations=n_trees, **best)
    model.fit(pool(rows))

    def predict(rows: Frame) -> AnswerColumns:
        """Prices, or probabilities that the seller pays."""
        inputs = pool(rows, is_labelled=False)
        numbers = _prices(model, inputs) if is_price else _probabilities(model, inputs)
        return {"numbers": numbers.tolist()}

    return predict, best


def _prices(model: Any, inputs: Any) -> Any:
    logs = model.predict(inputs)
    return np.expm1(logs).clip(0)


def _probabilities(model: Any, inputs: Any) -> Any:
    both = model.predict_proba(inputs)
    return both[:, 1]


class _Columns:
    """The columns that a shop has: texts with enough words, and fields."""

    def __init__(self, train: Frame, fields: Sequence[str]) -> None:
        self.fields = list(fields)
        # CatBoost refuses a text in which no word is frequent enough.
        self.texts = [
            name for name in ("title", "description") if _has_frequent_word(train[name])
        ]

    def of_rows(self, rows: Frame) -> Frame:
        """Categorical fields as text, then the log price, then the texts."""
        columns: dict[str, Any] = {}
        for name in self.fields:
            if name != "price":
                columns[name] = rows[name].fillna("?").astype(str)
        if "price" in self.fields:
            columns["price"] = np.log1p(rows["price"].astype(float))

        # The index is given, because without fields there would be no rows.
        frame = pd.DataFrame(columns, index=rows.index)
        for name in self.texts:
            frame[name] = [clean(text) for text in rows[name]]
        return frame


def _has_frequent_word(texts: Iterable[object]) -> bool:
    counts = Counter(word for text in texts for word in set(clean(text).split()))
    return any(count >= MIN_WORD_ROWS for count in counts.values())


def _model_maker(target: str, columns: _Columns) -> Callable[..., Any]:
    """A function that makes an unfitted model of the target with some settings."""
    from catboost import CatBoostClassifier, CatBoostRegressor

    model_class = CatBoostRegressor if target == "price" else CatBoostClassifier
    settings = dict(SETTINGS)
    if columns.texts:
        settings["text_processing"] = _text_processing(target)
    return partial(model_class, **settings)


def _choose(
    train: Frame,
    validation: Frame,
    chosen: Settings,
    pool: Callable[..., Any],
    make_model: Callable[..., Any],
) -> tuple[int, Settings]:
    """The best candidate by validation rows, with its number of trees by early stopping there."""
    candidates = _candidates(chosen, len(train))
    train_pool = pool(train)
    validation_pool = pool(validation)

    losses: list[float] = []
    n_trees: list[int] = []
    for candidate in candidates:
        probe = make_model(
            iterations=MAX_TREES,
            early_stopping_rounds=PATIENCE,
            **candidate,
        )
        probe.fit(train_pool, eval_set=validation_pool)
        (loss,) = probe.get_best_score()["validation"].values()
        losses.append(loss)
        n_trees.append(probe.get_best_iteration() + 1)

    best = int(np.argmin(losses))
    return max(n_trees[best], 1), candidates[best]


def _candidates(chosen: Settings, n_rows: int) -> Sequence[Settings]:
    candidates: Sequence[Settings] = [chosen] if chosen else CANDIDATES
    return candidates[:1] if n_rows >= LARGE_ROWS else candidates


def _pool(
    rows: Frame, columns: _Columns, is_price: bool, is_labelled: bool = True
) -> Any:
    """Rows as CatBoost reads them; the label of a price is its log."""
    from catboost import Pool

    label: Any = None
    if is_labelled:
        label = rows["label"].to_numpy(float)
        # The score for prices is the error of their logarithm.
        label = np.log1p(label) if is_price else label

    return Pool(
        columns.of_rows(rows),
        label,
        cat_features=[name for name in columns.fields if name != "price"],
        text_features=columns.texts,
    )


def _text_processing(target: str) -> dict[str, Any]:
    """CatBoost's settings for text: counts of single words, and naive Bayes for classes."""
    calcers = BAG_OF_WORDS if target == "price" else [*BAG_OF_WORDS, "NaiveBayes"]
    dictionary = {
        "dictionary_id": "Word",
        "gram_order": "1",
        "occurrence_lower_bound": str(MIN_WORD_ROWS),
    }
    feature = {
        "dictionaries_names": ["Word"],
        "feature_calcers": calcers,
        "tokenizers_names": ["Space"],
    }
    return {
        "tokenizers": [{"tokenizer_id": "Space", "delimiter": " "}],
        "dictionaries": [dictionary],
        "feature_processing": {"default": [feature]},
    }
