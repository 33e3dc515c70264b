"""fastText and CatBoost, in an environment whose pins clash with ours: imports nothing of ours.

  .venv-peers/bin/python benchmarks/peers/fasttext_catboost.py FOLDER

The folder holds columns of ``train``, ``validation`` and ``test`` rows as JSON: ``title``,
``description``, the confirmed fields that are shown, and ``label``; and ``task.json``, which names
the ``peer``, what is ``asked`` (``ranking``, ``price`` or ``payer``), and the ``fields``.
``answers.json`` is written.
"""

import json
import re
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

FASTTEXT = ({"words": 0, "minn": 3, "maxn": 5}, {"words": 200})
"""Settings to choose from on validation rows; ``words`` of the description are read."""

FASTTEXT_ALWAYS = {"lr": 0.5, "dim": 50, "bucket": 200_000, "thread": 1, "verbose": 0}
CATBOOST = {
    "learning_rate": 0.2,
    "depth": 6,
    "boosting_type": "Plain",
    "max_ctr_complexity": 1,
    "random_seed": 0,
    "thread_count": 1,
    "allow_writing_files": False,
    "verbose": False,
}
COUNTED = ["BoW:top_tokens_count=500"]
"""Words that are columns; more cost minutes and bring nothing."""

TREES, PATIENCE = 250, 30
TOP = 5
EPOCHS, PROBED_EPOCHS = 50, 20
"""Of the model that answers, and of those that are tried on validation rows."""

BATCH, TIMED = 32, 10


def main():
    folder = Path(sys.argv[1])
    task = _read(folder / "task.json")
    parts = [
        pd.DataFrame(_read(folder / f"{name}.json")) for name in ("train", "validation", "test")
    ]
    run = {"fasttext": fasttext, "catboost": catboost}[task["peer"]]
    answers = run(*parts, asked=task["asked"], fields=task["fields"], folder=folder)
    (folder / "answers.json").write_text(json.dumps(answers), encoding="utf-8")


def fasttext(train, validation, test, asked, fields, folder):
    """Rank labels by the words of title and description; settings are chosen on validation rows."""
    import fasttext as library

    library.FastText.eprint = lambda *words: None
    start = time.perf_counter()
    names = sorted({*train["label"], *validation["label"]})
    places = {name: place for place, name in enumerate(names)}

    def fit(rows, settings, epochs):
        path, texts = folder / "rows.txt", _texts(rows, settings)
        pairs = zip(rows["label"], texts, strict=True)
        lines = [f"__label__{places[label]} {text}" for label, text in pairs]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        chosen = {name: value for name, value in settings.items() if name != "words"}
        return library.train_supervised(str(path), epoch=epochs, **FASTTEXT_ALWAYS, **chosen)

    def ask(model, settings, rows):
        labels, scores = model.predict(_texts(rows, settings), k=TOP)
        ranked = [[names[int(each.removeprefix("__label__"))] for each in row] for row in labels]
        return {"ranked": ranked, "scores": [np.minimum(row, 1).tolist() for row in scores]}

    def right(settings):
        ranked = ask(fit(train, settings, PROBED_EPOCHS), settings, validation)["ranked"]
        pairs = zip(ranked, validation["label"], strict=True)
        return np.mean([row[:1] == [label] for row, label in pairs])

    best = max(FASTTEXT, key=right)
    model = fit(pd.concat([train, validation]), best, EPOCHS)
    return _answers(lambda rows: ask(model, best, rows), test, start, stated=True)


def catboost(train, validation, test, asked, fields, folder):
    """Price or payer from text and categorical features, as many trees as validation rows want."""
    from catboost import CatBoostClassifier, CatBoostRegressor, Pool

    start = time.perf_counter()
    kind = CatBoostRegressor if asked == "price" else CatBoostClassifier
    numbers = [name for name in fields if name == "price"]
    words = [name for name in fields if name not in numbers]

    def pool(rows, labelled=True):
        shown = pd.DataFrame({name: rows[name].fillna("?").astype(str) for name in words})
        for name in numbers:
            shown[name] = np.log1p(rows[name].astype(float))
        for name in ("title", "description"):
            shown[name] = [_clean(text) for text in rows[name]]
        label = rows["label"].astype(float) if labelled else None
        label = np.log1p(label) if labelled and asked == "price" else label
        return Pool(shown, label, cat_features=words, text_features=["title", "description"])

    settings = {**CATBOOST, "text_processing": _reading(asked)}
    probe = kind(iterations=TREES, early_stopping_rounds=PATIENCE, **settings)
    probe.fit(pool(train), eval_set=pool(validation))
    trees = max(probe.get_best_iteration() + 1, 1)
    model = kind(iterations=trees, **settings).fit(pool(pd.concat([train, validation])))

    def ask(rows):
        asked_for = pool(rows, labelled=False)
        if asked == "price":
            return {"numbers": np.expm1(model.predict(asked_for)).clip(0).tolist()}
        return {"numbers": model.predict_proba(asked_for)[:, 1].tolist()}

    return _answers(ask, test, start, stated=asked == "payer")


def _reading(asked):
    """How CatBoost reads text: single words, counted, and for classes by naive Bayes as well."""
    calcers = COUNTED if asked == "price" else [*COUNTED, "NaiveBayes"]
    feature = {
        "dictionaries_names": ["Word"],
        "feature_calcers": calcers,
        "tokenizers_names": ["Space"],
    }
    word = {"dictionary_id": "Word", "gram_order": "1", "occurrence_lower_bound": "5"}
    return {
        "tokenizers": [{"tokenizer_id": "Space", "delimiter": " "}],
        "dictionaries": [word],
        "feature_processing": {"default": [feature]},
    }


def _answers(ask, test, start, stated):
    """Answers for test rows, the seconds since ``start``, and microseconds of a row in batches."""
    seconds, took = time.perf_counter() - start, []
    for number in range(min(TIMED + 1, len(test) // BATCH)):
        begin = time.process_time()
        ask(test.iloc[number * BATCH : (number + 1) * BATCH])
        took.append((time.process_time() - begin) / BATCH * 1e6)
    micro = float(np.median(took[1:])) if len(took) > 1 else None
    return {**ask(test), "stated": stated, "seconds": seconds, "microseconds": micro}


def _read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def _texts(rows, settings):
    """Words and marks of each title, and the first few of its description."""
    pairs = zip(rows["title"], rows["description"], strict=True)
    cut = [(_clean(title), _clean(text).split()[: settings["words"]]) for title, text in pairs]
    return [" ".join([title, *words]).strip() or "nothing" for title, words in cut]


def _clean(text):
    return " ".join(re.findall(r"\w+", str(text).lower()))


if __name__ == "__main__":
    main()
