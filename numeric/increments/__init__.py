"""The calculus of finite differences: what e(x + h) - e(x) is, exactly, for every h.

A difference is pushed through a term as a derivative is, but nothing is left out, so that the
result is an identity and holds at large steps too. Nothing is subtracted that agrees in its first
digits, so that it is as accurate at tiny steps as at large ones. In the order in which a term
passes through: ``jumps`` (a difference as a sum of parts, each with the coordinates it concerns),
``formulas`` (what a power, an exponential, .. moves by), ``summation`` (sums of differences),
``rules`` (all kinds of terms, one after another).
"""
