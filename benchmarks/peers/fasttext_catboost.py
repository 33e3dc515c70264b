"""fastText and CatBoost, in an environment whose pins clash with ours: imports nothing of ours.

  .venv-peers/bin/python benchmarks/peers/fasttext_catboost.py FOLDER

The folder holds columns of ``train``, ``validation`` and ``test`` rows as JSON: ``title``,
``description``, the confirmed fields that peers may use, and ``label``. ``task.json`` names the
``peer``, the ``target`` (``ranking``, ``price`` or ``payer``), and the ``fields``.
``answers.json`` is written, with the attributes of ``protocol.Answers``.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

FASTTEXT_CANDIDATES: tuple[dict[str, int], ...] = (
    {"words": 0, "minn": 3, "maxn": 5},
    {"words": 200},
)
"""Settings to choose from on validation rows; ``words`` of the description are read."""

FASTTEXT_SETTINGS = {"lr": 0.5, "dim": 50, "bucket": 200_000, "thread": 1, "verbose": 0}

CATBOOST_SETTINGS = {
    "learning_rate": 0.2,
    "depth": 6,
    "boosting_type": "Plain",
    "max_ctr_complexity": 1,
    "random_seed": 0,
    "thread_count": 1,
    "allow_writing_files": False,
    "verbose": False,
}

BAG_OF_WORDS = ["BoW:top_tokens_count=500"]
"""Words that are columns; more cost minutes and bring nothing."""

MAX_TREES, PATIENCE = 250, 30
N_RANKED = 5

N_EPOCHS, N_SEARCH_EPOCHS = 50, 20
"""Epochs of the model that answers, and of the candidates."""

BATCH_SIZE, N_TIMED_BATCHES = 32, 10

Frame = pd.DataFrame
Settings = Mapping[str, int]
AnswerColumns = dict[str, Any]
"""Attributes of ``protocol.Answers``."""


def main() -> None:
    """Train the peer that the task names, and write its answers for the test rows."""
    folder = Path(sys.argv[1])
    task = _read(folder / "task.json")
    train = pd.DataFrame(_read(folder / "train.json"))
    validation = pd.DataFrame(_read(folder / "validation.json"))
    test = pd.DataFrame(_read(folder / "test.json"))

    if task["peer"] == "fasttext":
        answers = fasttext(train, validation, test, folder)
    else:
        answers = catboost(train, validation, test, task["target"], task["fields"])
    (folder / "answers.json").write_text(json.dumps(answers), encoding="utf-8")


def fasttext(
    train: Frame, validation: Frame, test: Frame, folder: Path
) -> AnswerColumns:
    """Rank labels by title and description; settings are chosen on validation rows."""
    start = time.perf_counter()
    names = sorted({*train["label"], *validation["label"]})
    classifier = _FastText(names, folder)

    score = partial(classifier.score, train, validation)
    best = max(FASTTEXT_CANDIDATES, key=score)
    rows = pd.concat([train, validation])
    model = classifier.fit(rows, best, N_EPOCHS)
    predict = partial(classifier.predict, model, best)
    return _answers(predict, test, start, stated=True)


class _FastText:
    """fastText with labels as numbers, which its text format needs."""

    def __init__(self, names: Sequence[str], folder: Path) -> None:
        import fasttext as library

        library.FastText.eprint = lambda *words: None  # it warns on every load
        self._library = library
        self._names = names
        self._number_of = {name: number for number, name in enumerate(names)}
        self._path = folder / "rows.txt"

    def fit(self, rows: Frame, settings: Settings, n_epochs: int) -> Any:
        """Train a model."""
        lines = []
        for label, text in zip(
            rows["label"], _texts(rows, settings["words"]), strict=True
        ):
            number = self._number_of[label]
            lines.append(f"__label__{number} {text}")
        self._path.write_text("\n".join(lines) + "\n", encoding="utf-8")

        own = {name: value for name, value in settings.items() if name != "words"}
        return self._library.train_supervised(
            str(self._path),
            epoch=n_epochs,
            **FASTTEXT_SETTINGS,
            **own,
        )

    def predict(self, model: Any, settings: Settings, rows: Frame) -> AnswerColumns:
        """The best labels of each row with their probabilities."""
        labels, scores = model.predict(_texts(rows, settings["words"]), k=N_RANKED)
        ranked, probabilities = [], []
        for row_labels, row_scores in zip(labels, scores, strict=True):
            names = [self._name(label) for label in row_labels]
            ranked.append(names)
            # Rounding lets fastText state a little more than one.
            probabilities.append(np.minimum(row_scores, 1).tolist())
        return {"ranked": ranked, "scores": probabilities}

    def score(self, train: Frame, validation: Frame, settings: Settings) -> float:
        """Accuracy on validation rows after a short training on ``train``."""
        model = self.fit(train, settings, N_SEARCH_EPOCHS)
        answers = self.predict(model, settings, validation)

        pairs = zip(answers["ranked"], validation["label"], strict=True)
        is_right = [row[:1] == [label] for row, label in pairs]
        return float(np.mean(is_right))

    def _name(self, label: str) -> str:
        number = int(label.removeprefix("__label__"))
        return self._names[number]


def catboost(
    train: Frame, validation: Frame, test: Frame, target: str, fields: Sequence[str]
) -> AnswerColumns:
    """Predict price or payer from text and categorical features."""
    start = time.perf_counter()
    is_price = target == "price"
    pool = partial(_pool, fields=fields, is_price=is_price)
    model = _fit_catboost(train, validation, target, pool)

    def predict(rows: Frame) -> AnswerColumns:
        """Prices, or probabilities that the seller pays."""
        inputs = pool(rows, is_labelled=False)
        if is_price:
            prices = np.expm1(model.predict(inputs))
            return {"numbers": prices.clip(0).tolist()}

        probabilities = model.predict_proba(inputs)
        return {"numbers": probabilities[:, 1].tolist()}

    return _answers(predict, test, start, stated=target == "payer")


def _fit_catboost(
    train: Frame, validation: Frame, target: str, pool: Callable[[Frame], Any]
) -> Any:
    """Train on all rows; early stopping on validation rows gives the number of trees."""
    from catboost import CatBoostClassifier, CatBoostRegressor

    model_class = CatBoostRegressor if target == "price" else CatBoostClassifier
    settings = {**CATBOOST_SETTINGS, "text_processing": _text_processing(target)}

    probe = model_class(
        iterations=MAX_TREES, early_stopping_rounds=PATIENCE, **settings
    )
    probe.fit(pool(train), eval_set=pool(validation))
    n_trees = max(probe.get_best_iteration() + 1, 1)

    # Validation rows are learned too, as ours are, once they have given the number of trees.
    model = model_class(iterations=n_trees, **settings)
    model.fit(pool(pd.concat([train, validation])))
    return model


def _pool(
    rows: Frame, fields: Sequence[str], is_price: bool, is_labelled: bool = True
) -> Any:
    """Rows as CatBoost reads them; the label of a price is its log."""
    from catboost import Pool

    label: Any = None
    if is_labelled:
        label = rows["label"].to_numpy(float)
        # The score for prices is the error of their logarithm.
        label = np.log1p(label) if is_price else label

    return Pool(
        _catboost_columns(rows, fields),
        label,
        cat_features=[name for name in fields if name != "price"],
        text_features=["title", "description"],
    )


def _catboost_columns(rows: Frame, fields: Sequence[str]) -> Frame:
    """Categorical fields as text, then the log price, then title and description."""
    columns: dict[str, Any] = {}
    for name in fields:
        if name != "price":
            columns[name] = rows[name].fillna("?").astype(str)
    if "price" in fields:
        columns["price"] = np.log1p(rows["price"].astype(float))

    # The index is given, because without fields there would be no rows.
    frame = pd.DataFrame(columns, index=rows.index)
    for name in ("title", "description"):
        frame[name] = [_clean(text) for text in rows[name]]
    return frame


def _text_processing(target: str) -> dict[str, Any]:
    """CatBoost's settings for text: counts of single words, and naive Bayes for classes."""
    calcers = BAG_OF_WORDS if target == "price" else [*BAG_OF_WORDS, "NaiveBayes"]
    dictionary = {
        "dictionary_id": "Word",
        "gram_order": "1",
        "occurrence_lower_bound": "5",
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


def _answers(
    predict: Callable[[Frame], AnswerColumns], test: Frame, start: float, stated: bool
) -> AnswerColumns:
    """Answers for test rows, the seconds since ``start``, and microseconds for a listing."""
    seconds = time.perf_counter() - start
    microseconds = _time_batches(predict, test)
    timing = {"stated": stated, "seconds": seconds, "microseconds": microseconds}
    return {**predict(test), **timing}


def _time_batches(
    predict: Callable[[Frame], AnswerColumns], test: Frame
) -> float | None:
    """Median microseconds of the processor for a listing, as ``protocol.time_batches``."""
    # Written again, because this environment cannot import anything of ours.
    durations = []
    n_batches = min(N_TIMED_BATCHES + 1, len(test) // BATCH_SIZE)
    for number in range(n_batches):
        first = number * BATCH_SIZE
        batch = test.iloc[first : first + BATCH_SIZE]
        batch_start = time.process_time()
        predict(batch)
        batch_seconds = time.process_time() - batch_start
        durations.append(batch_seconds / BATCH_SIZE * 1e6)

    # The first batch warms up.
    timed = durations[1:]
    if not timed:
        return None
    return float(np.median(timed))


def _read(path: Path) -> Any:
    content = path.read_text(encoding="utf-8")
    return json.loads(content)


def _texts(rows: Frame, n_words: int) -> list[str]:
    """Words of each title, and the first ``n_words`` of its description."""
    texts = []
    for title, description in zip(rows["title"], rows["description"], strict=True):
        words = _clean(description).split()[:n_words]
        text = " ".join([_clean(title), *words]).strip()
        texts.append(text or "nothing")
    return texts


def _clean(text: object) -> str:
    lower = str(text).lower()
    words = re.findall(r"\w+", lower)
    return " ".join(words)


if __name__ == "__main__":
    main()
