"""Kubeflow pipelines tracked in mlflow: one graph, rendered for the encoders and every model."""
