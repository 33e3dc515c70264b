"""The small world of servers, for what runs around them."""

from tests.serving.conftest import loaded, predictor, running

__all__ = ["loaded", "predictor", "running"]
