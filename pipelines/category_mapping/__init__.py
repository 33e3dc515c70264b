"""Proposes for every leaf of one tree of categories its counterparts in another."""
