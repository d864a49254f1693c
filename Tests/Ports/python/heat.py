"""Heat equation with an unknown conductivity: two models, float32, by SciPy in float64. After index id 24630873258."""
import numpy as np
import scipy.optimize
import tensorflow as tf
import tf_keras as keras

from ports import flat_function, points, record, set_weights


class Network(keras.Model):
    def __init__(self, widths, activation=None):
        super().__init__()
        self.hidden = [keras.layers.Dense(width, "tanh") for width in widths]
        self.out = keras.layers.Dense(1, activation)

    def call(self, x):
        for layer in self.hidden:
            x = layer(x)
        return self.out(x)


temperature, raw = Network([8] * 4), Network([5, 5], "sigmoid")


def conductivity(u):
    return 0.1 * raw(2.0 * (u - 0.5))


def constant(values):
    return tf.constant(values, tf.float32)


unit = points(30, 2)
domain, observed = constant(unit), constant(points(20, 2, 0.25))
initial = constant(np.stack([unit[:10, 0], np.zeros(10)], 1))
boundary = constant(np.stack([np.round(unit[:10, 0]), unit[:10, 1]], 1))
u_initial = tf.exp(-50.0 * (initial[:, :1] - 0.5) ** 2) - float(np.exp(-12.5))
u_observed = tf.exp(-20.0 * (observed[:, :1] - 0.5) ** 2) * tf.exp(-observed[:, 1:])
k_observed = 0.02 * tf.exp(-20.0 * (u_observed - 0.5) ** 2)


def losses():
    def mean(error):
        return tf.reduce_mean(tf.square(error))

    with tf.GradientTape() as outer:
        outer.watch(domain)
        with tf.GradientTape() as inner:
            inner.watch(domain)
            u = temperature(domain)
        slope = inner.gradient(u, domain)
        flux = conductivity(u) * slope[:, :1]
    pde = slope[:, 1:] - outer.gradient(flux, domain)[:, :1]
    u = temperature(observed)
    return [mean(pde), mean(temperature(initial) - u_initial), mean(temperature(boundary)), mean(u - u_observed),
            mean(conductivity(u) - k_observed)]


first = losses()
variables = temperature.trainable_variables + raw.trainable_variables
set_weights(variables)
function = flat_function(variables, lambda: tf.add_n(losses()))
value, gradient = function(function.start)
pde = losses()[0]
_, after, info = scipy.optimize.fmin_l_bfgs_b(function, function.start, maxiter=6, m=50, factr=1e7, pgtol=1e-8, maxfun=50000)
record("heat", loss=value, gradient_norm=np.linalg.norm(gradient), after=after, evaluations=info["funcalls"], pde=pde)
