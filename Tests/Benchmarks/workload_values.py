"""Prints workload_values.json: what the peers' workloads.py makes, and its losses and gradients at the starts by TensorFlow.

    ../shared/peers/python workload_values.py ../shared/peers > workload_values.json

`sha256` is that of the row-major bytes. The scales of `quadratic` have none: the last bit of NumPy's power depends on
the processor.
"""
import hashlib
import json
import os
import sys

os.environ["TF_USE_LEGACY_KERAS"] = "1"
sys.path.insert(0, sys.argv[1])
import numpy as np
import tensorflow as tf

import bench
import workloads as w


def values(a):
    a = np.ascontiguousarray(a)
    flat = a.reshape(-1)
    at = [0, 1, flat.size // 2, flat.size - 2, flat.size - 1]
    return dict(shape=list(a.shape), dtype=str(a.dtype), at=at, values=[float(v) for v in flat[at]], sha256=hashlib.sha256(a.tobytes()).hexdigest())


points, heights = w.seed_data()
inner, edge, edge_values = w.pinn_data()
inputs, labels = w.mlp_data()
arrays = dict(uniform_7=w.uniform(7, 1000), seed_points=points, seed_heights=heights, pinn_inner=inner, pinn_edge=edge, pinn_edge_values=edge_values,
              mlp_inputs=inputs, mlp_labels=labels, quadratic_scales=w.quadratic_scales(), **{name + "_start": w.start(name) for name in w.WIDTHS},
              rosenbrock_start=w.start("rosenbrock"))
out = dict(arrays={name: values(a) for name, a in arrays.items()}, starts={})
del out["arrays"]["quadratic_scales"]["sha256"]
for name in w.DTYPE:
    loss, gradient = bench.tf_value_and_gradient(name, "split")(tf.constant(w.start(name)))
    gradient = gradient.numpy().astype(np.float64)
    out["starts"][name] = dict(loss=float(loss), gradient_norm=float(np.sqrt(gradient @ gradient)), first=float(gradient[0]), last=float(gradient[-1]),
                               n=gradient.size, iterations=w.ITERATIONS[name], target=w.TARGET[name])
print(json.dumps(out, indent=1))
