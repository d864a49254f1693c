"""A second set of problems, from public collections other than CUTEst, and objectives of the kind users have.

Every loss is written in TensorFlow, whose tape gives the gradient. A family is split with all of its sizes by a hash of its
name: rules are chosen on the tuning half, the judging half only reports. What CUTEst has as well belongs to the judging half.
"""
import csv
import hashlib
import math
import os

import numpy as np
import tensorflow as tf
from scipy import optimize

from . import peers, tfrun

ANDREI = "Andrei 2008, An Unconstrained Optimization Test Functions Collection"
LUKSAN = "Luksan and Vlcek 2003, Test Problems for Unconstrained Optimization, V-897"
JAMIL = "Jamil and Yang 2013, A Literature Survey of Benchmark Functions"
SURJANOVIC = "Surjanovic and Bingham, Virtual Library of Simulation Experiments"
BBOB = "Hansen, Finck, Ros and Auger 2009, BBOB noiseless functions, without the transformations T"
NESTEROV = "Gurbuzbalaban and Overton 2012; Nesterov 2004"
USERS = "objectives of users"

NETWORK_EVALUATIONS = 400
GOLDEN = 0.6180339887498949
DATASETS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "datasets")

FAMILIES = {}


def family(name, source, sizes, start, cutest=False, network=False):
    """Registers a loss; start(i, n) with i = 1..n as an array."""
    def add(loss):
        FAMILIES[name] = (source, sizes, start, loss, cutest, network)
        return loss
    return add


def half(name, cutest):
    return "judging" if cutest or hashlib.sha256(name.encode()).digest()[0] % 2 else "tuning"


def const(value):
    return lambda i, n: np.full(n, float(value))


def pattern(*values):
    return lambda i, n: np.array([values[(k - 1) % len(values)] for k in i], float)


def hashed(scale):
    """scale (2 u - 1) with u = frac(i^2 (sqrt(5) - 1) / 2)."""
    return lambda i, n: scale * (2 * np.mod(i.astype(float) * i.astype(float) * GOLDEN, 1.0) - 1)


def index(x):
    return tf.range(1, x.shape[0] + 1, dtype=tf.float64)


def total(x):
    return tf.reduce_sum(x)


def squares(x):
    return tf.reduce_sum(x * x)


def odd(x):
    return x[0::2]


def even(x):
    return x[1::2]


# Andrei

@family("extended_white_holst", ANDREI, (4, 200), pattern(-1.2, 1))
def _(x):
    a, b = odd(x), even(x)
    return squares(10 * (b - a ** 3)) + squares(1 - a)


@family("generalized_white_holst", ANDREI, (10, 100), pattern(-1.2, 1))
def _(x):
    return squares(10 * (x[1:] - x[:-1] ** 3)) + squares(1 - x[:-1])


@family("extended_penalty", ANDREI, (10, 100), lambda i, n: i.astype(float))
def _(x):
    return squares(x[:-1] - 1) + (squares(x) - 0.25) ** 2


@family("perturbed_quadratic", ANDREI, (20, 500), const(0.5))
def _(x):
    return total(index(x) * x * x) + total(x) ** 2 / 100


@family("raydan1", ANDREI, (20, 200), const(1))
def _(x):
    return total(index(x) / 10 * (tf.exp(x) - x))


@family("diagonal1", ANDREI, (10, 100), lambda i, n: np.full(n, 1 / n))
def _(x):
    return total(tf.exp(x) - index(x) * x)


@family("diagonal2", ANDREI, (20, 500), lambda i, n: 1 / i)
def _(x):
    return total(tf.exp(x) - x / index(x))


@family("diagonal3", ANDREI, (20, 200), const(1))
def _(x):
    return total(tf.exp(x) - index(x) * tf.sin(x))


@family("hager", ANDREI, (20, 500), const(1))
def _(x):
    return total(tf.exp(x) - tf.sqrt(index(x)) * x)


@family("generalized_tridiagonal1", ANDREI, (10, 500), const(2))
def _(x):
    a, b = x[:-1], x[1:]
    return squares(a + b - 3) + total((a - b + 1) ** 4)


@family("extended_tridiagonal1", ANDREI, (10, 1000), const(2))
def _(x):
    a, b = odd(x), even(x)
    return squares(a + b - 3) + total((a - b + 1) ** 4)


@family("extended_three_exponentials", ANDREI, (10, 500), const(0.1))
def _(x):
    a, b = odd(x), even(x)
    return total(tf.exp(a + 3 * b - 0.1) + tf.exp(a - 3 * b - 0.1) + tf.exp(-a - 0.1))


@family("diagonal4", ANDREI, (10, 500), const(1))
def _(x):
    return 0.5 * (squares(odd(x)) + 100 * squares(even(x)))


@family("diagonal5", ANDREI, (10, 500), const(1.1))
def _(x):
    return total(tf.math.log(tf.exp(x) + tf.exp(-x)))


@family("extended_psc1", ANDREI, (10, 1000), pattern(3, 0.1))
def _(x):
    a, b = odd(x), even(x)
    return squares(a * a + b * b + a * b) + squares(tf.sin(a)) + squares(tf.cos(b))


@family("extended_maratos", ANDREI, (4, 200), pattern(1.1, 0.1))
def _(x):
    a, b = odd(x), even(x)
    return total(a) + 100 * squares(a * a + b * b - 1)


@family("extended_cliff", ANDREI, (4, 200), pattern(0, -1), cutest=True)
def _(x):
    a, b = odd(x), even(x)
    return squares((a - 3) / 100) - total(a - b) + total(tf.exp(20 * (a - b)))


@family("quadratic_diagonal_perturbed", ANDREI, (20, 500), const(0.5))
def _(x):
    return total(x) ** 2 + total(index(x) / 100 * x * x)


@family("extended_hiebert", ANDREI, (2, 100), const(0))
def _(x):
    a, b = odd(x), even(x)
    return squares(a - 10) + squares(a * b - 50000)


@family("quadratic_qf1", ANDREI, (20, 500), const(1))
def _(x):
    return 0.5 * total(index(x) * x * x) - x[-1]


@family("quadratic_qf2", ANDREI, (10, 500), const(0.5))
def _(x):
    return 0.5 * total(index(x) * (x * x - 1) ** 2) - x[-1]


@family("extended_quadratic_penalty1", ANDREI, (10, 500), const(1))
def _(x):
    return squares(x[:-1] * x[:-1] - 2) + (squares(x) - 0.5) ** 2


@family("extended_quadratic_penalty2", ANDREI, (10, 100), const(1))
def _(x):
    a = x[:-1]
    return squares(a * a - tf.sin(a)) + (squares(x) - 100) ** 2


@family("extended_ep1", ANDREI, (4, 500), const(1.5))
def _(x):
    d = odd(x) - even(x)
    return squares(tf.exp(d) - 5) + squares(d * (d - 11))


@family("extended_tridiagonal2", ANDREI, (10, 500), const(1))
def _(x):
    a, b = x[:-1], x[1:]
    return squares(a * b - 1) + 0.1 * total((a + 1) * (b + 1))


@family("almost_perturbed_quadratic", ANDREI, (20, 500), const(0.5))
def _(x):
    return total(index(x) * x * x) + (x[0] + x[-1]) ** 2 / 100


@family("perturbed_tridiagonal_quadratic", ANDREI, (20, 500), const(0.5))
def _(x):
    return x[0] ** 2 + total(index(x)[1:-1] * x[1:-1] * x[1:-1]) + squares(x[:-2] + x[1:-1] + x[2:])


@family("staircase1", ANDREI, (10, 100), const(1))
def _(x):
    return squares(tf.cumsum(x))


@family("staircase2", ANDREI, (10, 100), const(0))
def _(x):
    return squares(tf.cumsum(x) - index(x))


@family("partial_perturbed_quadratic", ANDREI, (20, 100), const(0.5))
def _(x):
    return total(index(x) * x * x) + squares(tf.cumsum(x)) / 100


@family("full_hessian1", ANDREI, (10, 100), const(0.01))
def _(x):
    s = tf.cumsum(x)
    return (x[0] - 3) ** 2 + squares(x[0] - 3 - 2 * s[1:] * s[1:])


@family("full_hessian2", ANDREI, (10, 100), const(0.01))
def _(x):
    return (x[0] - 5) ** 2 + squares(tf.cumsum(x)[1:] - 1)


@family("extended_block_diagonal1", ANDREI, (4, 1000), const(0.1))
def _(x):
    a, b = odd(x), even(x)
    return squares(a * a + b * b - 2) + squares(tf.exp(a - 1) - b)


@family("extended_denschnb", ANDREI, (4, 500), const(1), cutest=True)
def _(x):
    a, b = odd(x), even(x)
    return squares(a - 2) + squares((a - 2) * b) + squares(b + 1)


@family("extended_denschnf", ANDREI, (4, 200), pattern(2, 0), cutest=True)
def _(x):
    a, b = odd(x), even(x)
    return squares(2 * (a + b) ** 2 + (a - b) ** 2 - 8) + squares(5 * a * a + (b - 3) ** 2 - 9)


@family("generalized_quartic1", ANDREI, (10, 500), const(1))
def _(x):
    a = x[:-1]
    return squares(a) + squares(x[1:] + a * a)


@family("generalized_quartic2", ANDREI, (10, 500), const(1))
def _(x):
    return (x[0] ** 2 - 1) ** 2 + squares(x[1:] * x[1:] - x[:-1] - 2)


@family("diagonal9", ANDREI, (10, 100), const(1))
def _(x):
    a = x[:-1]
    return total(tf.exp(a) - index(a) * a) + 10000 * x[-1] ** 2


# Luksan and Vlcek

def _neighbours(x):
    zero = tf.zeros([1], tf.float64)
    return tf.concat([zero, x[:-1]], 0), tf.concat([x[1:], zero], 0)


@family("chained_wood", LUKSAN, (8, 200),
        lambda i, n: np.where(i % 2 == 1, np.where(i <= 4, -3.0, -2.0), np.where(i <= 4, -1.0, 0.0)))
def _(x):
    a, b, c, d = x[0:-3:2], x[1:-2:2], x[2:-1:2], x[3::2]
    return (100 * squares(a * a - b) + squares(a - 1) + 90 * squares(c * c - d) + squares(c - 1)
            + 10 * squares(b + d - 2) + squares(b - d) / 10)


@family("chained_powell_singular", LUKSAN, (8, 200), pattern(3, -1, 0, 1))
def _(x):
    a, b, c, d = x[0:-3:2], x[1:-2:2], x[2:-1:2], x[3::2]
    return squares(a + 10 * b) + 5 * squares(c - d) + squares((b - 2 * c) ** 2) + 10 * squares((a - d) ** 2)


@family("chained_cragg_levy", LUKSAN, (8, 200), lambda i, n: np.where(i == 1, 1.0, 2.0), cutest=True)
def _(x):
    a, b, c, d = x[0:-3:2], x[1:-2:2], x[2:-1:2], x[3::2]
    return (squares((tf.exp(a) - b) ** 2) + 100 * squares((b - c) ** 3) + squares(tf.tan(c - d) ** 2)
            + squares(a ** 4) + squares(d - 1))


def _power(x):
    return total(tf.abs(x) ** (7 / 3))


@family("generalized_broyden_tridiagonal", LUKSAN, (10, 500), const(-1))
def _(x):
    left, right = _neighbours(x)
    return _power((3 - 2 * x) * x - left - right + 1)


def _near(n):
    i = np.arange(1, n + 1)
    d = i[None, :] - i[:, None]
    return tf.constant(((d != 0) & (d >= -5) & (d <= 1)).astype(float))


@family("generalized_broyden_banded", LUKSAN, (20, 500), const(-1))
def _(x):
    return _power((2 + 5 * x * x) * x + 1 + tf.linalg.matvec(_near(x.shape[0]), x * (1 + x)))


@family("seven_diagonal_broyden", LUKSAN, (20, 200), const(-1), cutest=True)
def _(x):
    left, right = _neighbours(x)
    k = x.shape[0] // 2
    return _power((3 - 2 * x) * x - left - right + 1) + _power(x[:k] + x[k:])


@family("nazareth_trigonometric", LUKSAN, (10, 100), lambda i, n: np.full(n, 1 / n))
def _(x):
    n = x.shape[0]
    k = np.arange(1, n + 1, dtype=float)
    a = 5.0 * (1 + k[:, None] % 5 + k[None, :] % 5)
    b = (k[:, None] + k[None, :]) / 10
    s = tf.linalg.matvec(tf.constant(a), tf.sin(x)) + tf.linalg.matvec(tf.constant(b), tf.cos(x))
    return squares(n + tf.constant(k) - s) / n


@family("generalized_brown", LUKSAN, (10, 100), pattern(-1, 1))
def _(x):
    p, q = x[:-1] * x[:-1], x[1:] * x[1:]
    return total(p ** (q + 1) + q ** (p + 1))


# Surveys of test functions

@family("zakharov", SURJANOVIC, (10, 100), const(1))
def _(x):
    s = total(0.5 * index(x) * x)
    return squares(x) + s ** 2 + s ** 4


@family("dixon_price", SURJANOVIC, (10, 100), const(2))
def _(x):
    return (x[0] - 1) ** 2 + total(index(x)[1:] * (2 * x[1:] * x[1:] - x[:-1]) ** 2)


@family("trid", SURJANOVIC, (10, 100), const(0))
def _(x):
    return squares(x - 1) - total(x[1:] * x[:-1])


@family("griewank", SURJANOVIC, (10, 100), hashed(3))
def _(x):
    return squares(x) / 4000 - tf.reduce_prod(tf.cos(x / tf.sqrt(index(x)))) + 1


@family("goldstein_price", SURJANOVIC, (2,), pattern(-0.5, -0.7), cutest=True)
def _(x):
    a, b = x[0], x[1]
    p = 1 + (a + b + 1) ** 2 * (19 - 14 * a + 3 * a * a - 14 * b + 6 * a * b + 3 * b * b)
    q = 30 + (2 * a - 3 * b) ** 2 * (18 - 32 * a + 12 * a * a + 48 * b - 36 * a * b + 27 * b * b)
    return p * q


@family("branin", SURJANOVIC, (2,), pattern(2.5, 5), cutest=True)
def _(x):
    a, b = x[0], x[1]
    r = b - 5.1 / (4 * math.pi ** 2) * a * a + 5 / math.pi * a - 6
    return r * r + 10 * (1 - 1 / (8 * math.pi)) * tf.cos(a) + 10


@family("six_hump_camel", SURJANOVIC, (2,), pattern(1, 1), cutest=True)
def _(x):
    a, b = x[0] ** 2, x[1] ** 2
    return (4 - 2.1 * a + a * a / 3) * a + x[0] * x[1] + (-4 + 4 * b) * b


@family("power_sum", SURJANOVIC, (4,), pattern(1, 1.5, 2, 2.5), cutest=True)
def _(x):
    sums = (8.0, 18.0, 44.0, 114.0)
    return tf.add_n([(total(x ** (k + 1)) - sums[k]) ** 2 for k in range(4)])


@family("perm", SURJANOVIC, (4, 8), const(0.5))
def _(x):
    i = index(x)
    return tf.add_n([total((i + 10) * (x ** k - i ** (-k))) ** 2 for k in range(1, x.shape[0] + 1)])


@family("bohachevsky", SURJANOVIC, (2,), pattern(0.2, 0.1))
def _(x):
    return x[0] ** 2 + 2 * x[1] ** 2 - 0.3 * tf.cos(3 * math.pi * x[0]) - 0.4 * tf.cos(4 * math.pi * x[1]) + 0.7


@family("qing", JAMIL, (10, 100), const(1))
def _(x):
    return squares(x * x - index(x))


@family("chung_reynolds", JAMIL, (10, 500), lambda i, n: i / n)
def _(x):
    return squares(x) ** 2


@family("trecanni", JAMIL, (2,), pattern(-3, 2))
def _(x):
    return x[0] ** 4 + 4 * x[0] ** 3 + 4 * x[0] ** 2 + x[1] ** 2


@family("price4", JAMIL, (2,), pattern(1, 3), cutest=True)
def _(x):
    return (2 * x[0] ** 3 * x[1] - x[1] ** 3) ** 2 + (6 * x[0] - x[1] ** 2 + x[1]) ** 2


@family("zettl", JAMIL, (2,), pattern(2, 2))
def _(x):
    return (x[0] ** 2 + x[1] ** 2 - 2 * x[0]) ** 2 + x[0] / 4


@family("el_attar", JAMIL, (2,), pattern(1, 1))
def _(x):
    return (x[0] ** 2 + x[1] - 10) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2 + (x[0] ** 2 + x[1] ** 3 - 1) ** 2


@family("wayburn_seader1", JAMIL, (2,), pattern(0, 1), cutest=True)
def _(x):
    return (x[0] ** 6 + x[1] ** 4 - 17) ** 2 + (2 * x[0] + x[1] - 4) ** 2


@family("exponential", JAMIL, (10, 200), hashed(0.5))
def _(x):
    return -tf.exp(-0.5 * squares(x))


# BBOB, with a rotation that is two reflections

def _rotated(x):
    i = index(x)
    for v in (tf.sin(i), tf.cos(2 * i)):
        x = x - 2 * total(v * x) / squares(v) * v
    return x


@family("bent_cigar", BBOB, (20, 200), hashed(4))
def _(x):
    z = _rotated(x)
    return z[0] ** 2 + 1e6 * squares(z[1:])


@family("discus", BBOB, (20, 200), hashed(4))
def _(x):
    z = _rotated(x)
    return 1e6 * z[0] ** 2 + squares(z[1:])


@family("different_powers", BBOB, (20, 200), hashed(4))
def _(x):
    return total(tf.abs(_rotated(x)) ** (2 + 4 * (index(x) - 1) / (x.shape[0] - 1)))


@family("rotated_rosenbrock", BBOB, (20, 100), hashed(2))
def _(x):
    z = max(1.0, math.sqrt(x.shape[0]) / 8) * _rotated(x) + 0.5
    return 100 * squares(z[:-1] * z[:-1] - z[1:]) + squares(z[:-1] - 1)


@family("nesterov_worst", NESTEROV, (100, 500), const(0))
def _(x):
    return 0.125 * (x[0] ** 2 + squares(x[:-1] - x[1:]) + x[-1] ** 2 - 2 * x[0])


@family("chebyshev_rosenbrock", NESTEROV, (4,), pattern(-1, 1, 1, 1), cutest=True)
def _(x):
    return (x[0] - 1) ** 2 / 4 + squares(x[1:] - 2 * x[:-1] * x[:-1] + 1)


# Objectives of users

def table(name):
    """The columns of a data set, the last one apart."""
    with open(os.path.join(DATASETS, name + ".csv"), encoding="utf-8") as f:
        rows = np.array([[float(v) for v in row] for row in list(csv.reader(f))[1:]])
    return rows[:, :-1], rows[:, -1]


def standardized(a):
    mean = a.mean(0)
    return (a - mean) / np.sqrt(((a - mean) ** 2).mean(0))


def with_ones(a):
    return np.concatenate([a, np.ones((len(a), 1))], 1)


def _logistic(features, labels, x):
    z = tf.linalg.matvec(tf.constant(features), x)
    return tf.reduce_mean(tf.nn.softplus(z) - labels * z)


@family("users_logistic", USERS, (31,), const(0))
def _(x):
    a, y = table("breast_cancer")
    return _logistic(with_ones(standardized(a)), y, x) + 1e-3 * squares(x)


@family("users_logistic_unscaled", USERS, (31,), const(0))
def _(x):
    a, y = table("breast_cancer")
    return _logistic(with_ones(a), y, x) + 1e-3 * squares(x)


@family("users_softmax", USERS, (650,), const(0))
def _(x):
    a, y = table("digits")
    z = tf.constant(with_ones(a[:500] / 16)) @ tf.reshape(x, [65, 10])
    top = tf.stop_gradient(tf.reduce_max(z, 1, keepdims=True))
    lse = tf.math.log(tf.reduce_sum(tf.exp(z - top), 1, keepdims=True)) + top
    return tf.reduce_mean(tf.reduce_sum(tf.one_hot(y[:500].astype(int), 10, dtype=tf.float64) * (lse - z), 1)) + 1e-3 * squares(x)


@family("users_poisson", USERS, (11,), const(0))
def _(x):
    a, y = table("diabetes")
    eta = tf.linalg.matvec(tf.constant(with_ones(standardized(a))), x)
    return tf.reduce_mean(tf.exp(eta) - y * eta)


@family("users_cauchy", USERS, (11,), const(0))
def _(x):
    a, y = table("diabetes")
    r = tf.linalg.matvec(tf.constant(with_ones(standardized(a))), x) - standardized(y)
    return tf.reduce_mean(tf.math.log1p(r * r))


@family("users_factorization", USERS, (150,), hashed(0.7))
def _(x):
    i = np.arange(1, 31, dtype=float)
    j = np.arange(1, 21, dtype=float)
    m = np.sin(i[:, None] * j[None, :] / 20) + 0.1 * np.cos(i[:, None] + 2 * j[None, :])
    u, v = tf.reshape(x[:90], [30, 3]), tf.reshape(x[90:], [20, 3])
    return tf.reduce_mean((tf.constant(m) - u @ tf.transpose(v)) ** 2) + 1e-3 * squares(x)


def _cut(x, *shapes):
    parts, at = [], 0
    for shape in shapes:
        size = int(np.prod(shape))
        parts.append(tf.reshape(x[at:at + size], shape))
        at += size
    return parts


@family("users_classifier", USERS, (513,), hashed(0.3), network=True)
def _(x):
    a, y = table("breast_cancer")
    w, b, v, c = _cut(x, [30, 16], [16], [16, 1], [1])
    z = (tf.tanh(tf.constant(standardized(a)) @ w + b) @ v + c)[:, 0]
    return tf.reduce_mean(tf.nn.softplus(z) - y * z)


@family("users_two_losses", USERS, (382,), hashed(0.3), network=True)
def _(x):
    a, y = table("diabetes")
    w, b, v, c = _cut(x, [10, 20], [20], [20, 8], [2])
    h = tf.tanh(tf.constant(standardized(a)) @ w + b)
    shared = tf.tanh(h @ v)
    regression = tf.reduce_sum(shared[:, :4], 1) + c[0]
    z = tf.reduce_sum(shared[:, 4:], 1) + c[1]
    label = (y > 140).astype(float)
    return tf.reduce_mean((regression - standardized(y)) ** 2) + 0.5 * tf.reduce_mean(tf.nn.softplus(z) - label * z)


@family("users_autoencoder", USERS, (2128,), hashed(0.2), network=True)
def _(x):
    a = tf.constant(table("digits")[0][:300] / 16)
    w, b, v, c = _cut(x, [64, 16], [16], [16, 64], [64])
    return tf.reduce_mean((tf.sigmoid(tf.tanh(a @ w + b) @ v + c) - a) ** 2)


def _points(count, low, high):
    return tf.constant(low + (high - low) * np.arange(count, dtype=float)[:, None] / (count - 1))


@family("users_pinn_oscillator", USERS, (82,), hashed(1), network=True)
def _(x):
    """u' = v, v' = -u - 0.1 v on [0, 6], u(0) = 1, v(0) = 0."""
    w, b, p, q, c = _cut(x, [1, 20], [20], [20], [20], [2])

    def fields(t):
        h = tf.tanh(t @ w + b)
        slope = (1 - h * h) * w[0]
        return (tf.linalg.matvec(h, p) + c[0], tf.linalg.matvec(h, q) + c[1],
                tf.linalg.matvec(slope, p), tf.linalg.matvec(slope, q))
    u, v, du, dv = fields(_points(60, 0.0, 6.0))
    u0, v0, _, _ = fields(_points(2, 0.0, 1.0))
    return (tf.reduce_mean((du - v) ** 2) + tf.reduce_mean((dv + u + 0.1 * v) ** 2)
            + 10 * (u0[0] - 1) ** 2 + 10 * v0[0] ** 2)


@family("users_pinn_reaction", USERS, (82,), hashed(1), network=True)
def _(x):
    """-u'' + v = sin(pi x), -v'' + u v = 1 on [0, 1], u = v = 0 at both ends."""
    w, b, p, q, c = _cut(x, [1, 20], [20], [20], [20], [2])

    def fields(t):
        h = tf.tanh(t @ w + b)
        second = -2 * h * (1 - h * h) * w[0] * w[0]
        return (tf.linalg.matvec(h, p) + c[0], tf.linalg.matvec(h, q) + c[1],
                tf.linalg.matvec(second, p), tf.linalg.matvec(second, q))
    t = _points(50, 0.0, 1.0)
    u, v, ddu, ddv = fields(t)
    ends = fields(_points(2, 0.0, 1.0))
    return (tf.reduce_mean((-ddu + v - tf.sin(math.pi * t[:, 0])) ** 2) + tf.reduce_mean((-ddv + u * v - 1) ** 2)
            + 10 * squares(ends[0]) + 10 * squares(ends[1]))


@family("users_pinn_heat", USERS, (121,), hashed(1), network=True)
def _(x):
    """u_t = 0.1 u_xx on [0, 1] x [0, 1], u(x, 0) = sin(pi x), u = 0 at both ends."""
    w, b, p, c = _cut(x, [2, 30], [30], [30], [1])

    def hidden(points):
        return tf.tanh(points @ w + b)

    def u(points):
        return tf.linalg.matvec(hidden(points), p) + c[0]
    k = np.arange(12, dtype=float) / 11
    grid = np.stack([np.repeat(k, 12), np.tile(k, 12)], 1)
    h = hidden(tf.constant(grid))
    first, second = 1 - h * h, -2 * h * (1 - h * h)
    residual = tf.linalg.matvec(first * w[1] - 0.1 * second * w[0] * w[0], p)
    line = np.stack([k, 0 * k], 1)
    sides = np.concatenate([np.stack([0 * k, k], 1), np.stack([0 * k + 1, k], 1)])
    return (tf.reduce_mean(residual ** 2) + 10 * tf.reduce_mean((u(tf.constant(line)) - np.sin(math.pi * k)) ** 2)
            + 10 * tf.reduce_mean(u(tf.constant(sides)) ** 2))


# Recording

def _objective(loss, n):
    @tf.function(input_signature=[tf.TensorSpec([n], tf.float64)])
    def value_and_gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = loss(x)
        return value, tape.gradient(value, x)

    def run(x):
        value, gradient = value_and_gradient(tf.constant(x, tf.float64))
        return float(value), gradient.numpy()
    return run


def _minima(run, starts):
    """Distinct values at which the gradient vanishes, lowest first, found from where SciPy ended and by further methods from the start."""
    found = []
    for method, x, options in starts:
        with np.errstate(all="ignore"):
            r = optimize.minimize(run, x, jac=True, method=method, options=options)
            value, gradient = run(r.x)
        if np.isfinite(value) and np.max(np.abs(gradient)) <= 1e-5 * max(1, abs(value)):
            found.append(value)
    distinct = []
    for value in sorted(found):
        if not distinct or value - distinct[-1] > 1e-6 * max(1, abs(value)):
            distinct.append(value)
    return distinct


def _problem(name, n, entry, solver):
    source, _, start, loss, cutest, network = entry
    x0 = start(np.arange(1, n + 1), n)
    run = _objective(loss, n)
    value, gradient = run(x0)
    second = x0 + 0.05 * (1 + np.abs(x0)) * np.sin(np.arange(1, n + 1))
    value2, gradient2 = run(second)
    weights = np.sin(np.arange(1, n + 1))
    result = solver(run, x0)
    history = np.array(result["history"])
    row = {"name": f"{name}_{n}", "family": name, "n": n, "source": source, "cutest": cutest, "half": half(name, cutest),
           "value_at_start": value, "gradient_max_at_start": float(np.max(np.abs(gradient))),
           "gradient_sum_at_start": float(np.sum(gradient * weights)),
           "value_at_second": value2, "gradient_sum_at_second": float(np.sum(gradient2 * weights)),
           "gradient_max_at_second": float(np.max(np.abs(gradient2)))}
    if network:
        target = float(np.nanmin(history[:NETWORK_EVALUATIONS]))
        return row | {"target": target, "scipy_evaluations_to_target": int(np.argmax(history <= target)) + 1,
                      "scipy_final": float(np.nanmin(history)), "scipy_evaluations": len(history)}
    tight = {"maxiter": 3000, "maxfun": 3000, "ftol": 0, "gtol": 1e-11, "maxcor": 30}
    starts = [("L-BFGS-B", result["x"], tight), ("L-BFGS-B", x0, tight)]
    if n <= 50:
        starts += [("BFGS", x0, {"maxiter": 1000, "gtol": 1e-9}), ("BFGS", result["x"], {"maxiter": 300, "gtol": 1e-11})]
    minima = _minima(run, starts)
    final = float(result["final"])
    reached = next((m for m in minima if final <= threshold(m, value)), None)
    to_target = None if reached is None else int(np.argmax(history <= threshold(reached, value))) + 1
    return row | {"minima": minima, "scipy_final": final, "scipy_evaluations": len(history),
                  "scipy_evaluations_to_target": to_target}


def threshold(minimum, start):
    return minimum + min(1e-8 * max(1, abs(minimum)), 1e-6 * max(start - minimum, 1e-300))


def _scipy(limit):
    def run(fun, start):
        recorder = tfrun.Recorder(fun)
        options = {"maxcor": 10, "ftol": 0, "gtol": 1e-8, "maxiter": 2000, "maxfun": limit}
        r = optimize.minimize(recorder, np.array(start, float), jac=True, method="L-BFGS-B", options=options)
        return {"x": r.x, "final": r.fun, "history": recorder.values}
    return run


def build(log, names=None):
    """The content of collections.json."""
    problems = []
    for name, entry in FAMILIES.items():
        if names and name not in names:
            continue
        for n in entry[1]:
            problems.append(_problem(name, n, entry, _scipy(NETWORK_EVALUATIONS if entry[5] else peers.MAX_EVALUATIONS)))
            log(f"{problems[-1]['name']} {problems[-1]['half']} {problems[-1].get('minima', problems[-1].get('target'))} "
                f"{problems[-1]['scipy_final']} {problems[-1]['scipy_evaluations']} {problems[-1]['scipy_evaluations_to_target']}")
    return {"solver": "scipy L-BFGS-B, maxcor 10, ftol 0, gtol 1e-8", "problems": problems}
