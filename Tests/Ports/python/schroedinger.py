"""Schroedinger's equation: a subclassed model of two outputs, float64, by SciPy. After a program of FMagnani (index id 44382104825).

The program takes v by x where v by t is meant; so does this one.
"""
import numpy as np
import scipy.optimize
import tensorflow as tf
import tf_keras as keras

from ports import flat_function, points, record, set_weights

keras.backend.set_floatx("float64")
lower, upper = np.array([-5.0, 0.0]), np.array([5.0, np.pi / 2])


class Network(keras.Model):
    def __init__(self, width):
        super().__init__()
        self.hidden = [keras.layers.Dense(width, "tanh") for _ in range(4)]
        self.last = keras.layers.Dense(2)

    def call(self, x):
        h = 2.0 * (x - lower) / (upper - lower) - 1.0
        for layer in self.hidden:
            h = layer(h)
        h = self.last(h)
        return h[:, 0], h[:, 1]


network = Network(8)
unit = points(20, 2)
inside = tf.constant(lower + unit * (upper - lower))
x0 = tf.constant(lower[0] + unit[:12, 0] * 10)
u0, v0 = 2 / tf.cosh(x0), 0 * x0
times = tf.constant(unit[:10, 1] * np.pi / 2)


def field(x, t):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, t])
        u, v = network(tf.stack([x, t], 1))
    return u, v, tape.gradient(u, x), tape.gradient(v, x)


def residual(x, t):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, t])
        u, v = network(tf.stack([x, t], 1))
        u_x, v_x = tape.gradient(u, x), tape.gradient(v, x)
    square = u ** 2 + v ** 2
    return (tape.gradient(u, t) + 0.5 * tape.gradient(v_x, x) + square * v,
            tape.gradient(v, x) - 0.5 * tape.gradient(u_x, x) - square * u)


def loss():
    def mean(*errors):
        return tf.add_n([tf.reduce_mean(tf.square(error)) for error in errors])

    u, v = network(tf.stack([x0, 0 * x0], 1))
    low, high = field(0 * times + lower[0], times), field(0 * times + upper[0], times)
    return mean(u0 - u, v0 - v) + mean(*residual(inside[:, 0], inside[:, 1])) + mean(*[a - b for a, b in zip(low, high)])


loss()
set_weights(network.trainable_variables)
function = flat_function(network.trainable_variables, loss)
value, gradient = function(function.start)
result = scipy.optimize.minimize(function, function.start, jac=True, method="L-BFGS-B", options={"maxiter": 8})
record("schroedinger", loss=value, gradient_norm=np.linalg.norm(gradient), after=result.fun, evaluations=result.nfev)
