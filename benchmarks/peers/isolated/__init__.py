"""fastText and CatBoost, in an environment whose pins clash with ours: imports nothing of ours."""
