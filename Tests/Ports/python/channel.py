"""Channel flow whose form meets the boundary conditions, float64, by TensorFlow Probability. After index id 2435878848."""
import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras as keras

from ports import points, record, set_weights, tfp_function

keras.backend.set_floatx("float64")
HIDDEN, RHO, H, L, GRADIENT, MU = 1, 1.0, 1.0, 2.0, -0.5, 0.1

layers = [keras.layers.Dense(6, "tanh") for _ in range(HIDDEN)] + [keras.layers.Dense(2)]


def net(x, y, t):
    value = tf.concat([x, y, t], 1)
    for layer in layers:
        value = layer(value)
    return value[:, :1], value[:, 1:]


def net_x(x, y, t):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        u, v = net(x, y, t)
    return tape.gradient(u, x), tape.gradient(v, x)


def part(x, y, t):
    """What is left of the network once its value at the inlet and its slope at the outlet are taken away."""
    return [a - b - x * c for a, b, c in zip(net(x, y, t), net(0 * x, y, t), net_x(0 * x + L, y, t))]


def field(x, y, t):
    def change(at):
        return [a - b for a, b in zip(part(x, at, t), part(x, at, 0 * t))]

    return [here + ((2 * y - H) * below - (H + 2 * y) * above) / (2 * H)
            for here, below, above in zip(change(y), change(0 * y - H / 2), change(0 * y + H / 2))]


unit = points(12, 3)
x, y, t = [tf.constant(c) for c in (L * unit[:, :1], unit[:, 1:2] - 0.5, unit[:, 2:])]


def loss():
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, y, t])
        u, v = field(x, y, t)
        u_x, u_y, v_x, v_y = tape.gradient(u, x), tape.gradient(u, y), tape.gradient(v, x), tape.gradient(v, y)
    u_t, v_t = tape.gradient(u, t), tape.gradient(v, t)
    along = RHO * (u_t + u * u_x + v * u_y) + GRADIENT - MU * (tape.gradient(u_x, x) + tape.gradient(u_y, y))
    across = RHO * (v_t + u * v_x + v * v_y) - MU * (tape.gradient(v_x, x) + tape.gradient(v_y, y))
    return tf.reduce_mean(tf.square((u_x + v_y) ** 2 + along ** 2 + across ** 2))


net(x, y, t)
variables = [variable for layer in layers for variable in layer.trainable_variables]
set_weights(variables)
function, start = tfp_function(variables, loss)
value, gradient = function(start)
result = tfp.optimizer.lbfgs_minimize(function, initial_position=start, max_iterations=4)
record("channel", loss=value, gradient_norm=np.linalg.norm(gradient), after=result.objective_value,
       evaluations=result.num_objective_evaluations)
