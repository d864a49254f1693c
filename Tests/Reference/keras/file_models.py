"""Models of every layer and of many structures, saved by real Keras 2 and 3, and the opening of files that others wrote.

    python file_models.py make OUT [SEED]     # writes OUT/index.jsonl, OUT/<name>.json and the saved files
    python file_models.py open LIST           # opens the files of a list of JSON lines and prints how far their outputs differ

Nothing of this is recorded: the tests of TfLbfgs make it anew (Category=Peers).
"""
import json
import os
import sys

from refgen.core import MODULES, N, I, SHORT, arr, reset, rng_for, set_random_values, to_numpy
from refgen import layer_table

import numpy as np
import tensorflow as tf

FLAVOURS = ("keras2", "keras3")


def flat(x):
    """The tensors of nested lists, in their order."""
    return [z for y in as_list(x) for z in flat(y)] if isinstance(x, (dict, list, tuple)) else [x]


def as_list(x):
    if isinstance(x, dict):
        return [x[k] for k in sorted(x)]
    return list(x) if isinstance(x, (list, tuple)) else [x]


def layer_model(K, e):
    """A functional model of one layer."""
    inputs = [K.Input(shape=s.shape[1:], dtype=getattr(s, "dtype", e.dtype)) for s in e.inputs]
    layer = e.build(K)
    y = e.call(layer, inputs)
    outputs = as_list(y)
    return K.Model(inputs[0] if len(inputs) == 1 else inputs, outputs[0] if len(outputs) == 1 else outputs)


# ---- structures -----------------------------------------------------------------------------------------------------

def nested(K):
    a = K.Input((4,)); inner = K.Model(a, K.layers.Dense(3, activation="tanh")(a), name="inner")
    x = K.Input((4,)); y = K.layers.Dense(2)(inner(x))
    return K.Model(x, y), [N(3, 4)]


def nested_deep(K):
    a = K.Input((4,)); one = K.Model(a, K.layers.Dense(4, activation="relu")(a), name="one")
    b = K.Input((4,)); two = K.Model(b, K.layers.Dense(4)(one(b)), name="two")
    x = K.Input((4,)); y = two(K.layers.Dense(4)(x))
    return K.Model(x, K.layers.Add()([y, one(x)])), [N(3, 4)]


def sequential_in_functional(K):
    s = K.Sequential([K.layers.Dense(5, activation="relu"), K.layers.BatchNormalization(), K.layers.Dense(3)], name="block")
    x = K.Input((4,))
    return K.Model(x, s(x)), [N(3, 4)]


def functional_in_sequential(K):
    a = K.Input((4,)); inner = K.Model(a, K.layers.Dense(3)(a), name="base")
    return K.Sequential([inner, K.layers.Dense(2)]), [N(3, 4)]


def sequential_in_sequential(K):
    return K.Sequential([K.layers.Input((4,)), K.Sequential([K.layers.Dense(3), K.layers.PReLU()]), K.Sequential([K.layers.Dense(2)])]), [N(3, 4)]


def siamese(K):
    a, b = K.Input((6,), name="left"), K.Input((6,), name="right")
    s = K.Input((6,)); tower = K.Model(s, K.layers.Dense(4, activation="relu")(K.layers.Dense(5)(s)), name="tower")
    d = K.layers.Subtract()([tower(a), tower(b)])
    return K.Model([a, b], [K.layers.Dense(1)(d), tower(b)]), [N(3, 6), N(3, 6)]


def shared_layer(K):
    d = K.layers.Dense(4, activation="tanh", name="same")
    x = K.Input((4,))
    return K.Model(x, d(d(d(x)))), [N(3, 4)]


def multi_io(K):
    a, b = K.Input((3,), name="zz"), K.Input((4,), name="aa")
    h = K.layers.Concatenate()([K.layers.Dense(3)(a), K.layers.Dense(2)(b)])
    return K.Model([a, b], [K.layers.Dense(2, name="y2")(h), K.layers.Dense(1, name="y1")(h)]), [N(3, 3), N(3, 4)]


def encoder_decoder(K):
    src, dst = K.Input((5, 3)), K.Input((4, 3))
    _, h, c = K.layers.LSTM(4, return_state=True)(src)
    y = K.layers.LSTM(4, return_sequences=True)(dst, initial_state=[h, c])
    return K.Model([src, dst], K.layers.Dense(2)(y)), [N(2, 5, 3), N(2, 4, 3)]


def gru_states(K):
    src, dst = K.Input((5, 3)), K.Input((4, 3))
    _, h = K.layers.GRU(4, return_state=True)(src)
    return K.Model([src, dst], K.layers.GRU(4)(dst, initial_state=h)), [N(2, 5, 3), N(2, 4, 3)]


def bidirectional_states(K):
    src, dst = K.Input((5, 3)), K.Input((4, 3))
    _, a, b, c, d = K.layers.Bidirectional(K.layers.LSTM(3, return_state=True))(src)
    return K.Model([src, dst], K.layers.Bidirectional(K.layers.LSTM(3))(dst, initial_state=[a, b, c, d])), [N(2, 5, 3), N(2, 4, 3)]


def embedding_mask(K):
    x = K.Input((6,), dtype="int32")
    h = K.layers.Embedding(9, 4, mask_zero=True)(x)
    return K.Model(x, K.layers.Dense(2)(K.layers.LSTM(3)(h))), [I(3, 6, hi=9)]


def embedding_mask_sequential(K):
    return K.Sequential([K.layers.Input((6,), dtype="int32"), K.layers.Embedding(9, 4, mask_zero=True), K.layers.Bidirectional(K.layers.GRU(3)), K.layers.Dense(2)]), [I(3, 6, hi=9)]


def masking_attention(K):
    x = K.Input((4, 6)); m = K.layers.Masking(0.5)(x)
    y = K.layers.MultiHeadAttention(2, 3)(m, m)
    return K.Model(x, K.layers.LayerNormalization()(K.layers.Add()([m, y]))), [N(2, 4, 6)]


def transformer(K):
    x = K.Input((5, 6))
    a = K.layers.MultiHeadAttention(2, 3, dropout=0.1)(x, x, x)
    h = K.layers.LayerNormalization(epsilon=1e-6)(K.layers.Add()([x, K.layers.Dropout(0.1)(a)]))
    f = K.layers.Dense(6)(K.layers.Dense(8, activation="gelu")(h))
    y = K.layers.GlobalAveragePooling1D()(K.layers.LayerNormalization(epsilon=1e-6)(K.layers.Add()([h, f])))
    return K.Model(x, K.layers.Dense(3, activation="softmax")(y)), [N(2, 5, 6)]


def cross_attention(K):
    q, v = K.Input((4, 6)), K.Input((5, 6))
    y = K.layers.MultiHeadAttention(2, 3)(q, value=v, key=v)
    z = K.layers.Attention()([q, v])
    return K.Model([q, v], K.layers.Concatenate()([y, z])), [N(2, 4, 6), N(2, 5, 6)]


def attention_scores(K):
    q = K.Input((4, 6))
    y, s = K.layers.MultiHeadAttention(2, 3)(q, q, return_attention_scores=True)
    return K.Model(q, [y, s]), [N(2, 4, 6)]


def resnet(K):
    x = K.Input((8, 8, 3))
    h = K.layers.ReLU()(K.layers.BatchNormalization()(K.layers.Conv2D(4, 3, strides=2, padding="same", use_bias=False)(K.layers.ZeroPadding2D(((1, 0), (1, 0)))(x))))
    for i in range(2):
        s = h
        h = K.layers.Activation("relu")(K.layers.BatchNormalization(axis=3, epsilon=1.001e-5)(K.layers.Conv2D(4, 3, padding="same")(h)))
        h = K.layers.Add()([s, K.layers.Conv2D(4, 1, kernel_regularizer=K.regularizers.L2(1e-4))(h)])
    return K.Model(x, K.layers.Dense(3, activation="softmax")(K.layers.GlobalAveragePooling2D()(h))), [N(2, 8, 8, 3)]


def mobilenet(K):
    x = K.Input((8, 8, 3)); h = x
    for i in range(2):
        h = K.layers.Conv2D(6, 1, padding="same", use_bias=False)(h)
        h = K.layers.ReLU(6.0)(K.layers.BatchNormalization(momentum=0.999)(h))
        h = K.layers.DepthwiseConv2D(3, strides=2, padding="valid", use_bias=False)(K.layers.ZeroPadding2D(((0, 1), (0, 1)))(h))
        h = K.layers.ReLU(6.0)(K.layers.BatchNormalization()(h))
    h = K.layers.Reshape((1, 1, 6))(K.layers.GlobalAveragePooling2D()(h))
    return K.Model(x, K.layers.Activation("softmax")(K.layers.Flatten()(K.layers.Conv2D(4, 1)(K.layers.Dropout(0.2)(h))))), [N(2, 8, 8, 3)]


def unet(K):
    x = K.Input((8, 8, 1))
    a = K.layers.Conv2D(2, 3, activation="relu", padding="same", kernel_initializer="he_normal")(x)
    b = K.layers.Conv2D(4, 3, activation="relu", padding="same")(K.layers.MaxPooling2D((2, 2))(a))
    u = K.layers.Conv2DTranspose(2, (2, 2), strides=(2, 2), padding="same")(b)
    v = K.layers.UpSampling2D(size=(2, 2), interpolation="bilinear")(b)
    return K.Model(x, K.layers.Conv2D(1, 1, activation="sigmoid")(K.layers.concatenate([u, a, v], axis=3))), [N(2, 8, 8, 1)]


def squeeze_excite(K):
    x = K.Input((4, 4, 6))
    s = K.layers.Dense(6, activation="hard_sigmoid")(K.layers.Dense(2, activation="swish")(K.layers.GlobalAveragePooling2D(keepdims=True)(x)))
    return K.Model(x, K.layers.multiply([x, s])), [N(2, 4, 4, 6)]


def training_flags(K):
    x = K.Input((4,))
    return K.Model(x, K.layers.Dropout(0.5)(K.layers.BatchNormalization()(x, training=False), training=False)), [N(3, 4)]


def time_distributed_model(K):
    a = K.Input((4, 4, 1)); inner = K.Model(a, K.layers.Flatten()(K.layers.Conv2D(2, 3)(a)))
    x = K.Input((3, 4, 4, 1))
    return K.Model(x, K.layers.LSTM(2)(K.layers.TimeDistributed(inner)(x))), [N(2, 3, 4, 4, 1)]


def two_outputs_of_a_model(K):
    a = K.Input((4,)); inner = K.Model(a, [K.layers.Dense(2)(a), K.layers.Dense(3)(a)])
    x = K.Input((4,)); p, q = inner(x)
    return K.Model(x, K.layers.Concatenate()([q, p])), [N(3, 4)]


def passed_through(K):
    x = K.Input((4,)); h = K.layers.Dense(3)(x)
    return K.Model(x, [h, x, K.layers.Dense(2)(h)]), [N(3, 4)]


def dict_inputs(K):
    a, b = K.Input((3,), name="b"), K.Input((4,), name="a")
    return K.Model({"b": a, "a": b}, {"out": K.layers.Concatenate()([K.layers.Dense(2)(a), b])}), [N(3, 4), N(3, 3)]


def frozen(K):
    x = K.Input((4,)); d = K.layers.Dense(3); y = K.layers.Dense(2)(K.layers.BatchNormalization()(d(x))); d.trainable = False
    return K.Model(x, y), [N(3, 4)]


def deferred(K):
    m = K.Sequential([K.layers.Dense(3, activation="relu"), K.layers.Dropout(0.3), K.layers.Dense(2)])
    m(np.zeros((1, 4), "float32"))
    return m, [N(3, 4)]


def batch_size(K):
    x = K.Input((4,), batch_size=3)
    return K.Model(x, K.layers.Dense(2)(x)), [N(3, 4)]


def stateful(K):
    return K.Sequential([K.layers.Input(batch_shape=(2, 3, 4)) if K.__name__ == "keras" else K.layers.InputLayer(batch_input_shape=(2, 3, 4)), K.layers.LSTM(3, stateful=True), K.layers.Dense(1)]), [N(2, 3, 4)]


def variable_sizes(K):
    x = K.Input((None, None, 3))
    return K.Model(x, K.layers.GlobalMaxPooling2D()(K.layers.Conv2D(2, 3, padding="same")(x))), [N(2, 5, 4, 3)]


def constraints(K):
    x = K.Input((4,))
    return K.Model(x, K.layers.Dense(3, kernel_constraint=K.constraints.MaxNorm(2, axis=0), bias_constraint=K.constraints.NonNeg(), kernel_regularizer=K.regularizers.L1L2(0.1, 0.2), activity_regularizer=K.regularizers.L2(0.1), kernel_initializer=K.initializers.VarianceScaling(2.0, "fan_out", "uniform", seed=4), bias_initializer=K.initializers.Constant(0.1))(x)), [N(3, 4)]


def operators(K):
    x = K.Input((4,)); y = K.layers.Dense(4)(x)
    z = 2.0 * y + x / 3.0 - (1.0 - x) * y
    return K.Model(x, -z ** 2), [N(3, 4)]


def operators_preprocess(K):
    x = K.Input((4, 4, 3))
    h = x / 127.5 - 1.0
    return K.Model(x, K.layers.Conv2D(2, 3)(h)), [N(2, 4, 4, 3)]


def slices(K):
    x = K.Input((6, 4))
    return K.Model(x, [x[:, 0], x[:, 1:5:2, ::-1], x[..., -1], x[:, -1, :2]]), [N(2, 6, 4)]


def many_ops(K):
    x = K.Input((4, 6))
    if K.__name__ == "keras":
        o = K.ops
        ys = [o.mean(x, axis=1), o.sum(x, axis=(1, 2), keepdims=True), o.reshape(x, (-1, 24)), o.transpose(x, (0, 2, 1)), o.concatenate([x, x], axis=-1),
              o.expand_dims(x, 1), o.squeeze(o.expand_dims(x, 1), axis=1), o.stack([x, x], axis=1), o.split(x, 2, axis=-1)[1], o.softmax(x, axis=1), o.relu(x), o.relu6(x), o.sigmoid(x),
              o.gelu(x), o.silu(x), o.elu(x), o.leaky_relu(x, 0.3), o.exp(x), o.sqrt(o.abs(x)), o.log(o.abs(x) + 1.0), o.maximum(x, 0.5), o.minimum(x, x * 2.0), o.clip(x, -0.5, 0.5),
              o.matmul(x, o.transpose(x, (0, 2, 1))), o.einsum("abc,adc->abd", x, x), o.where(o.greater(x, 0.0), x, x * 0.1), o.cast(x, "float32"), o.tanh(x), o.square(x), o.var(x, axis=-1), o.std(x, axis=-1),
              o.repeat(x, 2, axis=1), o.tile(x, (1, 2, 1)), o.flip(x, axis=1), o.roll(x, 1, axis=1), o.pad(x, ((0, 0), (1, 1), (0, 0))), o.cumsum(x, axis=1), o.logsumexp(x, axis=-1), o.argmax(x, axis=-1),
              o.swapaxes(x, 1, 2), o.normalize(x, axis=-1), o.rsqrt(o.abs(x) + 0.1), o.norm(x, axis=-1), o.log_softmax(x), o.take(x, [0, 2], axis=1), x * np.arange(6, dtype="float32")]
    else:
        ys = [tf.reduce_mean(x, axis=1), tf.reduce_sum(x, axis=[1, 2], keepdims=True), tf.reshape(x, [-1, 24]), tf.transpose(x, [0, 2, 1]), tf.concat([x, x], axis=-1), tf.expand_dims(x, 1),
              tf.squeeze(tf.expand_dims(x, 1), axis=1), tf.stack([x, x], axis=1), tf.split(x, 2, axis=-1)[1], tf.nn.softmax(x, axis=1), tf.nn.relu(x), tf.nn.relu6(x), tf.sigmoid(x), tf.nn.gelu(x),
              tf.nn.silu(x), tf.nn.elu(x), tf.nn.leaky_relu(x, alpha=0.3), tf.exp(x), tf.sqrt(tf.abs(x)), tf.math.log(tf.abs(x) + 1.0), tf.maximum(x, 0.5), tf.minimum(x, x * 2.0), tf.clip_by_value(x, -0.5, 0.5),
              tf.matmul(x, x, transpose_b=True), tf.where(tf.greater(x, 0.0), x, x * 0.1), tf.cast(x, "float32"), tf.tanh(x), tf.square(x), tf.math.reduce_variance(x, axis=-1), tf.math.reduce_std(x, axis=-1),
              tf.repeat(x, 2, axis=1), tf.tile(x, [1, 2, 1]), tf.reverse(x, axis=[1]), tf.roll(x, 1, axis=1), tf.pad(x, [[0, 0], [1, 1], [0, 0]]), tf.cumsum(x, axis=1), tf.reduce_logsumexp(x, axis=-1), tf.argmax(x, axis=-1),
              tf.math.l2_normalize(x, axis=-1), tf.math.rsqrt(tf.abs(x) + 0.1), tf.norm(x, axis=-1), tf.nn.log_softmax(x), tf.gather(x, [0, 2], axis=1), x * np.arange(6, dtype="float32"),
              tf.reshape(x, [tf.shape(x)[0], -1]), tf.unstack(x, axis=1)[2], tf.math.squared_difference(x, 1.0), tf.math.divide(x, 2.0), tf.linalg.matmul(x, tf.transpose(x, perm=[0, 2, 1])), tf.zeros_like(x), tf.identity(x)]
    return K.Model(x, ys), [N(2, 4, 6)]


def image_ops(K):
    x = K.Input((4, 4, 3))
    if K.__name__ == "keras":
        ys = [K.ops.image.resize(x, (8, 8)), K.ops.image.resize(x, (2, 2), interpolation="nearest")]
    else:
        ys = [tf.image.resize(x, (8, 8)), tf.image.resize(x, (2, 2), method="nearest"), tf.nn.depth_to_space(tf.nn.space_to_depth(x, 2), 2)]
    return K.Model(x, ys), [N(2, 4, 4, 3)]


def mixed_precision(K):
    (K.mixed_precision if K.__name__ != "keras" else K.mixed_precision).set_global_policy("mixed_float16")
    x = K.Input((4,)); h = K.layers.Dense(3, activation="relu")(x)
    return K.Model(x, K.layers.Dense(2, dtype="float32")(h)), [N(3, 4)]


def activations_as_layers(K):
    return K.Sequential([K.layers.Input((4,)), K.layers.Dense(3, activation=K.layers.LeakyReLU(0.2)), K.layers.Dense(3, activation=K.layers.ReLU(max_value=2.0)), K.layers.Dense(2, activation=K.layers.ELU(0.5))]), [N(3, 4)]


STRUCTURES = [nested, nested_deep, sequential_in_functional, functional_in_sequential, sequential_in_sequential, siamese, shared_layer, multi_io, encoder_decoder, gru_states, bidirectional_states, embedding_mask,
              embedding_mask_sequential, masking_attention, transformer, cross_attention, attention_scores, resnet, mobilenet, unet, squeeze_excite, training_flags, time_distributed_model, two_outputs_of_a_model,
              passed_through, dict_inputs, frozen, deferred, batch_size, stateful, variable_sizes, constraints, operators, operators_preprocess, slices, many_ops, image_ops, mixed_precision, activations_as_layers]


# ---- writing --------------------------------------------------------------------------------------------------------

def differ(K, model, xs, outputs):
    y = model(xs[0] if len(xs) == 1 else xs, training=False)
    worst = 0.0
    for v, o in zip(flat(y), outputs):
        v, o = np.asarray(to_numpy(v), dtype="float64").ravel(), np.asarray(o, dtype="float64").ravel()
        if v.shape != o.shape:
            return float("inf")
        d = np.abs(v - o)
        d[(v == o) | (np.isnan(v) & np.isnan(o))] = 0
        worst = max(worst, float(np.max(d / np.maximum(1.0, np.abs(o)), initial=0)))
    return worst


def save_all(K, flavour, model, xs, name, family, out, index):
    model_xs = xs
    outputs = flat(model(model_xs[0] if len(model_xs) == 1 else model_xs, training=False))
    with open(os.path.join(out, name + ".json"), "w") as f:
        json.dump({"inputs": [arr(x) for x in xs], "outputs": [arr(o) for o in outputs]}, f)
    values = [to_numpy(o) for o in outputs]
    for ending in (".h5", ".keras", ".weights.h5"):
        path = os.path.join(out, name + ending)
        row = {"name": name, "generation": 2 if flavour == "keras2" else 3, "family": family, "file": path, "data": os.path.join(out, name + ".json")}
        try:
            model.save_weights(path) if ending == ".weights.h5" else model.save(path)
        except Exception as e:
            row["not_written"] = f"{type(e).__name__}: {str(e)[:200]}"
        else:
            if ending != ".weights.h5" and family == "structures":
                try:
                    again = K.models.load_model(path, compile=False)
                    row["reload"] = differ(K, again, model_xs, values)
                except Exception as e:
                    row["reload_error"] = f"{type(e).__name__}: {str(e)[:200]}"
        index.write(json.dumps(row) + "\n")
        index.flush()


def make(out, seed):
    os.makedirs(out, exist_ok=True)
    index, failed = open(os.path.join(out, "index.jsonl"), "w"), []
    groups = dict(layer_table.GROUPS)
    import more
    import preprocessing
    groups.update(more.LAYER_GROUPS)
    groups.update(preprocessing.LAYER_GROUPS)
    for flavour in FLAVOURS:
        K = MODULES[flavour]
        for build in STRUCTURES:
            name = f"{SHORT[flavour]}_s_{build.__name__}"
            try:
                reset(K, "float32", seed)
                rng = rng_for(seed, "files", build.__name__)
                model, specs = build(K)
                set_random_values(model.weights, rng)
                save_all(K, flavour, model, [s.draw(rng, "float32") for s in specs], name, "structures", out, index)
            except Exception as error:
                failed.append({"name": name, "error": f"{type(error).__name__}: {str(error)[:200]}"})
        for group, entries in groups.items():
            for e in entries():
                # A call in training changes the state that is saved.
                if flavour not in e.flavours or e.policy or e.training:
                    continue
                name = f"{SHORT[flavour]}_{e.name}"
                try:
                    reset(K, e.dtype, seed)
                    rng = rng_for(seed, "files", group, e.name)
                    model = layer_model(K, e)
                    set_random_values(model.weights, rng)
                    save_all(K, flavour, model, [s.draw(rng, e.dtype) for s in e.inputs], name, group, out, index)
                except Exception as error:
                    failed.append({"name": name, "error": f"{type(error).__name__}: {str(error)[:200]}"})
    index.close()
    with open(os.path.join(out, "failed.jsonl"), "w") as f:
        f.writelines(json.dumps(row) + "\n" for row in failed)
    print(len(failed), "models failed")


# ---- opening --------------------------------------------------------------------------------------------------------

def open_all(path):
    for line in open(path):
        row = json.loads(line)
        K = MODULES["keras2" if row["generation"] == 2 else "keras3"]
        reset(K, "float32", 1)
        data = json.load(open(row["data"]))
        xs = [np.array(a["data"], dtype=a["dtype"]).reshape(a["shape"]) for a in data["inputs"]]
        ys = [np.array([float(v) if not isinstance(v, str) else float(v.replace("Infinity", "inf")) for v in a["data"]]) for a in data["outputs"]]
        answer = {"file": row["file"]}
        try:
            model = K.models.load_model(row["model"] if "model" in row else row["file"], compile=False)
            if "model" in row:
                model.set_weights([np.zeros_like(w) for w in model.get_weights()])
                model.load_weights(row["file"])
            answer["difference"] = differ(K, model, xs, ys)
        except Exception as e:
            answer["error"] = f"{type(e).__name__}: {str(e)[-300:]}".replace("\n", " ")
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 20240611)
    else:
        open_all(sys.argv[2])
