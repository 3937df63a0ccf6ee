"""Derive gradients symbolically, for every size, and prove each step."""
