"""Kubernetes objects of the servers, as code: ``python -m deploy.k8s --out deploy/k8s/base``.

``base/`` has what is rendered here; ``staging/`` and ``production/`` are overlays of Kustomize.
docs/deployment.md explains them.
"""
