"""The training graph on Kubeflow Pipelines: its steps, its gate, and the local runner."""
