"""A Calabi-Yau metric: complex inputs, a complex Hessian, a determinant, by TensorFlow Probability. After yidiq7/MLGeometry (fcf05af)."""
import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

from ports import points, record, tfp_function

ROWS, UNITS = 10, []
upper, strict = np.triu_indices(5), np.triu_indices(5, 1)
weights = [tf.Variable(tf.zeros([a, b])) for a, b in zip([25] + UNITS, UNITS + [1])]
# As the program starts its layer of width one: the potential of Fubini and Study.
weights[0].assign(np.concatenate([upper[0] == upper[1], np.zeros(10)]).astype("float32")[:, None])


def potential(z):
    zz = tf.reshape(tf.einsum("ai,aj->aij", z, tf.math.conj(z)), [-1, 25])
    x = tf.concat([tf.gather(tf.math.real(zz), upper[0] * 5 + upper[1], axis=1),
                   tf.gather(tf.math.imag(zz), strict[0] * 5 + strict[1], axis=1)], 1)
    for w in weights[:-1]:
        x = tf.square(x @ w)
    return tf.math.log(x @ weights[-1])


def metric(z):
    """The second derivatives by z and its conjugate, as TensorFlow defines gradients of complex numbers."""
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(z)
        with tf.GradientTape() as inner:
            inner.watch(z)
            k = potential(z)
        parts = tf.unstack(tf.math.conj(inner.gradient(k, z)), axis=1)
        parts = [(tf.math.real(d), tf.math.imag(d)) for d in parts]
    return tf.stack([(outer.gradient(a, z) + 1j * outer.gradient(b, z)) / 2 for a, b in parts], 1) / 2


def waves(shape, shift):
    count = int(np.prod(shape))
    return np.sin(shift + 1.7 * np.arange(count) ** 2).reshape(shape)


z = tf.constant(waves([ROWS, 5], 0.3) + 1j * waves([ROWS, 5], 1.1), tf.complex64)
restriction = tf.constant(waves([ROWS, 3, 5], 0.7) + 1j * waves([ROWS, 3, 5], 2.3), tf.complex64)
unit = points(ROWS, 2)
mass = tf.constant(0.1 + unit[:, 1], tf.float32)


def volume_form():
    return tf.math.real(tf.linalg.det(restriction @ tf.matmul(metric(z), restriction, adjoint_b=True)))


omega = volume_form() * tf.constant(0.8 + 0.4 * unit[:, 0], tf.float32)


def loss():
    volume = volume_form()
    share = mass / tf.reduce_sum(mass)
    volume = volume / tf.reduce_sum(share * volume / omega)
    return tf.reduce_sum(tf.abs(omega - volume) / omega * share)


function, start = tfp_function(weights, loss)
value, gradient = function(start)
result = tfp.optimizer.lbfgs_minimize(function, initial_position=start, max_iterations=3)
record("calabi_yau", loss=value, gradient_norm=np.linalg.norm(gradient), after=result.objective_value,
       evaluations=result.num_objective_evaluations)
