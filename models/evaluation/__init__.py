"""The evaluation of a model: finished listings shown in views, one outcome a row, then metrics."""
