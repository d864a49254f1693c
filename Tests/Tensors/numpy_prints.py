"""Writes numpy_prints.json: how Python TensorFlow prints tensors. Needs tensorflow.

    python numpy_prints.py > numpy_prints.json
"""
import json
import math

import numpy as np
import tensorflow as tf

r = np.random.default_rng(7)
F64, F32, F16 = "float64", "float32", "float16"
inf, nan = math.inf, math.nan
CASES = [
    (F64, 1.5), (F64, 1 / 3), (F64, 1e-10), (F64, 1e16), (F64, 123456789012345.0), (F64, -0.0), (F64, nan), (F64, -inf), (F64, 1e22), (F64, 0.0001), (F64, 0.00001234),
    (F32, 16777215.0), (F16, 999.5), (F16, 0.0001), (F32, 999999.9), (F64, [5e-324, 1e-3]), (F32, [1e-5, 0.3, 7.0]),
    (F32, 1 / 3), (F32, 1e10), (F32, 1e-5), (F32, 3.0), (F16, 0.1), (F16, 65504.0),
    ("complex128", 1 + 2j), ("complex128", 2j), ("complex64", 0.1 - 0.25j), ("complex128", complex(nan, inf)),
    ("int32", 7), ("bool", True), ("string", "abc"), ("string", "it's"), ("bfloat16", 1.5),
    (F64, [1.0, 2.0]), (F64, [[1.0, 2.0], [3.0, 4.0]]), (F64, [1.0, -2.5, 3.25]), (F64, [0.1, 0.12345678901, 100.0]), (F64, [1e-5, 1.0]), (F64, [1e8, 1.0]), (F64, [99999999.0, 5.0]),
    (F64, [1.0, nan, inf]), (F64, [nan, -inf]), (F64, [-inf, 1e-20, 1e200]), (F64, [0.0, -0.0]), (F64, [1000.0, 1.0]), (F64, [1001.0, 1.0]), (F64, [0.001953125, 0.005859375]),
    (F64, [1e100, 1e-300, -3.14159265358979e5]), (F64, []), (F64, [[], []]), (F64, [[[1.0]], [[2.0]]]), (F64, [1 / 3, 2 / 3]), (F64, [1.23456789012e-7, 1.0e-7]),
    (F32, [1 / 3, 2 / 3, 1e3]), (F32, [1e6, 2.0]), (F32, [999999.0, 1000.0]), (F32, [1e-4, 0.5]), (F32, [[0.1, 0.2], [-0.3, 16777216.0]]), (F16, [0.1, 0.2, 999.0]), (F16, [1000.0, 1.0]), (F16, [1e-4, 2e-4]),
    (F64, r.standard_normal((3, 4)).tolist()), (F64, r.standard_normal((2, 3, 4)).tolist()), (F64, r.standard_normal(40).tolist()), (F32, r.standard_normal((4, 20)).astype(F32).tolist()),
    (F64, (r.standard_normal((5, 3)) * 1e5).tolist()), (F64, list(map(float, range(1200)))), (F64, [[i + j / 4 for j in range(40)] for i in range(40)]), (F64, (r.standard_normal(20) * np.logspace(-6, 6, 20)).tolist()),
    ("int32", [1, -20, 300]), ("int64", [[2 ** 62, -1], [0, 5]]), ("int32", list(range(2000))), ("int32", [[i * j for j in range(12)] for i in range(12)]), ("uint8", [0, 255]), ("int32", list(range(60))),
    ("bool", [True, False]), ("bool", [[True, True], [False, True]]),
    ("complex128", [1 + 2j, -0.5 - 1e-3j]), ("complex128", [complex(1e10, 1), complex(nan, -inf)]), ("complex64", [[1j, 2.5], [0.1 + 0.2j, -3]]),
    ("string", ["a", "longer", "it's", 'say "x"', "é\n"]), ("bfloat16", [1.0, 0.333984375, 1e10, -2.5]),
    (F64, [[[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]]), (F64, r.standard_normal((3, 3, 200)).tolist()),
]


def plain(value):
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, complex):
        return [plain(value.real), plain(value.imag)]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def flat(value):
    return [x for v in value for x in flat(v)] if isinstance(value, list) else [value]


print("[")
for i, (dtype, value) in enumerate(CASES):
    tensor = tf.constant(value, dtype)
    if dtype == "string":
        data = flat(value)
    elif dtype.startswith("complex"):
        data = [float(x) for z in tensor.numpy().reshape(-1) for x in (z.real, z.imag)]
    elif dtype in (F64, F32, F16, "bfloat16"):
        data = [float(x) for x in tensor.numpy().reshape(-1).astype(F64)]
    else:
        data = [x.item() for x in tensor.numpy().reshape(-1)]
    entry = {"dtype": dtype, "shape": tensor.shape.as_list(), "data": plain(data), "text": str(tensor)}
    print(json.dumps(entry) + ("," if i < len(CASES) - 1 else ""))
print("]")
