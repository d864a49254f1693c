"""Values, and some gradients, of TensorFlow's Python functions: python generate.py OUTPUT_DIR

Writes functions.json. An entry has inputs, outputs and, where grads is given, the gradients of the sum of the squares
of the first output (of their absolute values, where complex) with respect to the floating-point inputs."""
import json
import math
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf

R = np.random.default_rng(20261130)


def n(*shape, dt="float64"):
    return R.standard_normal(shape).astype(dt)


def u(lo, hi, *shape, dt="float64"):
    return R.uniform(lo, hi, shape).astype(dt)


def i(lo, hi, *shape, dt="int32"):
    return R.integers(lo, hi, shape).astype(dt)


def c(*shape):
    return R.standard_normal(shape) + 1j * R.standard_normal(shape)


def well(*shape):
    return R.standard_normal(shape) + 3 * np.eye(shape[-2], shape[-1])


def spd(*shape):
    a = R.standard_normal(shape)
    return a @ np.swapaxes(a, -1, -2) + np.eye(shape[-1])


def sparse(indices, values, shape):
    return [np.array(indices, "int64"), np.array(values), np.array(shape, "int64")]


m = tf.math
la = tf.linalg
nn = tf.nn
rd = tf.random
CASES = []


def case(name, f, *inputs, grad=False):
    CASES.append((name, f, inputs, grad))


def sp(a, b, d):
    return tf.SparseTensor(a, b, d)


# Elementwise and special
case("abs_complex", tf.abs, c(3))
case("truediv_int32", lambda a, b: tf.truediv(a, b), i(-9, 9, 5), np.array([2, 3, -4, 5, 7], "int32"))
case("truediv_int16", lambda a, b: tf.truediv(a, b), i(-9, 9, 3, dt="int16"), np.array([2, 3, -4], "int16"))
case("truncate", lambda a, b: [tf.truncatediv(a, b), tf.truncatemod(a, b), m.floordiv(a, b), m.floormod(a, b)], np.array([-7, 7, -7], "int32"), np.array([2, -2, -2], "int32"))
case("saturate_uint8", lambda x: tf.saturate_cast(x, tf.uint8), np.array([-3.5, 7.9, 300.0]))
case("saturate_int32_f32", lambda x: tf.saturate_cast(x, tf.int32), np.array([-3e10, 7.5, 3e10], "float32"))
# Not 1e30: Python clamps to 2^63, which is no int64, and gives the lowest one.
case("saturate_int64", lambda x: tf.saturate_cast(x, tf.int64), np.array([-1e30, 5.0, 1e15]))
case("angle_real", m.angle, np.array([-1.0, 0.0, 2.0]))
case("angle_complex", m.angle, c(4))
case("real_imag_conj", lambda x: [m.real(x), m.imag(x), m.conj(x)], c(3))
case("erfcinv", m.erfcinv, u(0.1, 1.9, 4), grad=True)
case("log_sigmoid", m.log_sigmoid, n(4), grad=True)
case("reciprocal_no_nan", m.reciprocal_no_nan, np.array([0.0, 2.0, -4.0]), grad=True)
case("lbeta", m.lbeta, u(0.5, 3, 2, 3), grad=True)
case("polyval", lambda a, b, x: m.polyval([a, b, a], x), n(), n(), n(3), grad=True)
case("monotone", lambda x: [m.is_non_decreasing(x), m.is_strictly_increasing(x)], np.array([[1.0, 2.0], [2.0, 3.0]]))
case("zeta_igamma", lambda a, x: [m.zeta(a + 1, x), m.igamma(a, x), m.igammac(a, x), m.betainc(a, x, x / (1 + x))], u(0.5, 3, 3), u(0.5, 3, 3))
case("bessel", lambda x: [m.bessel_i0(x), m.bessel_i0e(x), m.bessel_i1(x), m.bessel_i1e(x)], u(0.2, 3, 3))
case("special", lambda x: [tf.math.special.bessel_j0(x), tf.math.special.bessel_k1(x), tf.math.special.bessel_y0(x), tf.math.special.dawsn(x), tf.math.special.expint(x), tf.math.special.fresnel_cos(x), tf.math.special.spence(x)], u(0.2, 3, 3))
case("sobol", lambda: m.sobol_sample(3, 5, 2))
case("linspace_axis", lambda a, b: tf.linspace(a, b, 4, axis=1), n(2, 3), n(3), grad=True)

# Reductions
case("variance", lambda x: [m.reduce_variance(x, 0), m.reduce_std(x, 1, keepdims=True)], n(3, 4), grad=True)
case("variance_complex", lambda x: m.reduce_variance(x), c(4))
case("euclidean", lambda x: m.reduce_euclidean_norm(x, 1), n(2, 3), grad=True)
case("logsumexp", lambda x: tf.reduce_logsumexp(x, 1), n(2, 3), grad=True)
case("counts", lambda x: [m.count_nonzero(x, 1), m.zero_fraction(x)], np.array([[0.0, 1, 2], [0, 0, 3]]))
case("cumulative", lambda x: [m.cumulative_logsumexp(x, 1, exclusive=True), m.cumprod(x, 0, reverse=True)], n(2, 3))

# Counting and order
case("bincount", lambda x: [m.bincount(x), m.bincount(x, minlength=8), m.bincount(x, maxlength=3), m.bincount(x, binary_output=True)], np.array([1, 1, 4, 2], "int32"))
case("bincount_weights", lambda x, w: [m.bincount(x, weights=w)], np.array([1, 1, 4, 2], "int32"), n(4))
case("bincount_rows", lambda x: m.bincount(x, axis=-1), np.array([[1, 1], [4, 2]], "int32"))
case("confusion", lambda a, b, w: [m.confusion_matrix(a, b), m.confusion_matrix(a, b, num_classes=5, weights=w, dtype=tf.float64)], np.array([1, 2, 3, 1], "int32"), np.array([1, 2, 1, 3], "int32"), n(4))
case("in_top_k", lambda t, p: m.in_top_k(t, p, 2), np.array([1, 0], "int32"), n(2, 4, dt="float32"))
case("top_k", lambda x: list(m.top_k(x, 2)), n(2, 4), grad=True)
case("sort", lambda x: [tf.sort(x), tf.sort(x, axis=0, direction="DESCENDING")], n(3, 4), grad=True)
case("argsort", lambda x: [tf.argsort(x, stable=True), tf.argsort(x, axis=0, direction="DESCENDING", stable=True)], np.array([[3, 1, 3], [2, 2, 0]], "int32"))
case("searchsorted", lambda s, v: [tf.searchsorted(s, v), tf.searchsorted(s, v, side="right")], np.array([[1.0, 2, 2, 5], [0, 3, 4, 9]]), np.array([[2.0, 0], [4, 10]]))
case("unique", lambda x: list(tf.unique_with_counts(x)), np.array([4, 2, 4, 4, 7], "int32"))
case("sequence_mask", lambda x: [tf.sequence_mask(x), tf.sequence_mask(x, 5, tf.float32)], np.array([1, 3, 2], "int32"))
case("reverse_sequence", lambda x, k: tf.reverse_sequence(x, k, seq_axis=1), n(2, 4), np.array([2, 3], "int32"))
case("histogram", lambda x: [tf.histogram_fixed_width(x, [0.0, 5.0], 5), tf.histogram_fixed_width_bins(x, [0.0, 5.0], 5)], np.array([-1.0, 0.0, 1.5, 2.0, 5.0, 15.0], "float32"))
case("repeat", lambda x, k: [tf.repeat(x, k, axis=0), tf.repeat(x, 2), tf.repeat(x, [3], axis=1)], n(2, 2), np.array([2, 1], "int32"), grad=True)
case("boolean_mask", lambda x: [tf.boolean_mask(x, [[True, False], [False, True]]), tf.boolean_mask(x, [True, False, True], axis=2)], n(2, 2, 3), grad=True)
case("meshgrid", lambda a, b, d: tf.meshgrid(a, b, d) + tf.meshgrid(a, b, indexing="ij"), n(2), n(3), n(2), grad=True)
case("unravel", lambda x: tf.unravel_index(x, [3, 4]), np.array([2, 5, 11], "int32"))
case("gather_nd_batch", lambda x, k: tf.gather_nd(x, k, batch_dims=1), n(2, 3, 2), i(0, 3, 2, 2, 1), grad=True)
case("scatter", lambda k, v, t: [tf.scatter_nd(k, v, [5]), tf.tensor_scatter_nd_update(t, k, v), tf.tensor_scatter_nd_max(t, k, v)], np.array([[1], [3]], "int32"), n(2), n(5))
case("edit_distance", lambda a, b, d, e, f, g: tf.edit_distance(sp(a, b, d), sp(e, f, g)), *sparse([[0, 0], [0, 1], [1, 0]], np.array([1, 2, 3], "int64"), [2, 2]), *sparse([[0, 0], [1, 0], [1, 1]], np.array([1, 3, 4], "int64"), [2, 2]))

# Clipping, shapes
case("clip_by_norm", lambda x: [tf.clip_by_norm(x, 1.5), tf.clip_by_norm(x, 0.7, axes=[1])], n(3, 4), grad=True)
case("clip_by_norm_zero", lambda x: tf.clip_by_norm(x, 1.5), np.zeros(3), grad=True)
case("clip_by_global_norm", lambda a, b: list(tf.clip_by_global_norm([a, b], 1.0)[0]) + [tf.clip_by_global_norm([a, b], 1.0)[1]], n(3), n(2, 2), grad=True)
case("pad_modes", lambda x: [tf.pad(x, [[1, 2], [2, 1]], "REFLECT"), tf.pad(x, [[1, 2], [2, 1]], "SYMMETRIC")], n(3, 4), grad=True)
case("space_to_batch", lambda x: [tf.space_to_batch(x, [2, 2], [[0, 0], [2, 0]]), tf.batch_to_space(tf.space_to_batch(x, [2, 2], [[0, 0], [2, 0]]), [2, 2], [[0, 0], [2, 0]])], n(1, 4, 2, 1))
case("space_to_batch_paddings", lambda s: list(tf.required_space_to_batch_paddings(s, [2, 3], [[1, 0], [0, 2]])), np.array([5, 6], "int32"))

# Linear algebra
case("tensordot", lambda a, b: [tf.tensordot(a, b, 2), tf.tensordot(a, b, [[0, 2], [2, 1]])], n(2, 3, 4), n(3, 4, 2), grad=True)
case("tensordot_outer", lambda a, b: tf.tensordot(a, b, 0), n(2), n(3), grad=True)
case("einsum", lambda a, b, d: [tf.einsum("ij,jk,kl->il", a, b, d), tf.einsum("ij,jk", a, b), tf.einsum("...ij->...ji", a)], n(2, 3), n(3, 4), n(4, 2), grad=True)
case("einsum_trace", lambda a: [tf.einsum("ii->i", a), tf.einsum("ii", a)], n(3, 3), grad=True)
case("matmul_adjoint", lambda a, b: [tf.matmul(a, b, adjoint_a=True), tf.matmul(a, b, transpose_a=True)], c(2, 3), c(2, 3))
case("matmul_adjoint_batch", lambda a, b: [tf.matmul(a, b, adjoint_b=True), tf.matmul(a, b, transpose_b=True)], c(2, 3, 2), c(2, 3, 2))
case("norms_matrix", lambda x: [tf.norm(x, 1, axis=[0, 1]), tf.norm(x, np.inf, axis=[-2, -1]), tf.norm(x, axis=[0, 1]), tf.norm(x, 3, axis=1), tf.norm(x, 2, axis=[0, 1])], n(3, 4))
case("normalize", lambda x: list(la.normalize(x, axis=1)), n(3, 4), grad=True)
case("global_norm", lambda a, b: la.global_norm([a, b]), n(3), n(2), grad=True)
case("matrix_rank", lambda x: la.matrix_rank(x), np.array([[1.0, 2, 3], [2, 4, 6], [1, 0, 1]]))
case("pinv", la.pinv, n(4, 3), grad=True)
case("pinv_deficient", la.pinv, np.array([[1.0, 2], [2, 4], [3, 6]]))
case("slogdet", lambda x: list(la.slogdet(x)), well(2, 3, 3))
case("logdet", la.logdet, spd(2, 3, 3), grad=True)
case("cholesky_solve", lambda a, b: la.cholesky_solve(la.cholesky(a), b), spd(2, 3, 3), n(2, 3, 2), grad=True)
case("lstsq", lambda a, b: [la.lstsq(a, b), la.lstsq(a, b, l2_regularizer=0.3)], n(5, 3), n(5, 2), grad=True)
case("lstsq_wide", lambda a, b: la.lstsq(a, b, l2_regularizer=0.1), n(2, 3, 5), n(2, 3, 2), grad=True)
case("lstsq_slow", lambda a, b: la.lstsq(a, b, fast=False), n(5, 3), n(5, 2))
case("lu", lambda a, b: [la.lu_solve(*la.lu(a), b), la.lu_matrix_inverse(*la.lu(a)), la.lu_reconstruct(*la.lu(a))], well(2, 3, 3), n(2, 3, 2))
case("expm", la.expm, n(3, 3), grad=True)
case("expm_batch", la.expm, n(2, 3, 3) * np.array([[[0.1]], [[9.0]]]))
case("expm_float32", la.expm, n(3, 3, dt="float32"))
case("expm_complex", la.expm, c(2, 2))
case("expm_zero", la.expm, np.zeros((2, 2)))
case("sqrtm", la.sqrtm, spd(3, 3))
case("diagonals", lambda x: [la.diag_part(x, k=(-1, 1)), la.diag(x[0], k=1), la.set_diag(x, x[:, 0]), la.diag(x[0], num_rows=3, num_cols=4, padding_value=7.0)], n(3, 3), grad=True)
case("tensor_diag", lambda x: [la.tensor_diag(x), la.tensor_diag_part(la.tensor_diag(x))], n(2, 2), grad=True)
case("tridiagonal", lambda d, b: [la.tridiagonal_matmul(d, b), la.tridiagonal_solve(d + np.array([[0.0], [4.0], [0.0]]), b), la.tridiagonal_solve(d + np.array([[0.0], [4.0], [0.0]]), b[:, 0])], n(3, 4), n(4, 2))
case("tridiagonal_matrix", lambda a, b: [la.tridiagonal_matmul(a, b, diagonals_format="matrix"), la.tridiagonal_solve(a, b, diagonals_format="matrix")], well(4, 4), n(4, 2))
case("banded_solve", lambda d, b: la.banded_triangular_solve(d, b), np.abs(n(2, 3)) + 1, n(3, 2))
case("eigh_tridiagonal", lambda a, b: [la.eigh_tridiagonal(a, b), la.eigh_tridiagonal(a, b, select="i", select_range=(1, 2))], n(4), n(3))
case("eigvalsh", lambda a: [la.eigvalsh(a), la.svd(a, compute_uv=False)], spd(3, 3), grad=True)
case("cross_adjoint", lambda a, b: [la.cross(a, b), la.adjoint(tf.complex(a, b))], n(2, 3), n(2, 3))
case("eye", lambda: [tf.eye(2, 3, dtype=tf.float64), tf.eye(3, 2, batch_shape=[2])])
case("matvec", lambda a, b: [la.matvec(a, b), la.matvec(a, a[:, 0], transpose_a=True)], n(3, 3), n(3))

# Segments
S = np.array([0, 0, 2, 1], "int32")
case("segments", lambda x: [m.segment_mean(x, [0, 0, 1, 3]), m.unsorted_segment_mean(x, S, 4), m.unsorted_segment_sqrt_n(x, S, 4), m.unsorted_segment_max(x, S, 3), m.unsorted_segment_prod(x, S, 4)], n(4, 2), grad=True)

# Neural networks
case("activations", lambda x: [nn.silu(x, 1.5), nn.swish(x), nn.crelu(x), nn.softmax(x, axis=0), nn.log_softmax(x, axis=0), nn.leaky_relu(x)], n(3, 4), grad=True)
case("softmax_xent_axis", lambda a, b: nn.softmax_cross_entropy_with_logits(tf.nn.softmax(a, axis=1), b, axis=1), n(2, 3, 4), n(2, 3, 4), grad=True)
case("softmax_xent_half", lambda a, b: nn.softmax_cross_entropy_with_logits(tf.nn.softmax(a), b), n(2, 3, dt="float16"), n(2, 3, dt="float16"))
case("sparse_xent", lambda a, b: nn.sparse_softmax_cross_entropy_with_logits(a, b), i(0, 4, 2, 3), n(2, 3, 4), grad=True)
case("weighted_xent", lambda a, b: nn.weighted_cross_entropy_with_logits(tf.sigmoid(a), b, 2.5), n(3), n(3), grad=True)
case("sigmoid_xent", lambda a, b: nn.sigmoid_cross_entropy_with_logits(tf.sigmoid(a), b), n(3), n(3) * 10, grad=True)
case("log_poisson", lambda a, b: [nn.log_poisson_loss(a, b), nn.log_poisson_loss(a, b, compute_full_loss=True)], np.array([0.5, 2.0, 7.0]), n(3))
# Python rounds weighted losses to float32.
case("average_loss", lambda a, w: [nn.compute_average_loss(a), nn.compute_average_loss(a, sample_weight=w, global_batch_size=7)], n(4, dt="float32"), n(4, dt="float32"))
case("moments", lambda x: list(nn.moments(x, [0, 1])) + list(nn.moments(x, [1], keepdims=True)), n(3, 4), grad=True)
case("weighted_moments", lambda x, w: list(nn.weighted_moments(x, [0], w)), n(3, 4), u(0.1, 1, 3, 1), grad=True)
case("sufficient", lambda x, s: list(nn.sufficient_statistics(x, [0], shift=s))[:3] + list(nn.normalize_moments(*nn.sufficient_statistics(x, [0], shift=s))), n(3, 4), n(4))
case("batch_normalization", lambda x, a, v, b, g: [nn.batch_normalization(x, a, v, b, g, 0.01), nn.batch_normalization(x, a, v, None, None, 0.01)], n(3, 4), n(4), u(0.5, 2, 4), n(4), n(4), grad=True)
case("l2_normalize", lambda x: [nn.l2_normalize(x, 1), nn.l2_normalize(x)], n(3, 4), grad=True)
case("l2_normalize_complex", lambda x: nn.l2_normalize(x, 0), c(3, 2))
case("lrn", lambda x: nn.lrn(x, 1, 1.0, 0.5, 0.75), n(1, 2, 2, 4, dt="float32"))
case("conv1d", lambda x, k: [nn.conv1d(x, k, 2, "SAME"), nn.conv1d(x, k, 1, "VALID", dilations=2)], n(2, 7, 2), n(3, 2, 4))
case("conv1d_grad", lambda x, k: nn.conv1d(x, k, 2, "SAME"), n(2, 7, 2), n(3, 2, 4), grad=True)
case("conv2d", lambda x, k: [nn.conv2d(x, k, [1, 2], "SAME"), nn.conv2d(x, k, 1, "VALID", dilations=2), nn.conv2d(x, k, 1, [[0, 0], [1, 0], [0, 2], [0, 0]])], n(1, 6, 7, 2), n(3, 2, 2, 3))
case("conv2d_batch", lambda x, k: nn.conv2d(x, k, 1, "SAME"), n(2, 2, 4, 4, 2), n(2, 2, 2, 3), grad=True)
case("conv3d", lambda x, k: nn.conv3d(x, k, [1, 2, 1, 1, 1], "SAME"), n(1, 4, 3, 3, 2), n(2, 2, 2, 2, 2))
case("convolution", lambda x, k: nn.convolution(x, k, padding="SAME"), n(1, 5, 2), n(3, 2, 2))
case("conv_transpose", lambda x, k: [nn.conv2d_transpose(x, k, [1, 6, 8, 3], 2), nn.conv_transpose(x, k, [1, 6, 8, 3], 2)], n(1, 3, 4, 2), n(3, 3, 3, 2))
case("conv1d_transpose", lambda x, k: nn.conv1d_transpose(x, k, [2, 8, 3], 2), n(2, 4, 2), n(3, 3, 2))
case("conv3d_transpose", lambda x, k: nn.conv3d_transpose(x, k, [1, 4, 4, 4, 3], 2), n(1, 2, 2, 2, 2), n(2, 2, 2, 3, 2))
case("atrous", lambda x, k: nn.atrous_conv2d(x, k, 2, "SAME"), n(1, 6, 6, 2), n(2, 2, 2, 3))
case("atrous_transpose", lambda x, k: nn.atrous_conv2d_transpose(x, k, [1, 6, 6, 3], 2, "SAME"), n(1, 6, 6, 2), n(3, 3, 3, 2))
case("depthwise", lambda x, k: [nn.depthwise_conv2d(x, k, [1, 2, 2, 1], "SAME"), nn.depthwise_conv2d(x, k, [1, 1, 1, 1], "SAME", dilations=[2, 3]), nn.depthwise_conv2d(x, k, [1, 1, 1, 1], "VALID", dilations=[2, 2])], n(1, 7, 6, 2), n(3, 2, 2, 2))
case("separable", lambda x, k, p: nn.separable_conv2d(x, k, p, [1, 1, 1, 1], "SAME"), n(1, 5, 5, 2), n(3, 3, 2, 2), n(1, 1, 4, 3))
case("pools", lambda x: [nn.avg_pool(x, 2, 2, "SAME"), nn.max_pool(x, [3, 2], [1, 2], "VALID"), nn.max_pool2d(x, 2, 1, [[0, 0], [1, 1], [0, 1], [0, 0]])] + list(nn.max_pool_with_argmax(x, 2, 2, "SAME")), n(1, 5, 6, 2))
case("pools_1d", lambda x: [nn.avg_pool1d(x, 3, 2, "SAME"), nn.max_pool(x, 2, 1, "VALID")], n(2, 7, 2))
case("pools_3d", lambda x: [nn.avg_pool3d(x, 2, 1, "SAME"), nn.max_pool(x, 2, 2, "VALID")], n(1, 4, 4, 4, 2, dt="float32"))
case("pool_dilated", lambda x: [nn.pool(x, [2, 2], "MAX", dilations=[2, 2]), nn.pool(x, [2, 2], "AVG", strides=[2, 1])], n(1, 6, 6, 2))
case("morphology", lambda x, k: [nn.dilation2d(x, k, [1, 1, 1, 1], "SAME", "NHWC", [1, 1, 1, 1]), nn.erosion2d(x, k, [1, 2, 2, 1], "VALID", "NHWC", [1, 1, 1, 1])], n(1, 5, 5, 2), n(2, 2, 2))
case("isotonic", lambda x: list(nn.isotonic_regression(x)) + [nn.isotonic_regression(x, decreasing=False, axis=0)[0]], n(3, 5))
case("embedding", lambda t, k: [nn.embedding_lookup(t, k), nn.embedding_lookup(t, k, max_norm=1.0)], n(5, 3), i(0, 5, 2, 2), grad=True)
SP = sparse([[0, 0], [0, 2], [1, 1]], np.array([1, 3, 4], "int64"), [2, 3])
case("embedding_sparse", lambda t, a, b, d, w: [nn.embedding_lookup_sparse(t, sp(a, b, d), None), nn.embedding_lookup_sparse(t, sp(a, b, d), sp(a, w, d), combiner="sqrtn"), nn.embedding_lookup_sparse(t, sp(a, b, d), sp(a, w, d), combiner="mean", max_norm=1.0), nn.embedding_lookup_sparse(t, sp(a, b, d), None, combiner="sum", max_norm=0.5)], n(5, 3), *SP, u(0.5, 2, 3))
SE = sparse([[0, 0], [0, 2], [2, 1], [2, 2]], np.array([1, -3, 4, 2], "int64"), [3, 3])
case("embedding_safe", lambda t, a, b, d, w: [nn.safe_embedding_lookup_sparse(t, sp(a, b, d)), nn.safe_embedding_lookup_sparse(t, sp(a, b, d), sp(a, w, d), combiner="sum", default_id=1), nn.safe_embedding_lookup_sparse(t, sp(a, b, d), sp(a, w, d))], n(5, 3), *SE, np.array([0.5, 1.0, -1.0, 2.0]))
SV = [np.array([1, 4, 6], "int64"), u(0.1, 1, 3, 1, dt="float32"), u(0.1, 1, 3, dt="float32")]
case("sampled", lambda w, b, l, x, s, e, f: [nn.nce_loss(w, b, l, x, 3, 7, sampled_values=(s, e, f)), nn.sampled_softmax_loss(w, b, l, x, 3, 7, sampled_values=(s, e, f))], n(7, 2, dt="float32"), n(7, dt="float32"), np.array([[1], [4], [2]], "int64"), n(3, 2, dt="float32"), *SV)
case("ctc_dense", lambda l, x, a, b: [nn.ctc_loss(l, x, a, b), nn.ctc_loss(l, x, a, b, blank_index=-1), nn.ctc_loss(l, tf.transpose(x, [1, 0, 2]), a, b, logits_time_major=False)], np.array([[1, 2, 2], [3, 1, 0]], "int32"), n(6, 2, 5, dt="float32"), np.array([3, 2], "int32"), np.array([6, 5], "int32"))
case("ctc_decoders", lambda x, b: [nn.ctc_greedy_decoder(x, b)[0][0].values, nn.ctc_greedy_decoder(x, b)[1], nn.ctc_beam_search_decoder(x, b, top_paths=2)[0][1].values, nn.ctc_beam_search_decoder(x, b, top_paths=2)[1]], n(6, 2, 5, dt="float32"), np.array([6, 5], "int32"))
case("collapse_repeated", lambda l, k: list(nn.collapse_repeated(l, k)), np.array([[1, 1, 2, 2, 1], [3, 3, 3, 0, 0]], "int32"), np.array([5, 4], "int32"))
case("depth_space", lambda x: [nn.space_to_depth(x, 2), nn.depth_to_space(x, 2)], n(1, 4, 4, 4))

# Random numbers by seed or state
def generator():
    g = rd.Generator.from_seed(7)
    first = [g.normal([3]), g.uniform([2, 2], -1, 2, tf.float64), g.uniform([4], 0, 10, tf.int32), g.truncated_normal([2]), g.uniform_full_int([2]), g.make_seeds(2)]
    g.skip(5)
    split = g.split(2)[1]
    return first + [g.state.read_value(), g.key, split.normal([2]), g.binomial([3], 5.0, 0.4)]


case("generator", generator)
case("generator_negative_seed", lambda: rd.create_rng_state(-5, "philox"))
case("stateless", lambda: [rd.stateless_uniform([3], (1, 2)), rd.stateless_normal([3], (1, 2), dtype=tf.float64), rd.stateless_truncated_normal([3], (5, 6)), rd.stateless_uniform([3], (1, 2), 0, 9, tf.int32), rd.stateless_gamma([3], (1, 2), [0.5, 1.0, 3.0], 2.0), rd.stateless_poisson([3], (1, 2), [1.0, 4.0, 9.0]), rd.stateless_binomial([3], (1, 2), 10.0, 0.3), rd.split((1, 2), 3), rd.fold_in((1, 2), 5)])
case("stateless_categorical", lambda x: rd.stateless_categorical(x, 4, (1, 2)), n(2, 3))
case("stateless_parameterized", lambda: rd.stateless_parameterized_truncated_normal([4], (3, 4), 1.0, 2.0, 0.0, 1.5))
case("stateless_dropout", lambda x: nn.experimental.stateless_dropout(x, 0.4, (1, 2)), n(3, 4), grad=True)
case("index_shuffle", lambda: tf.random_index_shuffle(tf.constant([0, 1, 2]), tf.constant([1, 2, 3], tf.uint32), 9))


case("samplers", lambda t: list(rd.log_uniform_candidate_sampler(t, 1, 3, True, 20, seed=5)) + list(rd.uniform_candidate_sampler(t, 1, 3, True, 20, seed=5)), np.array([[1], [4]], "int64"))
case("dropout_seed", lambda x: nn.dropout(x, 0.3, seed=11), n(3, 4))


def seeded():
    rd.set_seed(20261130)
    return [rd.uniform([2]), rd.normal([2]), rd.uniform([2], seed=3), rd.shuffle(tf.range(5)), rd.truncated_normal([2], seed=4), rd.poisson([2], [3.0], seed=5), rd.gamma([2], [1.5], seed=6), rd.categorical([[0.1, 0.9]], 3, seed=7), rd.uniform([2], 0, 7, tf.int64, seed=8)]


case("set_seed", seeded)

# Signal, images, strings
case("fft", lambda x: [tf.signal.rfft(x), tf.signal.irfft(tf.signal.rfft(x)), tf.signal.rfft(x, [6])], n(2, 4))
# The ops of several dimensions have no CPU kernel in TensorFlow: NumPy gives the values.
case("fftnd", lambda x: [np.fft.fftn(x, [3, 5], [0, 1]), np.fft.ifftn(x, [2, 4], [0, 1])], c(3, 4))
case("rfftnd", lambda x: [np.fft.rfftn(x, [3, 5], [0, 1]), np.fft.irfftn(x.numpy() + 0j, [3, 6], [0, 1])], n(3, 4))
case("resize", lambda x: [tf.image.resize(x, [5, 3]), tf.image.resize(x, [2, 6], "nearest"), tf.image.resize(x, [5, 3], "bicubic"), tf.image.resize(x, [2, 2], "area"), tf.image.resize(x, [2, 2], "lanczos3"), tf.image.resize(x, [2, 2], antialias=True)], n(1, 4, 4, 2, dt="float32"))
case("image", lambda x: [tf.image.flip_left_right(x), tf.image.flip_up_down(x), tf.image.rgb_to_grayscale(x), tf.image.adjust_contrast(x, 1.5)], n(1, 3, 2, 3, dt="float32"))


def encode(t):
    a = np.asarray(t)
    name = tf.as_dtype(a.dtype).name if a.dtype != object else "string"

    def one(v):
        if name == "string":
            return v.decode() if isinstance(v, bytes) else str(v)
        if a.dtype.kind == "b":
            return bool(v)
        if a.dtype.kind in "iu":
            return int(v)
        v = float(v) if a.dtype != np.float32 else float(str(np.float32(v)))
        return v if math.isfinite(v) else ("NaN" if math.isnan(v) else "Infinity" if v > 0 else "-Infinity")

    flat = a.reshape(-1)
    if a.dtype.kind == "c":
        flat = flat.view(np.float64 if a.dtype == np.complex128 else np.float32)
    return {"shape": list(a.shape), "dtype": name, "data": [one(v) for v in flat]}


def entry(name, f, inputs, grad):
    tensors = [tf.constant(x) for x in inputs]
    with tf.GradientTape() as tape:
        for t in tensors:
            if t.dtype.is_floating or t.dtype.is_complex:
                tape.watch(t)
        result = f(*tensors)
        outputs = list(result) if isinstance(result, (list, tuple)) else [result]
        loss = tf.reduce_sum(tf.square(tf.abs(outputs[0]))) if grad else None
    row = {"id": name, "inputs": [encode(t) for t in tensors], "outputs": [encode(o) for o in outputs]}
    if grad:
        row["grads"] = [None if g is None else encode(tf.convert_to_tensor(g)) for g in tape.gradient(loss, tensors)]
    return row


def main(folder):
    rows, failed = [], []
    for name, f, inputs, grad in CASES:
        try:
            rows.append(entry(name, f, inputs, grad))
        except Exception as e:
            failed.append(f"{name}: {e}")
    if failed:
        sys.exit("\n".join(failed))
    with open(os.path.join(folder, "functions.json"), "w") as out:
        out.write('{"generator": "generate.py", "tensorflow": "%s", "entries": [\n' % tf.__version__)
        out.write(",\n".join(json.dumps(r) for r in rows))
        out.write("\n]}\n")
    print(len(rows), "entries")


if __name__ == "__main__":
    main(sys.argv[1])
