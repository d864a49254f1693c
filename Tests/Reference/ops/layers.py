"""Writes nn_layers.json, cases of ops that layers and images need beyond those of cases.py: python layers.py OUTPUT_DIR [SEED]."""
import itertools
import os
import sys

import numpy as np

import goldlib
from generate import head
from goldlib import K, N, U

F = "float32"


def pooling(b):
    i = lambda v: K(v, "int32")
    k2 = dict(ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1])
    b.case("MaxPool", input=N(2, 5, 4, 2), padding="EXPLICIT", explicit_paddings=[0, 0, 1, 0, 0, 1, 0, 0], **k2)
    b.case("MaxPool", input=N(1, 4, 4, 4), ksize=[1, 1, 1, 2], strides=[1, 1, 1, 2], padding="VALID", _second=False)
    for pad, shape in (("SAME", (2, 3, 3, 1)), ("VALID", (2, 2, 2, 1))):
        x = np.random.default_rng(11).permutation(50).reshape(2, 5, 5, 1).astype(float)
        y = goldlib.tf.raw_ops.MaxPool(input=x, padding=pad, **k2).numpy()
        b.case("MaxPoolGradV2", orig_input=K(x), orig_output=K(y), grad=N(*shape), ksize=i(k2["ksize"]), strides=i(k2["strides"]), padding=pad)
        b.case("MaxPoolWithArgmax", input=N(2, 5, 5, 3), padding=pad, include_batch_in_index=pad == "SAME", **k2)
    k3 = dict(ksize=[1, 2, 2, 2, 1], strides=[1, 2, 1, 1, 1], padding="SAME")
    x = np.random.default_rng(12).permutation(54).reshape(1, 3, 3, 3, 2).astype(float)
    y = goldlib.tf.raw_ops.MaxPool3D(input=x.astype("f4"), **k3).numpy()
    b.case("MaxPool3DGrad", orig_input=K(x, F), orig_output=K(y, F), grad=N(*y.shape, dt=F), **k3)
    b.case("MaxPool3DGradGrad", orig_input=K(x, F), orig_output=K(y, F), grad=N(*x.shape, dt=F), **k3)
    b.case("AvgPool3D", input=N(2, 3, 4, 3, 2, dt=F), **k3)
    for op, overlapping in itertools.product(("FractionalMaxPool", "FractionalAvgPool"), (False, True)):
        b.case(op, value=N(2, 7, 8, 2), pooling_ratio=[1.0, 1.5, 1.7, 1.0], overlapping=overlapping, pseudo_random=True, deterministic=True, seed=3, seed2=5)
    b.case("Dilation2D", input=N(2, 6, 5, 2), filter=N(3, 2, 2), strides=[1, 2, 1, 1], rates=[1, 1, 2, 1], padding="VALID")
    for rate in (1, 2):
        b.case("ExtractImagePatches", images=N(2, 6, 5, 3), ksizes=[1, 2, 3, 1], strides=[1, 2, 1, 1], rates=[1, rate, 1, 1], padding="SAME")
    b.case("ExtractVolumePatches", input=N(2, 3, 4, 3, 2), ksizes=[1, 2, 1, 2, 1], strides=[1, 1, 2, 1, 1], padding="SAME")


def convolution(b):
    i = lambda v: K(v, "int32")
    kw = dict(strides=[1, 2, 1, 1], padding="EXPLICIT", explicit_paddings=[0, 0, 1, 2, 0, 1, 0, 0])
    b.case("Conv2D", input=N(2, 5, 6, 2), filter=N(3, 2, 2, 3), **kw)
    kw = dict(strides=[1, 1, 1, 1], padding="EXPLICIT", explicit_paddings=[0, 0, 1, 0, 2, 1, 0, 0])
    x, w = (2, 4, 5, 2), (2, 3, 2, 2)
    y = goldlib.tf.raw_ops.DepthwiseConv2dNative(input=np.zeros(x), filter=np.zeros(w), **kw).shape
    b.case("DepthwiseConv2dNative", input=N(*x), filter=N(*w), **kw)
    b.case("DepthwiseConv2dNativeBackpropInput", input_sizes=i(x), filter=N(*w), out_backprop=N(*y), **kw)
    b.case("DepthwiseConv2dNativeBackpropFilter", input=N(*x), filter_sizes=i(w), out_backprop=N(*y), **kw)
    b.case("Conv3D", input=N(2, 4, 3, 5, 1), filter=N(3, 2, 2, 1, 2), strides=[1, 2, 1, 2, 1], padding="SAME")
    b.case("BatchToSpaceND", input=N(8, 2, 3, 2), block_shape=i([2, 2]), crops=i([[1, 0], [0, 2]]))
    b.case("SpaceToBatch", input=N(2, 3, 5, 1), paddings=i([[1, 0], [0, 1]]), block_size=2)
    b.case("BatchToSpace", input=N(8, 2, 3, 1), crops=i([[0, 1], [1, 0]]), block_size=2)
    b.case("DepthToSpace", input=N(2, 3, 2, 18), block_size=3)


def normalization(b):
    v = lambda n: (N(n, dt=F), U(.5, 2, n, dt=F))
    none = K([], F)
    for op, training in itertools.product(("FusedBatchNorm", "FusedBatchNormV2"), (True, False)):
        m, var = (none, none) if training else v(3)
        b.case(op, x=N(2, 3, 2, 3, dt=F), scale=U(.5, 2, 3, dt=F), offset=N(3, dt=F), mean=m, variance=var, epsilon=1e-2, is_training=training, _up=[0])
    for op, training in itertools.product(("FusedBatchNormGrad", "FusedBatchNormGradV2", "FusedBatchNormGradV3"), (True, False)):
        extra = {"reserve_space_3": none} if op.endswith("V3") else {}
        b.case(op, y_backprop=N(2, 3, 2, 2, dt=F), x=N(2, 3, 2, 2, dt=F), scale=U(.5, 2, 2, dt=F), reserve_space_1=N(2, dt=F), reserve_space_2=U(.5, 2, 2, dt=F),
               epsilon=1e-2, is_training=training, _up=[0, 1, 2], _undef=[3, 4], **extra)
    for training, fmt in itertools.product((True, False), ("NDHWC", "NCDHW")):
        s = (2, 2, 3, 2, 3) if fmt == "NDHWC" else (2, 3, 2, 3, 2)
        m, var = (none, none) if training else v(3)
        b.case("FusedBatchNormV3", x=N(*s, dt=F), scale=U(.5, 2, 3, dt=F), offset=N(3, dt=F), mean=m, variance=var, epsilon=1e-2, data_format=fmt, is_training=training, _up=[0],
               _undef=[3, 4, 5])
    b.case("LRN", input=N(2, 2, 3, 7, dt=F), depth_radius=2, bias=1.5, alpha=.3, beta=.75)
    b.case("LRN", input=N(1, 2, 2, 3, dt=F))
    b.case("FakeQuantWithMinMaxVarsPerChannel", inputs=N(4, 3, s=3, dt=F), min=K([-2., -1., -3.], F), max=K([2., 1.5, .5], F), _fd=False)
    b.case("FakeQuantWithMinMaxVars", inputs=N(2, 4, s=3, dt=F), min=K(-1., F), max=K(2., F), num_bits=6, narrow_range=True, _fd=False)
    q = lambda: N(3, 4, s=2)
    for op in ("QuantizeAndDequantizeV2", "QuantizeAndDequantizeV4"):
        b.case(op, input=q(), input_min=K(-1.), input_max=K(1.), range_given=True, _fd=False)
        b.case(op, input=q(), input_min=K(0.), input_max=K(0.), num_bits=4, narrow_range=True, _fd=False)
    b.case("QuantizeAndDequantizeV3", input=q(), input_min=K(-1.), input_max=K(1.), num_bits=K(6, "int32"), _fd=False)
    b.case("CTCLoss", inputs=N(5, 2, 4, dt=F), labels_indices=K([[0, 0], [0, 1], [1, 0]], "int64"), labels_values=K([0, 2, 1], "int32"), sequence_length=K([5, 4], "int32"), _up=[0])
    lstm = dict(cs_prev=N(2, 4, dt=F), h_prev=N(2, 4, dt=F), w=N(7, 16, dt=F, s=.5), wci=N(4, dt=F), wcf=N(4, dt=F), wco=N(4, dt=F), b=N(16, dt=F))
    for peephole in (False, True):
        b.case("BlockLSTM", seq_len_max=K(3, "int64"), x=N(3, 2, 3, dt=F), forget_bias=.5, cell_clip=-1., use_peephole=peephole, _up=[1, 6], _second=False, **lstm)
    b.case("BlockLSTMV2", seq_len_max=K(3, "int64"), x=N(3, 2, 3, dt=F), use_peephole=True, _nograd=True, _note="TensorFlow's gradient is wrong: values only", **lstm)


def images(b):
    i = lambda v: K(v, "int32")
    boxes = K([[.1, .2, .8, .9], [-.2, .3, .6, 1.3], [.9, .8, .2, .1]], F)
    for method, dt in (("bilinear", F), ("bilinear", "float64"), ("nearest", F)):
        b.case("CropAndResize", image=N(2, 4, 5, 2, dt=dt), boxes=boxes, box_ind=i([0, 1, 1]), crop_size=i([3, 2]), method=method, extrapolation_value=.5, _fd=method == "bilinear")
    b.case("CropAndResize", image=N(1, 4, 5, 1, dt=F), boxes=K([[.15, .2, .8, .9]], F), box_ind=i([0]), crop_size=i([1, 1]))
    for kernel, antialias in (("triangle", True), ("gaussian", False), ("keyscubic", True)):
        b.case("ScaleAndTranslate", images=N(2, 4, 3, 1, dt=F), size=i([3, 5]), scale=K([.7, 1.4], F), translation=K([.2, -.3], F), kernel_type=kernel, antialias=antialias)
    for op in ("ResizeBilinear", "ResizeNearestNeighbor", "ResizeBicubic"):
        b.case(op, images=N(2, 5, 6, 2, dt=F), size=i([3, 4]), half_pixel_centers=True)
        b.case(op, images=N(1, 5, 6, 1), size=i([2, 9]), align_corners=True)
    grid = np.array(list(itertools.product((.2, .4, 1.), repeat=3)))
    b.case("RGBToHSV", images=K(grid), _fd=False, _second=False, _note="equal channels")
    b.case("RGBToHSV", images=U(.05, .95, 2, 3, 4, 3))
    for interpolation, mode in itertools.product(("BILINEAR", "NEAREST"), ("CONSTANT", "REFLECT", "WRAP", "NEAREST")):
        b.case("ImageProjectiveTransformV2", images=N(2, 4, 5, 1), transforms=K([[1.1, .2, -.7, -.1, .9, .6, .02, -.01]], F), output_shape=i([5, 6]), interpolation=interpolation,
               fill_mode=mode, _nograd=True, _note="TensorFlow's gradient is wrong: values only")


def selection(b):
    k = lambda n: K(n, "int32")
    b.case("TopKV2", input=N(2, 3, 6, dt=F), k=k(4), _up=[0])
    b.case("TopKV2", input=N(4, 5), k=k(2), index_type=goldlib.tf.int64, _up=[0])
    b.case("NthElement", input=N(2, 3, 5), n=k(1))
    b.case("NthElement", input=K([[1., 2., 2., 0.], [3., 3., 3., 1.]]), n=k(1), _fd=False, _note="equal elements share the gradient")
    b.case("IsotonicRegression", input=N(3, 6), output_dtype=goldlib.tf.float64, _up=[0])
    b.case("IsotonicRegression", input=N(2, 4, dt=F), _up=[0])
    b.case("Print", input=N(2, 3), data=[N(2)], message="from a test: ")
    b.case("DebugIdentityV2", input=N(2, 3))
    b.case("StatelessRandomGammaV2", shape=K([4, 3], "int32"), seed=K([5, 6], "int64"), alpha=U(.5, 3, 3), _fd=False)
    b.case("StatelessParameterizedTruncatedNormal", shape=K([4, 2, 3], "int32"), seed=K([5, 6], "int32"), means=N(3), stddevs=U(.5, 2, 2, 1), minvals=K(-1.), maxvals=U(1, 2, 3), _fd=False)


def main(out, seed):
    book = goldlib.Book(seed)
    book.start("nn_layers")
    for part in (pooling, convolution, normalization, images, selection):
        part(book)
    entries = book.build("nn_layers")
    goldlib.write(os.path.join(out, "nn_layers.json"), head(seed, family="nn_layers"), entries)
    print(len(entries), "entries")
    for key, value in book.report.items():
        print(key, value)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20260101)
