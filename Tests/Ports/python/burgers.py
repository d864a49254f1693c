"""Burgers' equation: a functional model of three inputs, float32, by SciPy in float64. After okada39/pinn_burgers (e9f6310)."""
import numpy as np
import scipy.optimize
import tensorflow as tf
import tf_keras as keras

from ports import flat_function, points, record, set_weights

ROWS, NU = 24, 0.01 / np.pi

inputs = keras.Input([2])
hidden = inputs
for units in [8, 6, 8]:
    hidden = keras.layers.Dense(units, "tanh", kernel_initializer="he_normal")(hidden)
network = keras.Model(inputs, keras.layers.Dense(1, kernel_initializer="he_normal")(hidden))


class Derivatives(keras.layers.Layer):
    def call(self, tx):
        with tf.GradientTape() as second:
            second.watch(tx)
            with tf.GradientTape() as first:
                first.watch(tx)
                u = network(tx)
            slope = first.batch_jacobian(u, tx)
            u_x = slope[..., 1]
        return u, slope[..., 0], u_x, second.batch_jacobian(u_x, tx)[..., 1]


def model(equation, initial, boundary):
    u, u_t, u_x, u_xx = Derivatives()(equation)
    return [u_t + u * u_x - NU * u_xx, network(initial), network(boundary)]


unit = points(ROWS, 2)
equation = np.stack([unit[:, 0], 2 * unit[:, 1] - 1], 1)
initial = np.stack([0 * unit[:, 0], 2 * unit[:, 0] - 1], 1)
boundary = np.stack([unit[:, 1], 2 * np.round(unit[:, 0]) - 1], 1)
zeros = np.zeros([ROWS, 1])
x = [tf.constant(part, tf.float32) for part in (equation, initial, boundary)]
y = [tf.constant(part, tf.float32) for part in (zeros, np.sin(-np.pi * initial[:, 1:]), zeros)]

set_weights(network.trainable_variables)
function = flat_function(network.trainable_variables, lambda: tf.reduce_mean(keras.losses.mse(model(*x), y)))
loss, gradient = function(function.start)
_, after, info = scipy.optimize.fmin_l_bfgs_b(function, function.start, factr=1e7, m=50, maxls=50, maxiter=6)
record("burgers", loss=loss, gradient_norm=np.linalg.norm(gradient), after=after, evaluations=info["funcalls"])
