"""Layers that the shared preset has no entries for.

    TF_USE_LEGACY_KERAS=1 python generate.py --out . --definitions more.py --only layers

writes layers/k2_more.json and layers/k3_more.json. (SpectralNormalization of Keras 2 takes a part of itself from tf.keras.)
"""
import tensorflow as tf

from refgen.core import I, N
from refgen.layer_table import E, K2, K3

CASES = []


def conv_lstm():
    def seq(kind, space, **kw):
        args = {"filters": 2, "kernel_size": 2, **kw}
        return lambda K: getattr(K.layers, kind)(**args)
    one, two, three = (2, 3, 5, 2), (2, 3, 4, 3, 2), (1, 2, 3, 3, 2, 1)
    mask = tf.constant([[True, True, False], [True, False, True]])
    return [
        E("conv_lstm1d", seq("ConvLSTM1D", one), N(*one)),
        E("conv_lstm1d_dilated", seq("ConvLSTM1D", one, dilation_rate=2, return_sequences=True), N(*one)),
        E("conv_lstm1d_channels_first", seq("ConvLSTM1D", one, data_format="channels_first", return_sequences=True), N(2, 3, 2, 5), flavours=K3),
        E("conv_lstm2d", seq("ConvLSTM2D", two), N(*two)),
        E("conv_lstm2d_same_strided", seq("ConvLSTM2D", two, padding="same", strides=(2, 1), return_sequences=True, return_state=True), N(*two)),
        E("conv_lstm2d_hard_sigmoid", seq("ConvLSTM2D", two, recurrent_activation="hard_sigmoid", activation="relu", use_bias=False), N(*two)),
        E("conv_lstm2d_backwards", seq("ConvLSTM2D", two, go_backwards=True, return_sequences=True, padding="same", kernel_size=3), N(*two)),
        E("conv_lstm2d_channels_first", seq("ConvLSTM2D", two, data_format="channels_first"), N(2, 3, 2, 4, 3), flavours=K3),
        E("conv_lstm2d_masked", seq("ConvLSTM2D", two, return_sequences=True), N(*two),
          call=lambda l, x: l(x[0], mask=mask), how="layer(x0, mask=[[1,1,0],[1,0,1]])"),
        E("conv_lstm2d_regularized", lambda K: K.layers.ConvLSTM2D(
            2, 2, kernel_regularizer=K.regularizers.L2(0.01), recurrent_regularizer=K.regularizers.L1(0.02)), N(*two)),
        E("conv_lstm3d", seq("ConvLSTM3D", three, return_sequences=True), N(*three)),
        E("conv_lstm2d_bidirectional", lambda K: K.layers.Bidirectional(K.layers.ConvLSTM2D(2, 2)), N(*two), flavours=K3),
        E("conv_lstm2d_time_distributed", lambda K: K.layers.TimeDistributed(K.layers.ConvLSTM1D(2, 2)), N(2, 2, 3, 4, 1), flavours=K3),
    ]


def local():
    c1, c2 = N(2, 6, 3), N(2, 5, 4, 2)
    out = []
    for i in (1, 2, 3):
        for padding in ("valid",) if i == 1 else ("valid", "same"):
            out += [
                E(f"local1d_{i}_{padding}", lambda K, i=i, p=padding: K.layers.LocallyConnected1D(
                    2, 3, strides=2, padding=p, implementation=i, activation="tanh"), c1, flavours=K2),
                E(f"local2d_{i}_{padding}", lambda K, i=i, p=padding: K.layers.LocallyConnected2D(
                    2, (2, 3), strides=(2, 1), padding=p, implementation=i), c2, flavours=K2),
            ]
        out += [
            E(f"local1d_{i}_first", lambda K, i=i: K.layers.LocallyConnected1D(
                2, 3, data_format="channels_first", implementation=i), N(2, 3, 6), flavours=K2),
            E(f"local2d_{i}_first", lambda K, i=i: K.layers.LocallyConnected2D(
                2, (2, 3), data_format="channels_first", implementation=i), N(2, 2, 5, 4), flavours=K2),
        ]
    out += [
        E("local1d_no_bias", lambda K: K.layers.LocallyConnected1D(2, 1, use_bias=False), c1, flavours=K2),
        E("local2d_even_same", lambda K: K.layers.LocallyConnected2D(1, (4, 2), padding="same", implementation=2), c2, flavours=K2),
    ]
    return out


def normalization():
    def renorm(K, **kw):
        return K.layers.BatchNormalization(renorm=True, renorm_clipping={"rmin": 0.5, "rmax": 1.5, "dmax": 0.3}, renorm_momentum=0.9, **kw)
    # Keras 2 has the arguments in the base class only.
    def renorm2(K, **kw):
        from tf_keras.src.layers.normalization.batch_normalization import BatchNormalizationBase

        class BatchNormalization(BatchNormalizationBase):
            _USE_V2_BEHAVIOR = True
        return BatchNormalization(renorm=True, renorm_clipping={"rmin": 0.5, "rmax": 1.5, "dmax": 0.3}, renorm_momentum=0.9, **kw)

    def any_renorm(**kw):
        return lambda K: (renorm if K.__name__ == "keras" else renorm2)(K, **kw)

    mask = tf.constant([[True, True, False, True], [True, False, True, False], [True] * 4])

    def masked(l, x):
        return l(x[0], mask=mask, training=True)
    return [
        *[E(f"batch_norm_renorm{name}", any_renorm(**kw), *inputs, training=bool(name), flavours=flavours, dtype=dtype)
          # Keras 2 adds a float32 epsilon.
          for flavours, dtype in ((K2, "float32"), (K3, "float64"))
          for name, kw, inputs in (("", {}, (N(6, 3),)), ("_training", {"momentum": 0.8}, (N(6, 3),)),
                                   ("_4d_training", {"momentum": 0.8, "scale": False}, (N(2, 3, 3, 2),)),
                                   ("_axis1_training", {"axis": 1, "center": False}, (N(3, 2, 4),)))],
        E("batch_norm_renorm_free_training", lambda K: K.layers.BatchNormalization(renorm=True), N(6, 3), training=True, flavours=K3),
        E("batch_norm_masked_training", lambda K: K.layers.BatchNormalization(), N(3, 4, 2), call=masked,
          how="layer(x0, mask=[[1,1,0,1],[1,0,1,0],[1,1,1,1]], training=True)"),
        E("rms_norm_axes", lambda K: K.layers.RMSNormalization(axis=[1, 2]), N(2, 3, 4), flavours=K3),
        E("rms_norm_axis1", lambda K: K.layers.RMSNormalization(axis=1, epsilon=1e-3), N(2, 3, 4), flavours=K3),
        E("layer_norm_axes_apart", lambda K: K.layers.LayerNormalization(axis=[1, 3]), N(2, 3, 2, 4)),
        E("unit_norm_axes", lambda K: K.layers.UnitNormalization(axis=[1, 2]), N(2, 3, 4)),
        E("spectral_norm", lambda K: K.layers.SpectralNormalization(K.layers.Dense(4)), N(3, 5)),
        E("spectral_norm_training", lambda K: K.layers.SpectralNormalization(K.layers.Dense(4), power_iterations=2), N(3, 5), training=True),
        E("spectral_norm_conv_training", lambda K: K.layers.SpectralNormalization(K.layers.Conv2D(3, 2)), N(2, 4, 4, 2), training=True),
        E("spectral_norm_embedding_training", lambda K: K.layers.SpectralNormalization(K.layers.Embedding(6, 3)), I(2, 4, hi=6), training=True),
    ]


def pooling():
    out = []
    for kind in ("Average", "Max"):
        k = kind.lower()
        out += [
            E(f"adaptive_{k}_pool1d", lambda K, n=kind: getattr(K.layers, f"Adaptive{n}Pooling1D")(3), N(2, 7, 2), flavours=K3),
            E(f"adaptive_{k}_pool1d_first", lambda K, n=kind: getattr(K.layers, f"Adaptive{n}Pooling1D")(2, data_format="channels_first"), N(2, 3, 5), flavours=K3),
            E(f"adaptive_{k}_pool2d", lambda K, n=kind: getattr(K.layers, f"Adaptive{n}Pooling2D")((2, 3)), N(2, 5, 7, 2), flavours=K3),
            E(f"adaptive_{k}_pool2d_even", lambda K, n=kind: getattr(K.layers, f"Adaptive{n}Pooling2D")(2), N(1, 4, 6, 2), flavours=K3),
            E(f"adaptive_{k}_pool3d", lambda K, n=kind: getattr(K.layers, f"Adaptive{n}Pooling3D")((2, 1, 2)), N(1, 3, 4, 5, 2), flavours=K3),
        ]
    return out


def attention():
    q, v = N(2, 4, 6), N(2, 5, 6)

    def two(l, x):
        return l(x[0], x[1])
    return [
        E("gqa", lambda K: K.layers.GroupQueryAttention(3, 4, 2), q, v, call=two, how="layer(x0, x1)", flavours=K3),
        E("gqa_one_group", lambda K: K.layers.GroupQueryAttention(2, 2, 1, use_bias=False), q, v, call=two, how="layer(x0, x1)", flavours=K3),
        E("gqa_self_causal", lambda K: K.layers.GroupQueryAttention(2, 4, 4), q,
          call=lambda l, x: l(x[0], x[0], use_causal_mask=True), how="layer(x0, x0, use_causal_mask=True)", flavours=K3),
        E("gqa_gate", lambda K: K.layers.GroupQueryAttention(2, 4, 2, use_gate=True), q, v, call=two, how="layer(x0, x1)", flavours=K3),
        E("mha_gate", lambda K: K.layers.MultiHeadAttention(2, 3, use_gate=True), q, v, call=two, how="layer(x0, x1)", flavours=K3),
        E("mha_key", lambda K: K.layers.MultiHeadAttention(2, 3), q, v, N(2, 5, 6),
          call=lambda l, x: l(x[0], x[1], x[2]), how="layer(x0, x1, x2)"),
        E("mha_rank4", lambda K: K.layers.MultiHeadAttention(2, 2, attention_axes=(2,)), N(2, 3, 4, 5), N(2, 3, 2, 5), call=two, how="layer(x0, x1)"),
    ]


def other():
    return [
        E("spatial_dropout2d_inference", lambda K: K.layers.SpatialDropout2D(0.5), N(2, 3, 4, 2)),
        E("spatial_dropout3d_inference", lambda K: K.layers.SpatialDropout3D(0.5, data_format="channels_first"), N(2, 2, 3, 2, 2)),
        E("spatial_dropout2d_all", lambda K: K.layers.SpatialDropout2D(0.0), N(2, 3, 4, 2), training=True),
        E("conv1d_transpose_dilated", lambda K: K.layers.Conv1DTranspose(2, 3, dilation_rate=2), N(2, 4, 2), flavours=K3),
        E("conv3d_transpose", lambda K: K.layers.Conv3DTranspose(2, 2, strides=2), N(1, 2, 2, 3, 2)),
        E("conv3d_dilated", lambda K: K.layers.Conv3D(2, 2, dilation_rate=(1, 2, 1)), N(1, 3, 4, 3, 1), flavours=K3),
        E("rnn_lstm_cell", lambda K: K.layers.RNN(K.layers.LSTMCell(3), return_sequences=True, return_state=True), N(2, 4, 3)),
        E("rnn_nested_stack", lambda K: K.layers.RNN(K.layers.StackedRNNCells(
            [K.layers.SimpleRNNCell(2), K.layers.LSTMCell(3)]), return_state=True), N(2, 4, 3), flavours=K3),
        E("embedding_constraint", lambda K: K.layers.Embedding(5, 2, embeddings_regularizer=K.regularizers.L2(0.1)), I(3, 2, hi=5)),
        E("reversible_embedding", lambda K: K.layers.ReversibleEmbedding(5, 3), I(2, 4, hi=5), flavours=K3),
        E("reversible_embedding_reverse", lambda K: K.layers.ReversibleEmbedding(5, 3, logit_soft_cap=2.0), N(2, 4, 3),
          call=lambda l, x: l(x[0], reverse=True), how="layer(x0, reverse=True)", flavours=K3),
        E("reversible_embedding_untied", lambda K: K.layers.ReversibleEmbedding(5, 3, tie_weights=False), N(2, 4, 3),
          call=lambda l, x: l(x[0], reverse=True), how="layer(x0, reverse=True)", flavours=K3),
    ]


def more():
    return conv_lstm() + local() + normalization() + pooling() + attention() + other()


LAYER_GROUPS = {"more": more}
