"""SciPy L-BFGS-B on the classic problems from perturbed starts."""
import numpy as np

from . import peers
from .problems import classic

SEEDS = (1, 2, 3)
SPREAD = 0.15
LARGEST = 300
# The published minimum of Meyer's problem is rounded down; this one can be reached.
REACHABLE = {"mgh10_meyer": [87.94585517042]}


def uniform(seed, n):
    """n numbers in [0, 1): SplitMix64 at the counters seed * 2**32 + 1 ... + n."""
    with np.errstate(over="ignore"):
        z = (np.uint64(seed) << np.uint64(32)) + np.arange(1, n + 1, dtype=np.uint64)
        z = z * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0 ** -53


def start(problem, seed):
    """x0 + 0.15 (1 + |x0|) (2u - 1)."""
    return problem.start + SPREAD * (1 + np.abs(problem.start)) * (2 * uniform(seed, problem.n) - 1)


def build(seed, minima):
    """The content of perturbed.json; minima: name -> known minima of problems.json, lowest first."""
    run = peers.solvers()["scipy_lbfgsb"]
    runs = []
    for problem in classic(seed):
        if problem.n > LARGEST:
            continue
        known = REACHABLE.get(problem.name, minima[problem.name])
        for k in SEEDS:
            x = start(problem, k)
            with np.errstate(all="ignore"):
                f0 = float(problem.fun(x)[0])
            j = peers.judge(problem.fun, x, run[0](problem.fun, x), known)
            runs.append({"problem": problem.name, "seed": k, "start_value": f0,
                         "final_value": j["final_value"], "evaluations": j["evaluations"],
                         "minimum": j["minimum"],
                         "evaluations_to_target": j["evaluations_to_target"]})
    return {"solver": run[1], "start": "x0 + 0.15 (1 + |x0|) (2u - 1), u = SplitMix64 of the seed",
            "runs": runs}
