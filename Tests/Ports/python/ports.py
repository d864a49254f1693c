"""What the programs of this folder share: weights and points that the C# ports make alike, and the record of their figures.

Run `python NAME.py` with TensorFlow, tf_keras, TensorFlow Probability and SciPy installed; it writes NAME.json.
"""
import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import numpy as np
import tensorflow as tf

IRRATIONALS = [0.6180339887498949, 0.41421356237309515, 0.7320508075688772]


def points(rows, columns, shift=0.0):
    """Points of the unit cube, [rows, columns], that lie well apart."""
    return (shift + np.arange(1, rows + 1)[:, None] * np.array(IRRATIONALS[:columns])) % 1.0


def set_weights(variables):
    """Gives variables values of a formula: those of a matrix by its number of rows, others about 0.1."""
    first = 0
    for variable in variables:
        shape = tuple(variable.shape)
        count = int(np.prod(shape))
        value = np.sin(12.9898 * np.arange(first, first + count) + 1) * (1 / np.sqrt(shape[0]) if len(shape) == 2 else 0.1)
        variable.assign(value.reshape(shape).astype(variable.dtype.as_numpy_dtype))
        first += count


def flat_function(variables, loss, dtype="float64"):
    """Loss and gradient of variables as a function of one NumPy vector."""
    sizes = [int(np.prod(v.shape)) for v in variables]

    @tf.function
    def evaluate():
        with tf.GradientTape() as tape:
            value = loss()
        return value, tape.gradient(value, variables)

    def function(vector):
        assign(variables, vector)
        value, gradients = evaluate()
        return float(value), np.concatenate([g.numpy().ravel() for g in gradients]).astype(dtype)

    function.start = np.concatenate([v.numpy().ravel() for v in variables]).astype(dtype)
    function.sizes = sizes
    return function


def assign(variables, vector):
    first = 0
    for variable in variables:
        count = int(np.prod(variable.shape))
        variable.assign(np.reshape(vector[first:first + count], variable.shape).astype(variable.dtype.as_numpy_dtype))
        first += count


def tfp_function(variables, loss):
    """The same for a minimizer that runs in TensorFlow."""
    sizes = [int(np.prod(v.shape)) for v in variables]

    @tf.function
    def function(vector):
        for variable, part in zip(variables, tf.split(vector, sizes)):
            variable.assign(tf.reshape(part, variable.shape))
        with tf.GradientTape() as tape:
            value = loss()
        return value, tf.concat([tf.reshape(g, [-1]) for g in tape.gradient(value, variables)], 0)

    start = tf.concat([tf.reshape(v, [-1]) for v in variables], 0)
    return function, start


def record(name, **figures):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".json")
    with open(path, "w") as file:
        json.dump({key: float(value) for key, value in figures.items()}, file, indent=2)
        file.write("\n")
    print(name, figures)
