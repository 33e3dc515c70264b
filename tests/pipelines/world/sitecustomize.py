"""Puts a small world in place of data, encoders, models and server, in every process of a run.

Python imports a module of this name when it starts; the tests of the graph put this folder on
PYTHONPATH. Training takes no time, and an artifact's score is what its settings say. mlflow, which
takes seconds to import, is left out unless REAL_MLFLOW is set. REAL_SNAPSHOT keeps snapshots real.
"""

import json
import os
import signal
import sys
import time
import types
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
FIELDS = {"shipping": "shipping_payer"}
NAMES = [folder.parent.name for folder in ROOT.glob("models/*/config.py")]


def install(modules):
    """Put the fakes into ``modules``, a mapping like ``sys.modules``."""
    if "REAL_SNAPSHOT" not in os.environ:
        modules["common.snapshot"] = _module(
            Snapshot=_Snapshot, SPLITS=("train", "validation", "test")
        )
    modules["common.encoders.config"] = _module(choose=_choose, GATE=_gate())
    modules["common.encoder_training.train"] = _module(
        train=_train_encoder, modality_of=_modality
    )
    modules["common.encoder_training.probe"] = _module(
        evaluate=lambda encoder, snapshot: {"score": encoder.score},
        PROBED_FIELDS=(),
    )
    modules["common.encoders.static"] = _module(load=_load)
    for name in NAMES:
        parts = {
            "config": _module(
                Config=_config(name), GATE=_gate(), OUTPUTS=(FIELDS.get(name, name),)
            ),
            "train": _module(train=_trainer(name)),
            "evaluate": _module(evaluate=_evaluate),
            "predictor": _module(load=lambda folder, encoders: _load(folder)),
        }
        modules.update(
            {f"models.{name}.{part}": module for part, module in parts.items()}
        )
    modules["pipelines.trials.trial_data"] = _module(
        prepare_trial_data=_prepare_trial_data, TrialData=types.SimpleNamespace
    )
    if "REAL_MLFLOW" not in os.environ:
        modules["pipelines.tracking.runs"] = _module(
            log_run=lambda *a, register, note: str(int(register))
        )
        modules["pipelines.tracking.connection"] = _module(
            check_answers=lambda settings: None
        )
        modules["pipelines.tracking.registry"] = _module(
            reconcile=lambda settings, store: []
        )


def _module(**values):
    module = types.ModuleType("fake")
    module.__dict__.update(values)
    return module


class _Snapshot:
    def __init__(self, path):
        self.path, self.id = path, (path / "id").read_text()

    @classmethod
    def open(cls, path, verify=True):
        from common.errors import InputError

        if not (path / "id").exists():
            raise InputError(f"{path} is no snapshot: make one with 'listrec ingest'")
        return cls(path)

    @property
    def manifest(self):
        photos = 3 * (self.path / "photos").exists()
        return types.SimpleNamespace(
            created_at="2026-01-02T03:04:05",
            source={},
            coverage={"title": 3, "photos": photos, "price": 3},
            currencies={},
            split={"rule": "all of them", "seed": 0},
        )

    def columns(self, split, names):
        values = {"price": [1.0, 2.0, None], "brand": ["a", "b", "c"]}
        return iter([[values.get(name, [None] * 3) for name in names]])

    def count(self, split):
        return 3

    def read(self, split):
        from common.listing import Listing

        if (self.path / f"no-{split}").exists():
            raise OSError(f"rows of {split} cannot be read")
        rows = self.path / "rows"
        count = int(rows.read_text()) if rows.exists() else 3
        return [Listing(title=f"{split} {row}") for row in range(count)]


def _config(target):
    @dataclass(frozen=True, slots=True)
    class Config:
        seed: int = 0
        score: float = 0.9
        crash: bool = False
        barren: bool = False
        modality: str = ""
        stumble: str = ""

    return Config


def _gate():
    from common.metrics import Threshold

    return (Threshold("score", minimum=0.5),)


def _trainer(name):
    def train(snapshot, encoders, out, config, progress):
        return _write(
            out,
            "model",
            name,
            snapshot,
            config,
            tuple(e.id for e in encoders),
            progress,
        )

    return train


def _prepare_trial_data(store, encoder_ids, original, folder, progress):
    """The rows are not split again, but only those that trials may see are read."""
    encoders = [types.SimpleNamespace(id=name) for name in encoder_ids]
    rows = original.read("validation")
    return types.SimpleNamespace(snapshot=original, encoders=encoders, rows=rows)


def _choose(overrides, where):
    from common.config import build

    given = {"text": {}, "photo": {}} | overrides
    config = _config("encoders")
    return {
        name: build(config, {"modality": name, **values}, f"{where}.{name}")
        for name, values in given.items()
    }


def _modality(config):
    return config.modality if config.modality in ("text", "photo") else "text"


def _train_encoder(snapshot, out, config, progress, name, place=None):
    return _write(out, "encoder", name, snapshot, config, (), progress)


def _write(out, role, name, snapshot, config, encoders, progress):
    from common.store import artifacts

    if config.stumble:
        _stumble_once(config.stumble)
    if config.crash:
        raise ZeroDivisionError("the loss exploded")
    if config.barren:
        from common.errors import CannotTrain

        raise CannotTrain(f"the {name} model needs rows of two kinds: all say 'Women'")
    progress("epoch 1", 0.5)
    return artifacts.write(
        out,
        role=role,
        name=name,
        kind="static",
        save=lambda folder: (folder / "score").write_text(f"{config.score}") and None,
        encoders=encoders,
        snapshot=snapshot.id,
        config=asdict(config),
        summary={"rows": 3},
    )


def _stumble_once(how):
    """Fail the first time in a store.

    ``kill`` this process, do not ``answer``, ``hang``, or ``quote`` an address as libraries do.
    """
    mark = Path(os.environ["LISTREC_STORE"], "stumbled")
    if mark.exists():
        return
    mark.touch()
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "hang":
        time.sleep(1000)
    if how == "quote":
        raise RuntimeError(f"{os.environ['MLFLOW_TRACKING_URI']} does not answer")
    from common.errors import UnavailableError

    raise UnavailableError("the store does not answer")


def _load(folder, threads=1):
    return types.SimpleNamespace(
        id=folder.name, score=float((folder / "score").read_text())
    )


def _evaluate(predictor, listings, progress):
    # As pipelines load it, or alone.
    predictor = getattr(predictor, "predictor", predictor)
    outcomes = _outcomes(predictor.score, len(listings)) if len(listings) > 3 else ()
    return types.SimpleNamespace(metrics={"score": predictor.score}, outcomes=outcomes)


def _outcomes(score, rows):
    """The first rows are right, as many as the score says."""
    import numpy as np

    from models.evaluation.outcomes import Outcome
    from models.evaluation.views import EARLY

    hit = (np.arange(rows) < score * rows).astype(float)
    return (Outcome("price", True, EARLY, np.arange(rows), 2, {"hit": hit}),)


def _answer_for_the_server():
    """Stand in for ``python -m serving.verify RELEASE``; a file in the store makes it fail."""
    fails = Path(os.environ["LISTREC_STORE"], "verification-fails").exists()
    reasons = ["price did not answer"] if fails else []
    print(
        json.dumps(
            {"release": sys.orig_argv[-1], "passed": not fails, "reasons": reasons}
        )
    )
    sys.stdout.flush()
    os._exit(int(fails))


if sys.orig_argv[1:3] == ["-m", "serving.verify"]:
    _answer_for_the_server()
if sys.orig_argv[1:3] == ["-m", "serving.model_memory"]:
    print(json.dumps({"bytes": 1000}))
    sys.stdout.flush()
    os._exit(0)
if "LISTREC_RUN_EVENTS" in os.environ:
    install(sys.modules)
