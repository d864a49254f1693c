"""Coefficients of Burgers' equation outside a network, float64: Adam, then L-BFGS of fixed steps. After pierremtb/PINNs-TF2.0 (d07587c)."""
import numpy as np
import tensorflow as tf
import tf_keras as keras

from ports import assign, flat_function, points, record, set_weights

ROWS, ADAM, ITERATIONS, RATE = 30, 5, 5, 0.8
keras.backend.set_floatx("float64")
lower, upper = np.array([-1.0, 0.0]), np.array([1.0, 0.99])

network = keras.Sequential(
    [keras.layers.InputLayer(input_shape=(2,)), keras.layers.Lambda(lambda x: 2.0 * (x - lower) / (upper - lower) - 1.0)]
    + [keras.layers.Dense(8, "tanh", kernel_initializer="glorot_normal") for _ in range(3)]
    + [keras.layers.Dense(1, kernel_initializer="glorot_normal")])
set_weights(network.trainable_variables)
lambda_1, lambda_2 = tf.Variable(0.0, dtype="float64"), tf.Variable(-6.0, dtype="float64")
variables = network.trainable_variables + [lambda_1, lambda_2]

xt = tf.constant(lower + points(ROWS, 2) * (upper - lower))
u = -tf.sin(np.pi * xt[:, :1]) * tf.exp(-xt[:, 1:])


def loss():
    x, t = xt[:, :1], xt[:, 1:]
    with tf.GradientTape(persistent=True) as outer:
        outer.watch([x, t])
        with tf.GradientTape() as inner:
            inner.watch(x)
            predicted = network(tf.concat([x, t], 1))
        u_x = inner.gradient(predicted, x)
    f = outer.gradient(predicted, t) + lambda_1 * predicted * u_x - tf.exp(lambda_2) * outer.gradient(u_x, x)
    return tf.reduce_mean(tf.square(u - network(xt))) + tf.reduce_mean(tf.square(f))


def fixed_steps(function, x, iterations, rate, pairs=50):
    """The steps of lbfgs.lua: min(1, 1/|g|_1) at first, then the rate, for every loss."""
    value, g = function(x)
    s, y, losses, d, scale = [], [], [value], -g, 1.0
    for iteration in range(iterations):
        step = min(1.0, 1 / np.abs(g).sum()) if iteration == 0 else rate
        x = x + step * d
        value, new = function(x)
        losses.append(value)
        if (new - g) @ (step * d) > 1e-10:
            s, y = (s + [step * d])[-pairs:], (y + [new - g])[-pairs:]
            scale = s[-1] @ y[-1] / (y[-1] @ y[-1])
        g, q, alphas = new, -new, []
        for a, b in zip(reversed(s), reversed(y)):
            alphas.append(a @ q / (a @ b))
            q = q - alphas[-1] * b
        q = q * scale
        for a, b, alpha in zip(s, y, reversed(alphas)):
            q = q + (alpha - b @ q / (a @ b)) * a
        d = q
    return losses


optimizer = keras.optimizers.Adam(1e-3)
first = loss()
for _ in range(ADAM):
    with tf.GradientTape() as tape:
        value = loss()
    optimizer.apply_gradients(zip(tape.gradient(value, variables), variables))
function = flat_function(variables, loss)
start = function.start
value, gradient = function(start)
losses = fixed_steps(function, start, ITERATIONS, RATE)
print(losses)
record("burgers_identification", first=first, loss=value, gradient_norm=np.linalg.norm(gradient), after=losses[-1], lambda_1=lambda_1.numpy())
