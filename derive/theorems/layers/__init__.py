"""Layers, as vector-Jacobian products."""
