"""What people are told of training runs: Slack and PagerDuty, and metrics for Prometheus."""
