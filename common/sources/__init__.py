"""Readers that turn foreign data into a snapshot."""
