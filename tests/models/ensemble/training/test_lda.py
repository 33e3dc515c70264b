"""Linear discriminants over vectors."""

import numpy as np
from scipy import sparse

from common.nets.inputs import Inputs
from common.nets.targets import Target
from models.ensemble.settings import LdaSettings
from models.ensemble.training.lda import train_lda


def _inputs(vectors):
    empty = np.zeros((len(vectors), 14))
    return Inputs(
        sparse.csr_matrix((len(vectors), 3), dtype=np.float32),
        empty.astype(np.int64),
        empty.astype(np.float32),
        {"photo": vectors},
    )


def _cloud(rows, seed):
    random = np.random.default_rng(seed)
    labels = random.integers(0, 3, rows)
    centres = np.eye(3, 8, dtype=np.float32)[labels] * 2
    return centres + random.normal(size=(rows, 8)).astype(np.float32), labels.astype(
        float
    )


def test_finds_the_class_whose_mean_is_near():
    (known, labels), (unseen, truth) = _cloud(600, 0), _cloud(300, 1)
    target = Target("kind", "classes", 3, labels)
    net = train_lda(_inputs(known), target, "photo_vectors", LdaSettings())

    predicted = net.forward(_inputs(unseen))["kind"].argmax(axis=1)
    assert np.mean(predicted == truth) > 0.8


def test_rows_without_a_vector_or_a_label_teach_nothing():
    known, labels = _cloud(200, 0)
    more = np.concatenate(
        [known, np.zeros((50, 8), np.float32), np.ones((9, 8), np.float32)]
    )
    padded = np.concatenate([labels, np.zeros(50), np.full(9, np.nan)])
    nets = [
        train_lda(
            _inputs(vectors),
            Target("kind", "classes", 3, values),
            "photo_vectors",
            LdaSettings(),
        )
        for vectors, values in ((known, labels), (more, padded))
    ]

    for name, array in nets[0].arrays.items():
        np.testing.assert_allclose(nets[1].arrays[name], array, rtol=1e-5)


def test_a_class_without_rows_is_the_least_likely():
    known, labels = _cloud(200, 0)
    target = Target("kind", "classes", 4, labels)
    net = train_lda(_inputs(known), target, "photo_vectors", LdaSettings())

    assert net.forward(_inputs(known * 0))["kind"].argmin(axis=1).tolist() == [3] * 200
