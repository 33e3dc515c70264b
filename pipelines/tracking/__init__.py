"""Runs and the model registry in mlflow."""
