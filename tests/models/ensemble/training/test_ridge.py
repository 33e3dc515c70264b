"""Ridge regressions are those of scikit-learn, whichever way they are solved."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.linear_model import Ridge

from models.ensemble.training import ridge
from models.ensemble.training.ridge import (
    cross_validate,
    fit_ridge,
    fit_weights,
    fit_with_residuals,
    kernel,
)


def _problem(n_rows=60, n_columns=40, n_values=20, seed=0):
    random = np.random.default_rng(seed)
    matrix = sparse.random(n_rows, n_columns, 0.2, "csr", np.float32, random)
    return matrix, random.normal(size=(n_rows, n_values)).astype(np.float32)


def _predicted(matrix, values, penalty):
    coefficients, intercepts = fit_ridge(matrix, values, penalty)
    return matrix @ (matrix.T @ coefficients) + intercepts


def _expected(matrix, values, penalty):
    mean = values.mean(axis=0)
    model = Ridge(alpha=penalty, fit_intercept=False, solver="sparse_cg", tol=1e-8)
    return model.fit(matrix, values - mean).predict(matrix).reshape(values.shape) + mean


@given(st.integers(2, 60), st.integers(1, 40), st.integers(1, 30), st.floats(0.01, 100))
@settings(deadline=None, max_examples=30)
def test_predictions_are_those_of_scikit_learn(n_rows, n_columns, n_values, penalty):
    matrix, values = _problem(n_rows, n_columns, n_values)
    predicted = _predicted(matrix, values, penalty)
    np.testing.assert_allclose(predicted, _expected(matrix, values, penalty), atol=0.02)


def test_iterations_and_decomposition_agree():
    matrix, values = _problem()
    coefficients, intercepts, _ = fit_with_residuals(matrix, values, 0.3)
    direct = matrix @ (matrix.T @ coefficients) + intercepts
    np.testing.assert_allclose(_predicted(matrix, values, 0.3), direct, atol=0.01)


@pytest.mark.parametrize("n_values", [1, 20])
def test_equal_values_are_predicted_as_they_are(n_values):
    matrix, values = _problem(n_values=n_values)
    constant = np.full_like(values, 3)
    np.testing.assert_allclose(_predicted(matrix, constant, 1.0), constant, atol=1e-5)


def test_cross_validation_predicts_each_row_as_a_fit_to_the_other_folds_does():
    matrix, values = _problem()
    train, scored = np.arange(40), np.arange(40, 60)
    [predicted] = cross_validate(kernel(matrix), values, [(train, scored)], [0.5])
    coefficients, intercepts, _ = fit_with_residuals(matrix[train], values[train], 0.5)
    expected = matrix[scored] @ (matrix[train].T @ coefficients) + intercepts
    np.testing.assert_allclose(predicted[scored], expected, atol=1e-4)


def test_residuals_are_those_of_a_fit_without_the_row():
    matrix, values = _problem()
    _, intercepts, residuals = fit_with_residuals(matrix, values, 0.5)
    products, centred = kernel(matrix), values - intercepts
    others = np.linalg.solve(products[1:, 1:] + 0.5 * np.eye(59), centred[1:])
    np.testing.assert_allclose(
        residuals[0], centred[0] - products[0, 1:] @ others, atol=1e-3
    )


@pytest.fixture
def classes():
    """Rows of four classes that their first column names, among others."""
    random = np.random.default_rng(0)
    rows = np.arange(120)
    dense = random.random((120, 30), np.float32) * (random.random((120, 30)) < 0.3)
    dense[rows, rows % 4] += 0.5
    values = np.eye(4, dtype=np.float32)[rows % 4]
    return sparse.csr_matrix(dense, dtype=np.float32), values


def _hinge_objective(matrix, values, coefficients, intercepts, penalty):
    weights = matrix.T @ coefficients
    given = matrix @ weights + intercepts
    lacking = np.where(values > 0, np.maximum(1 - given, 0), np.maximum(given, 0))
    return (lacking**2).sum() + penalty * (weights**2).sum()


def test_a_margin_comes_near_the_least_squared_hinge_loss(classes, monkeypatch):
    matrix, values = classes
    objectives = []
    for n_steps in (0, ridge.N_MARGIN_STEPS, 3000):
        monkeypatch.setattr(ridge, "N_MARGIN_STEPS", n_steps)
        coefficients, intercepts, _ = fit_with_residuals(
            matrix, values, 0.3, with_margin=True
        )
        objectives.append(
            _hinge_objective(matrix, values, coefficients, intercepts, 0.3)
        )
    without, few_steps, least = objectives
    assert least < few_steps < without
    assert few_steps - least < 0.2 * (without - least)

    given = matrix @ (matrix.T @ coefficients) + intercepts
    # Rows beyond the margin support nothing.
    is_beyond = (values > 0) & (given > 1.001) | (values == 0) & (given < -0.001)
    assert is_beyond.any()
    np.testing.assert_allclose(coefficients[is_beyond], 0, atol=1e-3)


def test_residuals_of_a_margin_are_near_those_of_a_fit_without_the_row(classes):
    matrix, values = classes
    *_, residuals = fit_with_residuals(matrix, values, 0.3, with_margin=True)
    folds = [(np.delete(np.arange(120), row), np.array([row])) for row in range(120)]
    [predicted] = cross_validate(kernel(matrix), values, folds, [0.3], with_margin=True)
    agreement = np.corrcoef(residuals.ravel(), (values - predicted).ravel())[0, 1]
    assert agreement > 0.97


def test_weights_of_few_columns_are_those_of_scikit_learn():
    matrix, values = _problem(n_columns=5)
    model = Ridge(alpha=2.0, fit_intercept=False).fit(matrix.toarray(), values)
    np.testing.assert_allclose(
        fit_weights(matrix, values, 2.0), model.coef_.T, atol=1e-4
    )
