"""Speed, side by side with other tools, as ratios."""

from __future__ import annotations

import os

# Before NumPy and the others are imported: on one thread each, so that ratios are fair.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)
