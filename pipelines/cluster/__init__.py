"""What a Kubeflow cluster gets: resources, secrets and labels of steps, runs and schedules."""
