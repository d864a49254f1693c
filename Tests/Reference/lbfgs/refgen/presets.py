"""The evaluated losses of SciPy L-BFGS-B with its defaults on the classic problems, in order."""
import numpy as np
from scipy import optimize

from . import tfrun
from .problems import classic

LARGEST = 300
KEPT = 60


def build(seed):
    """The content of presets.json."""
    runs = []
    for problem in classic(seed):
        if problem.n > LARGEST:
            continue
        rec = tfrun.Recorder(problem.fun)
        r = optimize.minimize(rec, np.array(problem.start, float), jac=True, method="L-BFGS-B")
        runs.append({"problem": problem.name, "iterations": int(r.nit), "evaluations": int(r.nfev),
                     "final_value": float(r.fun), "message": str(r.message),
                     "evaluated_values": [float(v) for v in rec.values[:KEPT]]})
    return {"solver": "scipy.optimize.minimize(method='L-BFGS-B') with its defaults",
            "kept": KEPT, "runs": runs}
