"""Run gradients as NumPy, and try to break them: arrays, rounding bounds, balls, counterexamples."""
