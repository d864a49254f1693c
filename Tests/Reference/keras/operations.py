"""Records functional models of one operation each, as Keras writes their architecture, with inputs and outputs.

    python operations.py k2 | k2_graph | k3 | k3_more     (by the peers' python; writes operations/<name>_operations.json)

k2: functions of TensorFlow and of keras.backend (TFOpLambda, SlicingOpLambda). k2_graph: ops of the graph as Keras 2.0 to 2.3 wrote
them (TensorFlowOpLayer). k3: keras.ops. k3_more: those of keras.ops that models have less often.
"""
import json, os, sys
import numpy as np
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'

def cases_k3():
    import keras, tensorflow as tf
    from keras import ops
    D = 'float32'
    CASES = {}
    X = [(3, 4)]
    XY = [(3, 4), (3, 4)]

    def c(name, f, ins=X, dtypes=None):
        CASES[name] = (ins, f, dtypes)
    o = ops
    for n in 'absolute abs arccos arcsin arctan arctanh cbrt ceil conjugate cos cosh deg2rad rad2deg exp exp2 expm1 floor isfinite isinf isnan isneginf isposinf log log10 log1p log2\n  logical_not negative ones_like zeros_like reciprocal round sign signbit sin sinc sinh sqrt square tan tanh trunc copy real imag angle ravel ndim size nan_to_num\n  sort argsort rsqrt erf erfinv logsumexp relu relu6 sigmoid sparse_sigmoid softplus softsign soft_shrink sparse_plus silu squareplus log_sigmoid leaky_relu hard_sigmoid hard_silu elu selu gelu celu glu\n  tanh_shrink hard_tanh hard_shrink softmax log_softmax sparsemax normalize rms_normalization\n  all any max min amax amin mean sum prod std var median argmax argmin average count_nonzero cumsum cumprod ptp nanmean nansum nanmax nanmin nanprod nanstd nanvar\n  flip fliplr flipud transpose squeeze stop_gradient diff bitwise_not i0 isreal'.split():
        if n in ('bitwise_not',):
            continue
        f = getattr(o, n, None)
        if f is None:
            print('no', n)
            continue
        c(n, f)
    c('arccosh', lambda x: o.arccosh(x + 1))
    c('arcsinh', o.arcsinh)
    for n in 'add subtract multiply divide true_divide divide_no_nan power maximum minimum mod floor_divide arctan2 equal not_equal greater greater_equal less less_equal logaddexp logaddexp2 hypot fmax fmin\n  heaviside fmod isclose nextafter outer_ vdot_ where_'.split():
        if n.endswith('_'):
            continue
        f = getattr(o, n, None)
        if f is None:
            print('no', n)
            continue
        c(n, f, XY)
    for n in 'logical_and logical_or logical_xor'.split():
        c(n, getattr(o, n), XY, ['bool', 'bool'])
    for n in 'bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift gcd lcm'.split():
        if hasattr(o, n):
            c(n, getattr(o, n), XY, ['int32', 'int32'])
    c('op_add', lambda x, y: x + y, XY)
    c('op_sub_const', lambda x: x - 2.5)
    c('op_rsub', lambda x: 1 - x)
    c('op_rdiv', lambda x: 2 / x)
    c('op_mul_const', lambda x: 3 * x)
    c('op_pow', lambda x: x ** 2)
    c('op_rpow', lambda x: 2 ** x)
    c('op_neg', lambda x: -x)
    c('op_abs', lambda x: abs(x))
    c('op_floordiv', lambda x: x // 0.3)
    c('op_mod', lambda x: x % 0.3)
    c('op_gt', lambda x: x > 0.5)
    c('op_and', lambda x, y: x & y, XY, ['bool', 'bool'])
    c('op_invert', lambda x: ~x, X, ['bool'])
    c('op_xor', lambda x, y: x ^ y, XY, ['bool', 'bool'])
    c('op_or', lambda x, y: x | y, XY, ['bool', 'bool'])
    c('op_matmul', lambda x, y: x @ y, [(3, 4), (4, 2)])
    c('op_ne', lambda x, y: x != y, XY)
    c('op_add_array', lambda x: x + np.array([1.0, 2.0, 3.0, 4.0], dtype=D))
    c('op_mul_tensor', lambda x: x * tf.constant([1.0, 2.0, 3.0, 4.0]))
    c('getitem_int', lambda x: x[:, 0])
    c('getitem_last', lambda x: x[:, -1, :])
    c('getitem_slice', lambda x: x[:, 1:3])
    c('getitem_step', lambda x: x[:, ::2, 1:])
    c('getitem_ellipsis', lambda x: x[..., 0])
    c('getitem_newaxis', lambda x: x[:, None])
    c('getitem_rev', lambda x: x[:, ::-1])
    c('getitem_ell_new', lambda x: x[..., None, 1:])
    for ax, k in ((-1, False), (1, True), ((1, 2), False), ([1], True)):
        for n in 'mean sum max min prod std var all any logsumexp median'.split():
            t = str(ax).replace(' ', '')
            c(f'{n}_{t}_{k}', lambda x, n=n, ax=ax, k=k: getattr(o, n)(x, axis=ax, keepdims=k), X, ['bool'] if n in ('all', 'any') else None)
    c('argmax_1', lambda x: o.argmax(x, axis=1))
    c('argmin_k', lambda x: o.argmin(x, axis=-1, keepdims=True))
    c('cumsum_1', lambda x: o.cumsum(x, axis=1))
    c('cumprod_2', lambda x: o.cumprod(x, axis=-1))
    c('count_nonzero_1', lambda x: o.count_nonzero(x, axis=1))
    c('average_w', lambda x, y: o.average(x, axis=1, weights=y), XY)
    c('amax_1', lambda x: o.amax(x, axis=1))
    c('quantile', lambda x: o.quantile(x, 0.3, axis=1))
    c('norm', lambda x: o.norm(x, axis=-1))
    c('norm_fro', lambda x: o.norm(x, axis=(1, 2)))
    c('norm_1', lambda x: o.norm(x, ord=1, axis=-1))
    c('norm_inf', lambda x: o.norm(x, ord=float('inf'), axis=-1))
    c('concatenate', lambda x, y: o.concatenate([x, y], axis=-1), XY)
    c('concatenate_0', lambda x, y: o.concatenate([x, y], axis=1), XY)
    c('concatenate_3', lambda x, y, z: o.concatenate((x, y, z), axis=2), XY + X)
    c('stack', lambda x, y: o.stack([x, y], axis=1), XY)
    c('stack_m1', lambda x, y: o.stack([x, y], axis=-1), XY)
    c('hstack', lambda x, y: o.hstack([x, y]), XY)
    c('vstack', lambda x, y: o.vstack([x, y]), XY)
    c('append', lambda x, y: o.append(x, y, axis=-1), XY)
    c('reshape', lambda x: o.reshape(x, (-1, 12)))
    c('reshape_2', lambda x: o.reshape(x, (-1, 4, 3)))
    c('expand_dims', lambda x: o.expand_dims(x, -1))
    c('expand_dims_l', lambda x: o.expand_dims(x, axis=(1, -1)))
    c('squeeze_1', lambda x: o.squeeze(x, axis=1), [(1, 4)])
    c('squeeze_l', lambda x: o.squeeze(x, axis=(1, 3)), [(1, 4, 1)])
    c('transpose_a', lambda x: o.transpose(x, (0, 2, 1)))
    c('swapaxes', lambda x: o.swapaxes(x, 1, 2))
    c('moveaxis', lambda x: o.moveaxis(x, 1, -1))
    c('moveaxis_l', lambda x: o.moveaxis(x, (1, 2), (2, 1)))
    c('tile', lambda x: o.tile(x, (1, 2, 1)))
    c('repeat', lambda x: o.repeat(x, 2, axis=1))
    c('roll', lambda x: o.roll(x, 1, axis=1))
    c('flip_1', lambda x: o.flip(x, axis=1))
    c('rot90', lambda x: o.rot90(x, axes=(1, 2)))
    c('split', lambda x: o.split(x, 2, axis=-1))
    c('split_i', lambda x: o.split(x, [1, 3], axis=2))
    c('split_use', lambda x: o.split(x, 2, axis=-1)[1])
    c('array_split', lambda x: o.array_split(x, 3, axis=2))
    c('unstack', lambda x: o.unstack(x, 3, axis=1))
    c('broadcast_to', lambda x: o.broadcast_to(x, (2, 3, 4)))
    c('pad', lambda x: o.pad(x, ((0, 0), (1, 2), (0, 1))))
    c('pad_reflect', lambda x: o.pad(x, ((0, 0), (1, 2), (0, 1)), mode='reflect'))
    c('pad_value', lambda x: o.pad(x, ((0, 0), (1, 2), (0, 1)), constant_values=2.0))
    c('meshgrid', lambda x, y: o.meshgrid(x, y), [(), ()])
    c('diagonal', lambda x: o.diagonal(x, axis1=1, axis2=2), [(3, 3)])
    c('trace', lambda x: o.trace(x, axis1=1, axis2=2), [(3, 3)])
    c('tril', lambda x: o.tril(x))
    c('triu_1', lambda x: o.triu(x, k=1))
    c('sort_1', lambda x: o.sort(x, axis=1))
    c('argsort_1', lambda x: o.argsort(x, axis=1))
    c('diag_flat', lambda x: o.full_like(x, 2.0))
    c('take', lambda x: o.take(x, [0, 2], axis=1))
    c('take_t', lambda x, i: o.take(x, i, axis=1), [(3, 4), (2,)], [D, 'int32'])
    c('take_along_axis', lambda x, i: o.take_along_axis(x, i, axis=1), [(3, 4), (2, 4)], [D, 'int32'])
    c('clip', lambda x: o.clip(x, 0.2, 0.6))
    c('round_2', lambda x: o.round(x, decimals=2))
    c('where', lambda b, x, y: o.where(b, x, y), [(3, 4)] * 3, ['bool', D, D])
    c('where_c', lambda x: o.where(x > 0.5, x, 0.0))
    c('digitize', lambda x: o.digitize(x, [0.2, 0.5, 0.7]))
    c('cast', lambda x: o.cast(x, 'int32'))
    c('cast64', lambda x: o.cast(x, 'float64'))
    c('convert', lambda x: o.convert_to_tensor(x))
    c('one_hot', lambda i: o.one_hot(i, 4), [(3,)], ['int32'])
    c('multi_hot', lambda i: o.multi_hot(i, 4), [(3,)], ['int32'])
    c('matmul', o.matmul, [(3, 4), (4, 2)])
    c('dot', lambda x, y: o.dot(x, y), [(3, 4), (4,)])
    c('tensordot', lambda x, y: o.tensordot(x, y, axes=[[2], [2]]), XY)
    c('einsum', lambda x, y: o.einsum('bij,bkj->bik', x, y), XY)
    c('cross', lambda x, y: o.cross(x, y), [(3,), (3,)])
    c('inner', lambda x, y: o.inner(x, y), [(4,), (4,)])
    c('outer', lambda x, y: o.outer(x, y), [(3,), (4,)])
    c('vdot', o.vdot, XY)
    c('leaky_relu_n', lambda x: o.leaky_relu(x - 0.5, negative_slope=0.1))
    c('elu_a', lambda x: o.elu(x - 0.5, alpha=0.5))
    c('gelu_e', lambda x: o.gelu(x - 0.5, approximate=False))
    c('softmax_1', lambda x: o.softmax(x, axis=1))
    c('log_softmax_1', lambda x: o.log_softmax(x, axis=1))
    c('threshold', lambda x: o.threshold(x, 0.5, 0.1))
    c('normalize_1', lambda x: o.normalize(x, axis=1, order=1))
    c('layer_normalization', lambda x: o.layer_normalization(x))
    IM = [(6, 8, 3)]
    c('max_pool', lambda x: o.max_pool(x, 2, strides=2), IM)
    c('average_pool', lambda x: o.average_pool(x, (2, 2), strides=1, padding='same'), IM)
    c('conv', lambda x, k: o.conv(x, tf.constant(np.linspace(-1, 1, 54).reshape(3, 3, 3, 2), dtype=tf.float32), padding='same'), IM + [(1,)])
    c('moments', lambda x: o.moments(x, axes=[1, 2]), IM)
    c('depth_to_space', lambda x: o.depth_to_space(x, 2), [(2, 2, 8)])
    c('space_to_depth', lambda x: o.space_to_depth(x, 2), [(4, 4, 2)]) if hasattr(o, 'space_to_depth') else None
    c('resize', lambda x: o.image.resize(x, (3, 4)), IM)
    c('resize_n', lambda x: o.image.resize(x, (12, 16), interpolation='nearest'), IM)
    c('rgb_to_grayscale', lambda x: o.image.rgb_to_grayscale(x), IM)
    c('rgb_to_hsv', lambda x: o.image.rgb_to_hsv(x), IM)
    c('pad_images', lambda x: o.image.pad_images(x, 1, 2, target_height=10, target_width=12), IM)
    c('crop_images', lambda x: o.image.crop_images(x, 1, 2, target_height=3, target_width=4), IM)
    c('extract_patches', lambda x: o.image.extract_patches(x, (2, 2)), IM)
    c('binary_crossentropy', lambda x, y: o.binary_crossentropy(x, y), XY)
    c('categorical_crossentropy', lambda x, y: o.categorical_crossentropy(x, y), XY)
    c('sparse_categorical_crossentropy', lambda i, y: o.sparse_categorical_crossentropy(i, y), [(3,), (3, 4)], ['int32', D])
    c('top_k', lambda x: o.top_k(x, 2))
    c('in_top_k', lambda i, x: o.in_top_k(i, x, 2), [(), (4,)], ['int32', D])
    c('segment_sum', lambda x: o.segment_sum(x, [0, 1], num_segments=2), [(4,)])
    c('slice', lambda x: o.slice(x, (0, 1, 1), (2, 2, 3)))
    c('slice_update', lambda x: o.slice_update(x, (0, 1, 1), o.ones((2, 1, 1))), X)
    c('det', o.det, [(3, 3)])
    c('inv', o.inv, [(3, 3)])
    c('cholesky', lambda x: o.cholesky(o.matmul(x, o.transpose(x, (0, 2, 1))) + o.eye(3)), [(3, 3)])
    c('solve', o.solve, [(3, 3), (3, 2)])
    c('dot_product_attention', lambda q: o.dot_product_attention(q, q, q), [(5, 2, 4)])
    c('rms_norm', lambda x: o.rms_normalization(x, axis=-1))
    c('rearrange', lambda x: o.rearrange(x, 'b h w -> b (h w)'))
    c('logdet', lambda x: o.logdet(o.matmul(x, o.transpose(x, (0, 2, 1))) + o.eye(3)), [(3, 3)])
    c('linspace_', lambda x: o.arange(4) * x if False else x * 1.0)
    c('fft', lambda x: o.fft((x, x)))
    c('rfft', lambda x: o.rfft(x))
    c('selu_', o.selu)
    c('cdist_', lambda x: x + 0.0)
    c('mish', lambda x: keras.activations.mish(x))
    c('nan_to_num_', lambda x: o.nan_to_num(x, nan=1.0))
    c('trapezoid', lambda x: o.trapezoid(x, axis=1))
    c('vstack3', lambda x, y: o.dstack([x, y]) if hasattr(o, 'dstack') else x, XY)
    c('cumsum_none', lambda x: o.cumsum(x))
    c('eye_where', lambda x: o.logical_and(x > 0.2, x < 0.7))
    c('bincount_', lambda x: x * 2)
    return CASES

def cases_k3_more():
    from keras import ops as o
    CASES = {}
    X, XY, IMAGE, SIGNAL = [(3, 4)], [(3, 4), (3, 4)], [(6, 8, 3)], [(64,)]

    def c(name, f, ins=X, dtypes=None):
        CASES[name] = (ins, f, dtypes)
    c('ldexp', lambda x, y: o.ldexp(x, y), XY, ['float32', 'int32'])
    c('isin', lambda x: o.isin(x, [0, 2]), X, ['int32'])
    c('isin_inverted', lambda x, y: o.isin(x, y, invert=True), XY, ['int32', 'int32'])
    c('kron', lambda x, y: o.kron(x, y), [(2,), (3,)])
    c('kron_constant', lambda x: o.kron(x, [[1.0, 2.0], [3.0, 4.0]]))
    c('vander', lambda x: o.vander(x[0], 4), [(5,)])
    c('vander_increasing', lambda x: o.vander(x[0], increasing=True), [(5,)])
    c('polar', o.polar, XY)
    c('view', lambda x: o.view(x, 'int32'))
    c('view_wider', lambda x: o.view(x, 'float64'))
    c('view_as_real', lambda x, y: o.view_as_real(o.view_as_complex(o.stack([x, y], axis=-1))), XY)
    c('unravel_index', lambda x: o.unravel_index(x, (2, 3)), X, ['int32'])
    for n in ('nanargmax', 'nanargmin', 'nanmedian'):
        c(n, getattr(o, n))
        c(n + '_axis', lambda x, f=getattr(o, n): f(o.where(x > 0.7, float('nan'), x), axis=1))
    c('nanquantile', lambda x: o.nanquantile(o.where(x > 0.7, float('nan'), x), 0.3, axis=2))
    c('nanpercentile', lambda x: o.nanpercentile(x, 40, axis=1, keepdims=True))
    c('pinv', o.pinv)
    c('matrix_rank', o.matrix_rank)
    c('lstsq', lambda x: o.lstsq(x[0], o.ones((4,))), [(4, 3)])
    c('lu_factor', lambda x: o.lu_factor(x), [(3, 3)])
    c('eig', lambda x: o.eig(o.matmul(x, o.transpose(x, (0, 2, 1))))[0], [(3, 3)])
    c('corrcoef', lambda x: o.corrcoef(x[0]), [(3, 5)])
    c('correlate', lambda x, y: o.correlate(x[0], y[0]), [(7,), (3,)])
    c('correlate_same', lambda x, y: o.correlate(x[0], y[0], mode='same'), [(7,), (3,)])
    c('correlate_full', lambda x, y: o.correlate(x[0], y[0], mode='full'), [(7,), (3,)])
    c('cdist', lambda x, y: o.cdist(x, y), [(3, 4), (5, 4)])
    c('linspace', lambda x, y: o.linspace(x, y, 5), [(3,), (3,)])
    c('linspace_axis', lambda x: o.linspace(x, 2.0, 4, endpoint=False, axis=1), [(3,)])
    c('logspace', lambda x: o.logspace(x, 1.0, 4), [(3,)])
    c('geomspace', lambda x: o.geomspace(x, 8.0, 4), [(3,)])
    c('nonzero', lambda x: o.nonzero(x), [(4,)], ['int32'])
    c('unique', lambda x: o.unique(x), [(6,)], ['int32'])
    c('bincount', lambda x: o.bincount(x, minlength=5), [(6,)], ['int32'])
    c('histogram', lambda x: o.histogram(x, bins=4, range=(0.0, 1.0)), [(20,)])
    c('argpartition', lambda x: o.argpartition(x, 2))
    c('select', lambda x, y: o.select([x > 0.6, y > 0.5], [x, y * 2], 0.25), XY)
    c('empty_like', lambda x: o.empty_like(x) * 0)
    c('gcd', o.gcd, XY, ['int32', 'int32'])
    c('lcm', o.lcm, XY, ['int32', 'int32'])
    c('rearrange', lambda x: o.rearrange(x, 'b h w c -> b (h w) c'), IMAGE)
    c('rearrange_split', lambda x: o.rearrange(x, 'b (h p) (w q) c -> b (h w) (p q c)', p=2, q=4), IMAGE)
    c('rearrange_swap', lambda x: o.rearrange(x, 'b h w c -> c b w h'), IMAGE)
    c('unfold', lambda x: o.unfold(x, 2), [(3, 6, 8)])
    c('unfold_options', lambda x: o.unfold(x, (2, 3), dilation=2, padding=1, stride=(1, 2)), [(2, 6, 8)])
    c('fold', lambda x: o.fold(x, (4, 5), 2), [(12, 12)])
    c('fold_options', lambda x: o.fold(x, (4, 6), (2, 3), padding=1, stride=2), [(12, 9)])
    c('adaptive_average_pool', lambda x: o.adaptive_average_pool(x, (3, 2)), IMAGE)
    c('adaptive_max_pool', lambda x: o.adaptive_max_pool(x, (4,)), [(10, 3)])
    c('conv_transpose', lambda x: o.conv_transpose(x, np.ones((3, 3, 2, 3), 'float32'), 2, padding='same', data_format='channels_last'), IMAGE)
    c('conv_transpose_valid', lambda x: o.conv_transpose(x, np.ones((4, 2, 3), 'float32'), 3, data_format='channels_last'), [(8, 3)])
    c('separable_conv', lambda x: o.separable_conv(x, np.ones((3, 3, 3, 2), 'float32') / 3, np.ones((1, 1, 6, 4), 'float32') / 2, padding='same'), IMAGE)
    c('psnr', lambda x, y: o.psnr(x, y, 1.0), XY)
    c('ssim', lambda x, y: o.image.ssim(x, y, 1.0), [(16, 16, 1), (16, 16, 1)])
    c('ssim_options', lambda x, y: o.image.ssim(x, y, 2.0, filter_size=7, filter_sigma=1.0), [(12, 14, 3), (12, 14, 3)])
    c('gaussian_blur', lambda x: o.image.gaussian_blur(x, (3, 5), (1.0, 0.5)), IMAGE)
    c('sobel_edges', lambda x: o.image.sobel_edges(x), IMAGE)
    c('affine_transform', lambda x: o.image.affine_transform(x, np.array([1.1, 0.2, -1.0, 0.1, 0.9, 0.5, 0.0, 0.0], 'float32')), IMAGE)
    c('affine_transform_wrap', lambda x: o.image.affine_transform(x, np.array([[1.1, 0.2, -1.0, 0.1, 0.9, 0.5, 0.0, 0.0]] * 2, 'float32'), interpolation='nearest', fill_mode='wrap'), IMAGE)
    c('perspective_transform', lambda x: o.image.perspective_transform(x, np.array([[[0, 0], [0, 7], [5, 0], [5, 7]]] * 2, 'float32'), np.array([[[0, 1], [1, 6], [4, 0], [5, 5]]] * 2, 'float32')), IMAGE)
    c('map_coordinates', lambda x: o.image.map_coordinates(x[0], np.array([[0.5, 1.2, 3.0], [0.1, 2.4, 5.5]], 'float32'), 1), [(4, 6)])
    c('map_coordinates_nearest', lambda x: o.image.map_coordinates(x[0], np.array([[0.4, 1.2, -3.0], [0.1, 2.4, 9.5]], 'float32'), 0, fill_mode='nearest'), [(4, 6)])
    c('scale_and_translate', lambda x: o.image.scale_and_translate(x, (2, 12, 16, 3), np.array([2.0, 2.0], 'float32'), np.array([0.5, -1.0], 'float32'), (1, 2), 'linear'), IMAGE)
    c('extract_sequences', lambda x: o.extract_sequences(x, 8, 4), SIGNAL)
    c('stft', lambda x: o.stft(x, 16, 8, 16), SIGNAL)
    c('stft_window', lambda x: o.stft(x, 12, 4, 16, window='hamming', center=False), SIGNAL)
    c('istft', lambda x: o.istft(o.stft(x, 16, 4, 16), 16, 4, 16), SIGNAL)
    c('segment_sum', lambda x, y: o.segment_sum(x[0], y[0], 3), [(4,), (4,)], ['float32', 'int32'])
    return CASES

def cases_k2():
    import tensorflow as tf, tf_keras as keras
    K = keras.backend
    D = 'float32'
    CASES = {}
    X = [(3, 4)]
    XY = X + X
    IM = [(6, 8, 3)]

    def c(name, f, ins=X, dtypes=None):
        CASES[name] = (ins, f, dtypes)
    m = tf.math
    for n in 'abs acos asin atan atanh ceil cos cosh exp expm1 floor is_finite is_inf is_nan log log1p log_sigmoid logical_not_ negative reciprocal reciprocal_no_nan rint round rsqrt sigmoid sign sin sinh softplus\n  softsign sqrt square tan tanh erf erfc erfinv digamma lgamma l2_normalize reduce_mean reduce_sum reduce_max reduce_min reduce_prod reduce_std reduce_variance reduce_logsumexp reduce_euclidean_norm argmax argmin cumsum cumprod'.split():
        if not n.endswith('_'):
            c('math.' + n, getattr(m, n))
    c('math.acosh', lambda x: m.acosh(x + 1))
    c('math.asinh', m.asinh)
    for n in 'add subtract multiply divide divide_no_nan truediv multiply_no_nan pow maximum minimum mod floormod floordiv atan2 equal not_equal greater greater_equal less less_equal squared_difference xdivy xlogy'.split():
        c('math.' + n, getattr(m, n), XY)
    for n in 'logical_and logical_or logical_xor'.split():
        c('math.' + n, getattr(m, n), XY, ['bool', 'bool'])
    c('math.logical_not', m.logical_not, X, ['bool'])
    c('reduce_any', lambda x: tf.reduce_any(x, axis=1), X, ['bool'])
    c('reduce_all', lambda x: tf.reduce_all(x, axis=1, keepdims=True), X, ['bool'])
    c('op_add', lambda x, y: x + y, XY)
    c('op_add_c', lambda x: x + 1.5)
    c('op_radd', lambda x: 1.5 + x)
    c('op_sub_c', lambda x: x - 2.5)
    c('op_rsub', lambda x: 1.0 - x)
    c('op_rdiv', lambda x: 2.0 / x)
    c('op_div_c', lambda x: x / 2.0)
    c('op_mul_c', lambda x: 3.0 * x)
    c('op_pow', lambda x: x ** 2)
    c('op_rpow', lambda x: 2.0 ** x)
    c('op_neg', lambda x: -x)
    c('op_abs', lambda x: abs(x))
    c('op_floordiv', lambda x: x // 0.3)
    c('op_mod', lambda x: x % 0.3)
    c('op_gt', lambda x: x > 0.5)
    c('op_ge', lambda x: x >= 0.5)
    c('op_lt', lambda x, y: x < y, XY)
    c('op_le', lambda x: x <= 0.5)
    c('op_and', lambda x, y: x & y, XY, ['bool', 'bool'])
    c('op_or', lambda x, y: x | y, XY, ['bool', 'bool'])
    c('op_xor', lambda x, y: x ^ y, XY, ['bool', 'bool'])
    c('op_invert', lambda x: ~x, X, ['bool'])
    c('op_matmul', lambda x, y: x @ y, [(3, 4), (4, 2)])
    c('op_eq', lambda x, y: x == y, XY)
    c('op_ne', lambda x, y: x != y, XY)
    c('op_add_array', lambda x: x + np.array([1.0, 2.0, 3.0, 4.0], dtype=D))
    c('op_mul_tensor', lambda x: x * tf.constant([1.0, 2.0, 3.0, 4.0]))
    c('op_mul_list', lambda x: x * [1.0, 2.0, 3.0, 4.0])
    c('getitem_int', lambda x: x[:, 0])
    c('getitem_last', lambda x: x[:, -1, :])
    c('getitem_slice', lambda x: x[:, 1:3])
    c('getitem_step', lambda x: x[:, ::2, 1:])
    c('getitem_ellipsis', lambda x: x[..., 0])
    c('getitem_newaxis', lambda x: x[:, None])
    c('getitem_newaxis2', lambda x: x[:, tf.newaxis, :, 1])
    c('getitem_rev', lambda x: x[:, ::-1])
    c('getitem_neg', lambda x: x[:, -2:])
    c('getitem_first', lambda x: x[0])
    for ax, k in ((-1, False), (1, True), ([1, 2], False)):
        for n in 'mean sum max min prod std variance logsumexp'.split():
            c(f"reduce_{n}_{str(ax).replace(' ', '')}_{k}", lambda x, n=n, ax=ax, k=k: getattr(m, 'reduce_' + n)(x, axis=ax, keepdims=k))
    c('reduce_mean_pos', lambda x: tf.reduce_mean(x, 1))
    c('reduce_sum_pos', lambda x: tf.reduce_sum(x, [1, 2], True))
    c('argmax_1', lambda x: tf.argmax(x, axis=1))
    c('argmax_o', lambda x: tf.argmax(x, -1, output_type=tf.int32))
    c('cumsum_1', lambda x: tf.cumsum(x, axis=1, exclusive=True))
    c('norm', lambda x: tf.norm(x, axis=-1))
    c('norm_1', lambda x: tf.norm(x, ord=1, axis=1, keepdims=True))
    c('l2n', lambda x: tf.nn.l2_normalize(x, axis=-1))
    c('l2n_lin', lambda x: tf.linalg.l2_normalize(x, axis=1))
    c('concat', lambda x, y: tf.concat([x, y], axis=-1), XY)
    c('concat_pos', lambda x, y: tf.concat([x, y], 1), XY)
    c('concat_kw', lambda x, y: tf.concat(values=[x, y], axis=1), XY)
    c('stack', lambda x, y: tf.stack([x, y], axis=1), XY)
    c('stack_m1', lambda x, y: tf.stack((x, y), -1), XY)
    c('unstack', lambda x: tf.unstack(x, axis=1))
    c('split', lambda x: tf.split(x, 2, axis=-1))
    c('split_s', lambda x: tf.split(x, [1, 3], axis=2))
    c('split_use', lambda x: tf.split(x, 2, -1)[1])
    c('reshape', lambda x: tf.reshape(x, (-1, 12)))
    c('reshape_2', lambda x: tf.reshape(x, [-1, 4, 3]))
    c('reshape_dyn', lambda x: tf.reshape(x, [tf.shape(x)[0], 12]))
    c('expand_dims', lambda x: tf.expand_dims(x, -1))
    c('expand_dims_1', lambda x: tf.expand_dims(x, axis=1))
    c('squeeze', lambda x: tf.squeeze(x, axis=1), [(1, 4)])
    c('squeeze_l', lambda x: tf.squeeze(x, [1, 3]), [(1, 4, 1)])
    c('squeeze_all', lambda x: tf.squeeze(x), [(1, 4)])
    c('transpose', lambda x: tf.transpose(x, [0, 2, 1]))
    c('transpose_p', lambda x: tf.transpose(x, perm=[2, 1, 0]))
    c('transpose_n', lambda x: tf.transpose(x))
    c('tile', lambda x: tf.tile(x, [1, 2, 1]))
    c('repeat', lambda x: tf.repeat(x, 2, axis=1))
    c('roll', lambda x: tf.roll(x, 1, axis=1))
    c('reverse', lambda x: tf.reverse(x, axis=[1]))
    c('pad', lambda x: tf.pad(x, [[0, 0], [1, 2], [0, 1]]))
    c('pad_r', lambda x: tf.pad(x, [[0, 0], [1, 2], [0, 1]], mode='REFLECT'))
    c('pad_c', lambda x: tf.pad(x, [[0, 0], [1, 2], [0, 1]], constant_values=2.0))
    c('shape', lambda x: tf.shape(x))
    c('shape_0', lambda x: tf.shape(x)[1])
    c('broadcast_to', lambda x: tf.broadcast_to(x, [2, 3, 4]))
    c('identity', tf.identity)
    c('stop_gradient', tf.stop_gradient)
    c('zeros_like', tf.zeros_like)
    c('ones_like', tf.ones_like)
    c('slice', lambda x: tf.slice(x, [0, 1, 0], [-1, 2, 3]))
    c('strided_slice', lambda x: tf.strided_slice(x, [0, 1, 0], [2, 3, 4], [1, 1, 2]))
    c('gather', lambda x: tf.gather(x, [0, 2], axis=1))
    c('gather_t', lambda x, i: tf.gather(x, i, axis=1, batch_dims=1), [(3, 4), (2,)], [D, 'int32'])
    c('gather_nd', lambda x, i: tf.gather_nd(x, i, batch_dims=1), [(3, 4), (2, 1)], [D, 'int32'])
    c('boolean_w', lambda b, x, y: tf.where(b, x, y), X * 3, ['bool', D, D])
    c('where_c', lambda x: tf.where(x > 0.5, x, 0.0))
    c('where_z', lambda x: tf.where(x > 0.5, x, tf.zeros_like(x)))
    c('clip_by_value', lambda x: tf.clip_by_value(x, 0.2, 0.6))
    c('clip_by_norm', lambda x: tf.clip_by_norm(x, 1.0))
    c('cast', lambda x: tf.cast(x, tf.int32))
    c('cast_s', lambda x: tf.cast(x, 'float64'))
    c('one_hot', lambda i: tf.one_hot(i, 4), [(3,)], ['int32'])
    c('one_hot_v', lambda i: tf.one_hot(i, depth=4, on_value=2.0, off_value=-1.0), [(3,)], ['int32'])
    c('size', tf.size)
    c('rank', tf.rank)
    c('sort', lambda x: tf.sort(x, axis=1))
    c('argsort', lambda x: tf.argsort(x, axis=-1))
    c('band_part', lambda x: tf.linalg.band_part(x, -1, 0))
    c('diag_part', lambda x: tf.linalg.diag_part(x), [(3, 3)])
    c('diag', lambda x: tf.linalg.diag(x), [(3,)])
    c('trace', tf.linalg.trace, [(3, 3)])
    c('add_n', lambda x, y: tf.add_n([x, y]), XY)
    c('matmul', tf.matmul, [(3, 4), (4, 2)])
    c('matmul_tb', lambda x, y: tf.matmul(x, y, transpose_b=True), XY)
    c('matmul_const', lambda x: tf.matmul(x, tf.constant(np.ones((4, 2), D))))
    c('tensordot', lambda x, y: tf.tensordot(x, y, axes=[[2], [2]]), XY)
    c('einsum', lambda x, y: tf.einsum('bij,bkj->bik', x, y), XY)
    c('det', tf.linalg.det, [(3, 3)])
    c('inv', tf.linalg.inv, [(3, 3)])
    c('cross', tf.linalg.cross, [(3,), (3,)])
    c('matvec', tf.linalg.matvec, [(3, 4), (4,)])
    for n in 'relu relu6 elu selu sigmoid tanh softplus softsign softmax log_softmax gelu silu swish'.split():
        c('nn.' + n, getattr(tf.nn, n))
    c('leaky_relu', lambda x: tf.nn.leaky_relu(x - 0.5, alpha=0.1))
    c('gelu_a', lambda x: tf.nn.gelu(x - 0.5, approximate=True))
    c('softmax_1', lambda x: tf.nn.softmax(x, axis=1))
    c('crelu', lambda x: tf.nn.crelu(x - 0.5))
    c('moments', lambda x: tf.nn.moments(x, axes=[1, 2]), IM)
    c('max_pool2d', lambda x: tf.nn.max_pool2d(x, 2, 2, 'VALID'), IM)
    c('avg_pool2d', lambda x: tf.nn.avg_pool2d(x, ksize=2, strides=1, padding='SAME'), IM)
    c('conv2d', lambda x: tf.nn.conv2d(x, tf.constant(np.linspace(-1, 1, 54).reshape(3, 3, 3, 2).astype(D)), strides=1, padding='SAME'), IM)
    c('depth_to_space', lambda x: tf.nn.depth_to_space(x, 2), [(2, 2, 8)])
    c('space_to_depth', lambda x: tf.nn.space_to_depth(x, 2), [(4, 4, 2)])
    c('dropout0', lambda x: tf.nn.dropout(x, 0.0))
    c('bias_add', lambda x: tf.nn.bias_add(x, [1.0, 2.0, 3.0, 4.0]))
    c('lrn', lambda x: tf.nn.local_response_normalization(x, 2), IM)
    c('sce', lambda x, y: tf.nn.softmax_cross_entropy_with_logits(labels=x, logits=y), XY)
    c('sig_ce', lambda x, y: tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=y), XY)
    c('embedding_lookup', lambda i: tf.nn.embedding_lookup(tf.constant(np.arange(12.0).reshape(4, 3).astype(D)), i), [(3,)], ['int32'])
    c('top_k', lambda x: tf.nn.top_k(x, 2))
    c('math_top_k', lambda x: tf.math.top_k(x, k=2))
    c('resize', lambda x: tf.image.resize(x, (3, 4)), IM)
    c('resize_n', lambda x: tf.image.resize(x, [12, 16], method='nearest'), IM)
    c('rgb_to_gray', tf.image.rgb_to_grayscale, IM)
    c('gray_to_rgb', tf.image.grayscale_to_rgb, [(4, 4, 1)])
    c('per_image_standardization', tf.image.per_image_standardization, IM)
    c('flip_lr', tf.image.flip_left_right, IM)
    c('img_grad', tf.image.image_gradients, IM)
    c('crop_or_pad', lambda x: tf.image.resize_with_crop_or_pad(x, 4, 10), IM)
    c('central_crop', lambda x: tf.image.central_crop(x, 0.5), IM)
    c('ssim', lambda x, y: tf.image.ssim(x, y, 1.0, filter_size=3), IM + IM)
    c('psnr', lambda x, y: tf.image.psnr(x, y, 1.0), IM + IM)
    c('segment', lambda x: tf.math.unsorted_segment_sum(x, [0, 1], 2), [(4,)])
    c('complex_abs', lambda x: tf.abs(tf.cast(x, tf.complex64)))
    c('fft', lambda x: tf.signal.rfft(x))
    c('frame', lambda x: tf.signal.frame(x, 2, 1), [(6,)])
    c('meshgrid_', lambda x: x * 1.0)
    for n, f in dict(K_mean=lambda x: K.mean(x, axis=1), K_sum=lambda x: K.sum(x, axis=-1, keepdims=True), K_square=K.square, K_sqrt=K.sqrt, K_exp=K.exp, K_log=K.log, K_abs=K.abs, K_max=lambda x: K.max(x, axis=1), K_softmax=K.softmax, K_relu=K.relu, K_clip=lambda x: K.clip(x, 0.2, 0.6), K_expand_dims=lambda x: K.expand_dims(x, 1), K_reshape=lambda x: K.reshape(x, (-1, 12)), K_permute=lambda x: K.permute_dimensions(x, (0, 2, 1)), K_batch_flatten=K.batch_flatten, K_l2n=lambda x: K.l2_normalize(x, axis=-1), K_argmax=lambda x: K.argmax(x, axis=-1), K_cast=lambda x: K.cast(x, 'float64'), K_repeat_elements=lambda x: K.repeat_elements(x, 2, 1), K_tile=lambda x: K.tile(x, [1, 2, 1]), K_squeeze=lambda x: K.squeeze(K.expand_dims(x, 1), 1), K_flatten_=lambda x: K.reverse(x, 1), K_stack_=lambda x: K.stack([x, x], axis=1), K_pow=lambda x: K.pow(x, 2), K_tanh=K.tanh, K_sigmoid=K.sigmoid, K_hard_sigmoid=K.hard_sigmoid, K_softplus=K.softplus, K_elu=K.elu, K_zeros_like=K.zeros_like, K_shape=K.shape, K_int_=lambda x: K.sign(x), K_prod=lambda x: K.prod(x, axis=1), K_std=lambda x: K.std(x, axis=1), K_var=lambda x: K.var(x, axis=1), K_round=K.round).items():
        c(n, f)
    c('K_dot', lambda x, y: K.dot(x, y), [(3, 4), ()]) if False else None
    c('K_batch_dot', lambda x, y: K.batch_dot(x, y, axes=[2, 2]), XY)
    c('K_concatenate', lambda x, y: K.concatenate([x, y], axis=-1), XY)
    c('K_maximum', K.maximum, XY)
    c('K_equal', K.equal, XY)
    c('K_switch_', lambda x, y: K.minimum(x, y), XY)
    c('K_bias_add', lambda x: K.bias_add(x, tf.constant([1.0, 2.0, 3.0, 4.0])))
    c('K_resize_images', lambda x: K.resize_images(x, 2, 2, 'channels_last'), IM)
    c('K_one_hot', lambda i: K.one_hot(i, 4), [(3,)], ['int32'])
    c('K_gather', lambda i: K.gather(tf.constant(np.arange(12.0).reshape(4, 3).astype(D)), i), [(3,)], ['int32'])
    c('method_shape0', lambda x: tf.reshape(x, (tf.shape(x)[0], -1)))
    c('two_reuse', lambda x: (x * 2.0 + 1.0) * (x - 1.0))
    c('chain', lambda x: tf.sqrt(tf.reduce_sum(tf.square(x - tf.reduce_mean(x, axis=1, keepdims=True)), axis=-1) + 1e-06))
    c('tf_minimum_c', lambda x: tf.minimum(x, 0.5))
    c('tf_maximum_cr', lambda x: tf.maximum(0.5, x))
    c('reduce_sum_none', lambda x: tf.reduce_sum(x))
    c('identity_n', lambda x: tf.ensure_shape(x, [None, 3, 4]))
    c('random_normal_', lambda x: x + 0.0 * x)
    c('sampling_like', lambda a, b: a + tf.exp(0.5 * b) * 0.3, XY)
    c('kl', lambda a, b: 1 + b - tf.square(a) - tf.exp(b), XY)
    c('bitcast_', lambda x: tf.bitcast(x, tf.int32))
    c('linspace_', lambda x: x * tf.range(4, dtype=D))
    c('reverse_seq', lambda x, i: tf.reverse_sequence(x, i, seq_axis=1), [(3, 4), ()], [D, 'int32'])
    return CASES

def cases_k2_graph():
    import tensorflow as tf
    return dict(add=(lambda x, y: tf.add(x, y), [(3, 4)] * 2), mul_c=(lambda x: x * 2.5, [(3, 4)]), mean=(lambda x: tf.reduce_mean(x, axis=[1], keepdims=True), [(3, 4)]), reshape=(lambda x: tf.reshape(x, [-1, 12]), [(3, 4)]), slice=(lambda x: x[:, 0], [(3, 4)]), concat=(lambda x, y: tf.concat([x, y], axis=-1), [(3, 4)] * 2), matmul=(lambda x, y: tf.matmul(x, y, transpose_b=True), [(3, 4)] * 2), transpose=(lambda x: tf.transpose(x, [0, 2, 1]), [(3, 4)]), exp=(lambda x: tf.exp(x), [(3, 4)]), cast=(lambda x: tf.cast(x, tf.int32), [(3, 4)]), maximum=(lambda x: tf.maximum(x, 0.5), [(3, 4)]), expand=(lambda x: tf.expand_dims(x, 1), [(3, 4)]), squeeze=(lambda x: tf.squeeze(x, axis=[1]), [(1, 4)]), softmax=(lambda x: tf.nn.softmax(x), [(3, 4)]), split=(lambda x: tf.split(x, 2, axis=2), [(3, 4)]), pool=(lambda x: tf.nn.max_pool2d(x, 2, 2, 'VALID'), [(4, 4, 2)]), leaky=(lambda x: tf.nn.leaky_relu(x, alpha=0.1), [(3, 4)]), argmax=(lambda x: tf.argmax(x, axis=1), [(3, 4)]), pack=(lambda x, y: tf.stack([x, y], axis=1), [(3, 4)] * 2), select=(lambda x, y: tf.where(x > 0.5, x, y) if False else tf.math.squared_difference(x, y), [(3, 4)] * 2))

def values(tensor, random):
    shape = tuple((2 if d is None else d for d in tensor.shape))
    dtype = tensor.dtype if isinstance(tensor.dtype, str) else tensor.dtype.name
    if dtype == 'int32':
        return random.randint(0, 3, shape).astype('int32')
    if dtype == 'bool':
        return random.rand(*shape) > 0.5
    return (random.rand(*shape) * 0.8 + 0.1).astype(dtype)

def as_list(y):
    return list(y) if isinstance(y, (list, tuple)) else [y]

def record_models(generation):
    if generation == 'k2':
        import tf_keras as keras
    else:
        import keras
    import tensorflow as tf
    random = np.random.RandomState(7)
    entries = []
    for name, (shapes, function, dtypes) in {'k2': cases_k2, 'k3': cases_k3, 'k3_more': cases_k3_more}[generation]().items():
        keras.backend.clear_session()
        try:
            inputs = [keras.Input(shape=s, dtype=dtypes[i] if dtypes else 'float32', name=f'in{i}') for i, s in enumerate(shapes)]
            model = keras.Model(inputs, as_list(function(*inputs)))
            arrays = [values(x, random) for x in inputs]
            tensors = [tf.constant(a) for a in arrays] if generation == 'k2' else arrays
            outputs = as_list(model(tensors if len(tensors) > 1 else tensors[0]))
            entries.append(entry(name, json.loads(model.to_json()), arrays, outputs))
        except Exception as e:
            print('left out:', name, repr(e)[:150])
    return entries

def record_graph():
    import tensorflow as tf, tf_keras as keras
    from tf_keras.src.engine.base_layer import TensorFlowOpLayer
    from tensorflow.python.framework import tensor_util
    random = np.random.RandomState(3)
    entries = []
    for name, (function, shapes) in cases_k2_graph().items():
        keras.backend.clear_session()
        with tf.Graph().as_default():
            op = as_list(function(*[tf.compat.v1.placeholder(tf.float32, (None,) + s) for s in shapes]))[0].op
            constants = {i: v for i, v in enumerate((tensor_util.constant_value(t) for t in op.inputs)) if v is not None}
            node = op.node_def
        layer = TensorFlowOpLayer(node.SerializeToString(), name=node.name, constants=constants)
        arrays = [random.rand(2, *s).astype('float32') for s in shapes]
        outputs = as_list(function(*[tf.constant(a) for a in arrays]))
        first = [{'class_name': 'InputLayer', 'config': {'batch_input_shape': [None] + list(s), 'dtype': 'float32', 'sparse': False, 'name': f'in{i}'}, 'name': f'in{i}', 'inbound_nodes': []} for i, s in enumerate(shapes)]
        config = json.loads(json.dumps(layer.get_config(), default=lambda v: v.tolist()))
        last = {'class_name': 'TensorFlowOpLayer', 'config': config, 'name': layer.name, 'inbound_nodes': [[[f'in{i}', 0, 0, {}] for i in range(len(shapes))]]}
        model = {'class_name': 'Model' if name == 'exp' else 'Functional', 'keras_version': '2.3.0-tf', 'backend': 'tensorflow', 'config': {'name': 'model', 'layers': first + [last], 'input_layers': [[f'in{i}', 0, 0] for i in range(len(shapes))], 'output_layers': [[layer.name, 0, i] for i in range(len(outputs))]}}
        keras.models.model_from_json(json.dumps(model))
        entries.append(entry(name, model, arrays, outputs))
    return entries

def entry(name, config, inputs, outputs):
    return {'id': name, 'config': json.dumps(config, separators=(',', ':')), 'inputs': [encoded(a) for a in inputs], 'outputs': [encoded(y) for y in outputs]}

def encoded(a):
    a = np.asarray(a, dtype='int32') if isinstance(a, int) else np.asarray(a)
    if a.dtype.kind == 'c':
        data = [float(v) for z in a.ravel() for v in (z.real, z.imag)]
    else:
        data = [{'b': bool, 'i': int, 'u': int}.get(a.dtype.kind, float)(v) for v in a.ravel()]
    special = {'nan': 'NaN', 'inf': 'Infinity', '-inf': '-Infinity'}
    return {'shape': list(a.shape), 'dtype': str(a.dtype), 'data': [special.get(str(v), v) if isinstance(v, float) else v for v in data]}
if __name__ == '__main__':
    generation = sys.argv[1]
    entries = record_graph() if generation == 'k2_graph' else record_models(generation)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'operations', f'{generation}_operations.json')
    json.dump({'generator': 'operations.py', 'generation': generation[:2], 'entries': entries}, open(path, 'w'), separators=(',', ':'))
    print(len(entries), 'entries')
