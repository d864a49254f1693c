"""Layers under the mixed precision policies: variables in float32, computation in 16 bits.

    python generate.py --out . --definitions mixed.py --only layers

writes layers/k2_mixed.json and layers/k3_mixed.json.
"""
from refgen.core import I, N
from refgen.layer_table import E, K2, K3

CASES = []


def layers(policy):
    def entry(name, build, *inputs, **kw):
        return E(f"{name}_{policy}", build, *inputs, dtype="float32", policy=policy, **kw)
    x, image = N(3, 4), N(2, 5, 5, 2)
    return [
        entry("dense", lambda K: K.layers.Dense(3, activation="tanh"), x),
        entry("dense_softmax", lambda K: K.layers.Dense(3, activation="softmax", kernel_regularizer=K.regularizers.L2(0.01)), x),
        entry("dense_activity", lambda K: K.layers.Dense(3, activity_regularizer=K.regularizers.L1(0.01)), x),
        entry("einsum_dense", lambda K: K.layers.EinsumDense("abc,cd->abd", (None, 3), bias_axes="d"), N(2, 3, 4)),
        entry("embedding", lambda K: K.layers.Embedding(5, 3), I(2, 4, hi=5)),
        entry("conv2d", lambda K: K.layers.Conv2D(3, 3, padding="same"), image),
        entry("depthwise_conv2d", lambda K: K.layers.DepthwiseConv2D(2), image),
        entry("conv2d_transpose", lambda K: K.layers.Conv2DTranspose(2, 2, strides=2), image),
        entry("max_pool", lambda K: K.layers.MaxPooling2D(2), image),
        entry("average_pool", lambda K: K.layers.AveragePooling2D(2), image),
        entry("global_average_pool", lambda K: K.layers.GlobalAveragePooling2D(), image),
        entry("batch_norm", lambda K: K.layers.BatchNormalization(), x),
        entry("batch_norm_training", lambda K: K.layers.BatchNormalization(), N(6, 3), training=True),
        entry("batch_norm_4d", lambda K: K.layers.BatchNormalization(), image),
        entry("batch_norm_4d_training", lambda K: K.layers.BatchNormalization(), image, training=True),
        entry("layer_norm", lambda K: K.layers.LayerNormalization(), x),
        entry("group_norm", lambda K: K.layers.GroupNormalization(2), N(2, 4, 4)),
        entry("unit_norm", lambda K: K.layers.UnitNormalization(), x),
        entry("rms_norm", lambda K: K.layers.RMSNormalization(), x, flavours=K3),
        entry("lstm", lambda K: K.layers.LSTM(3, return_sequences=True, return_state=True), N(2, 3, 2)),
        entry("gru", lambda K: K.layers.GRU(3), N(2, 3, 2)),
        entry("simple_rnn", lambda K: K.layers.SimpleRNN(3), N(2, 3, 2)),
        entry("bidirectional", lambda K: K.layers.Bidirectional(K.layers.LSTM(2)), N(2, 3, 2)),
        entry("mha", lambda K: K.layers.MultiHeadAttention(2, 3), N(2, 3, 4), N(2, 3, 4), call=lambda l, x: l(x[0], x[1]), how="layer(x0, x1)"),
        entry("attention", lambda K: K.layers.Attention(), N(2, 3, 4), N(2, 5, 4)),
        entry("prelu", lambda K: K.layers.PReLU(), x),
        entry("softmax", lambda K: K.layers.Softmax(), x),
        entry("concatenate", lambda K: K.layers.Concatenate(), x, x),
        entry("add", lambda K: K.layers.Add(), x, x),
        entry("flatten", lambda K: K.layers.Flatten(), N(2, 3, 2)),
        entry("upsampling", lambda K: K.layers.UpSampling2D(2), image),
        entry("upsampling_bilinear", lambda K: K.layers.UpSampling2D(2, interpolation="bilinear"), image),
        entry("rescaling", lambda K: K.layers.Rescaling(0.1, 2), x),
        entry("spectral_norm_training", lambda K: K.layers.SpectralNormalization(K.layers.Dense(3)), x, training=True),
        entry("time_distributed", lambda K: K.layers.TimeDistributed(K.layers.Dense(2)), N(2, 3, 4)),
    ]


def mixed():
    return layers("mixed_float16") + layers("mixed_bfloat16")


LAYER_GROUPS = {"mixed": mixed}
