"""What every model must keep to is tried on a champion trained on a tiny synthetic shop."""

from collections.abc import Callable, Sequence

import pytest

from common.listing import Suggestion
from models.checks.suggestions import check_equal


@pytest.fixture(scope="session")
def assert_same() -> Callable[[Sequence[Suggestion], Sequence[Suggestion]], None]:
    """Compares answers: probabilities within 1e-5, prices within 1 in 10,000, the rest exactly."""
    return check_equal
