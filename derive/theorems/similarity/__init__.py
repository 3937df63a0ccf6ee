"""Similarity and embedding."""
