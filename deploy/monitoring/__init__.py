"""Dashboard, alert rules and configurations of Prometheus and Alertmanager for a deployment.

``python -m deploy.monitoring --name shop --out DIR`` writes them; docs/monitoring.md explains the
alerts. ``rendered/`` has those of the deployment ``listrec``.
"""
