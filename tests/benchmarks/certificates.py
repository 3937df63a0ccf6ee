"""How long a certificate of softmax cross-entropy takes, at every coordinate.

Run ``python -m tests.benchmarks.certificates``. Each is a certificate of s - y: balls around the
true derivative and around the claim, at every coordinate, none with a radius above 1e-30. The
median of several runs is printed, of the time of this process.

The exit status is 1 where one is not given, or takes longer than its limit.
"""

from __future__ import annotations

import sys
from statistics import median
from time import process_time

import numpy as np

from derive.theorems import theorem
from numeric.certificates import Certifier

LIMITS = {1: 0.3, 10: 0.3, 1_000: 3.0, 10_000: 30.0, 50_257: 150.0, 128_256: 400.0}  # ms
RUNS = 9


def main() -> int:
    """Certify at each size, print the table, and say what was missed."""
    certify = Certifier(theorem("softmax_cross_entropy").parts[0].claim)
    missed = False
    print(f"{'n':>9}{'median':>12}{'limit':>11}{'a coordinate':>15}{'radius':>12}")
    for n, limit in LIMITS.items():
        inputs = {"x": np.random.default_rng(n).standard_normal(n), "y": np.eye(1, n, n // 2)[0]}
        times = []
        for _ in range(RUNS):
            start = process_time()
            certificate = certify(**inputs)
            times.append(1e3 * (process_time() - start))
        time, radius = median(times), float(certificate.radius)
        print(f"{n:9}{time:9.2f} ms{limit:8.1f} ms{1e3 * time / n:12.2f} µs{radius:12.1e}")
        missed |= time > limit or not certificate.agrees or radius > 1e-30
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
