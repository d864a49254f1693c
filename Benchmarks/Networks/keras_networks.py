"""Times the networks of `Benchmarks networks` in real Keras: `python keras_networks.py KERAS NETWORK MODE FILE`.

KERAS is keras2 (tf_keras) or keras3, NETWORK seed, cnn, lstm or transformer, MODE graph or xla. The network is saved to FILE (.h5), so
that the caller times the same one. The forward pass, and the mean squared error with its gradient, are each one tf.function (jit_compile
for xla) on fixed data: element i of a tensor is sin(1.7 i), of the targets cos(0.3 i). The first line printed holds the shapes, the loss
and the seconds of the first calls. Then it answers lines on standard input: "forward N" and "gradient N" time N calls and print the
shortest and the median in seconds; an empty line ends it. So the caller can run it in turns with others.
"""
import json
import sys
import time

import numpy as np
import tensorflow as tf


def keras_of(name):
    if name == "keras2":
        import tf_keras as keras
    else:
        import keras
    return keras


def seed(keras):
    layers = keras.layers
    return keras.Sequential([keras.Input((2,)), layers.Dense(64, "tanh"), layers.Dense(64, "tanh"), layers.Dense(1)]), 121


def cnn(keras):
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)), layers.Conv2D(16, 3, activation="relu"), layers.MaxPooling2D(), layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(), layers.Flatten(), layers.Dense(10)]), 64


def lstm(keras):
    return keras.Sequential([keras.Input((100, 8)), keras.layers.LSTM(32), keras.layers.Dense(1)]), 32


def transformer(keras):
    layers = keras.layers
    x = keras.Input((32, 32))
    attended = layers.MultiHeadAttention(num_heads=4, key_dim=8)(x, x)
    h = layers.LayerNormalization()(layers.Add()([x, attended]))
    wide = layers.Dense(32)(layers.Dense(64, "relu")(h))
    h = layers.LayerNormalization()(layers.Add()([h, wide]))
    return keras.Model(x, layers.Dense(1)(layers.GlobalAveragePooling1D()(h))), 16


def main(keras_name, network, mode, file):
    keras = keras_of(keras_name)
    dtype = "float64" if network == "seed" else "float32"
    keras.backend.set_floatx(dtype)
    keras.utils.set_random_seed(1)
    model, batch = {"seed": seed, "cnn": cnn, "lstm": lstm, "transformer": transformer}[network](keras)
    model.save(file)
    shape, target_shape = (batch, *model.input_shape[1:]), (batch, *model.output_shape[1:])
    x = tf.constant(np.sin(1.7 * np.arange(np.prod(shape))).reshape(shape).astype(dtype))
    y = tf.constant(np.cos(0.3 * np.arange(np.prod(target_shape))).reshape(target_shape).astype(dtype))
    variables = [v if isinstance(v, tf.Variable) else v.value for v in model.trainable_variables]

    @tf.function(jit_compile=mode == "xla")
    def forward():
        return model(x, training=False)

    @tf.function(jit_compile=mode == "xla")
    def gradient():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x, training=False) - y))
        return loss, tape.gradient(loss, variables)

    calls = {"forward": forward, "gradient": gradient}

    def once(name):
        begin = time.perf_counter()
        result = calls[name]()
        (result if name == "forward" else result[0]).numpy()
        return time.perf_counter() - begin

    first = {name: once(name) for name in calls}
    loss = float(gradient()[0])
    print("RESULT", json.dumps({"input": shape, "output": target_shape, "dtype": dtype, "loss": loss, "first": first}), flush=True)
    for line in sys.stdin:
        if not line.strip():
            break
        name, count = line.split()
        seconds = sorted(once(name) for _ in range(int(count)))
        print("RESULT", json.dumps({"best": seconds[0], "median": seconds[len(seconds) // 2]}), flush=True)


main(*sys.argv[1:5])
