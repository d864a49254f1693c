"""A nested logit by BFGS with t-ratios, float32. After index id 3531057797.

The minimum and the standard errors are those of SciPy in float64; what BFGS of TensorFlow Probability finds in float32 is printed.
"""
import numpy as np
import scipy.optimize
import tensorflow as tf
import tensorflow_probability as tfp

from ports import points, record

ROWS = 80
unit = points(ROWS, 3)
gender_of = (np.arange(ROWS) % 2).astype(float)[:, None]
available_of = np.ones([ROWS, 5])
available_of[unit[:, 1] < 0.2, 2] = 0
available_of[unit[:, 0] < 0.4, 3] = 0
chosen = np.minimum(4, (5 * unit[:, 2] * (0.7 + 0.3 * gender_of[:, 0])).astype(int))
available_of[np.arange(ROWS), chosen] = 1
choices_of = np.eye(5)[chosen]


def loss(p, dtype):
    gender, available, choices = [tf.constant(a, dtype) for a in (gender_of, available_of, choices_of)]
    sr, transit, bicycle, walk, scale, gender_sr = tf.unstack(p)
    none = 0 * gender
    e = available * tf.exp(tf.concat([none, sr + gender_sr * gender, none + transit, none + bicycle / scale, none + walk / scale], 1))
    nest = tf.reduce_sum(e[:, 3:], 1, keepdims=True) + 1e-16
    inclusive = tf.exp(scale * tf.math.log(nest))
    total = tf.reduce_sum(e[:, :3], 1, keepdims=True) + inclusive
    probabilities = tf.concat([e[:, :3] / total, inclusive / total * e[:, 3:] / nest], 1)
    return -tf.reduce_mean(tf.reduce_sum(choices * tf.math.log(probabilities + 1e-16), 1))


def function(p, dtype=tf.float64):
    p = tf.constant(p, dtype)
    with tf.GradientTape() as tape:
        tape.watch(p)
        value = loss(p, dtype)
    return value, tape.gradient(value, p)


start = np.array([0, 0, 0, 0, 0.95, 0])
value, gradient = function(start, tf.float32)
found = tfp.optimizer.bfgs_minimize(lambda p: tfp.math.value_and_gradient(lambda q: loss(q, tf.float32), p),
                                    initial_position=tf.constant(start, tf.float32), tolerance=1e-10, max_iterations=500)
print("tfp: failed", found.failed.numpy(), "iterations", found.num_iterations.numpy(), "loss", found.objective_value.numpy())
result = scipy.optimize.minimize(lambda p: [a.numpy() for a in function(p)], start, jac=True, method="BFGS", options={"gtol": 1e-9})
p = tf.Variable(result.x)
with tf.GradientTape() as second:
    with tf.GradientTape() as first:
        at = loss(p, tf.float64)
    slope = first.gradient(at, p)
errors = np.sqrt(np.diag(np.linalg.inv(second.jacobian(slope, p).numpy())) / ROWS)
print(result.x, errors)
record("nested_logit", loss=value, gradient_norm=np.linalg.norm(gradient), after=result.fun,
       **{f"value_{i}": v for i, v in enumerate(result.x)}, **{f"error_{i}": v for i, v in enumerate(errors)})
