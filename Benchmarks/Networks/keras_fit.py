"""Times epochs of fit with Adam in real Keras for `Benchmarks fit`: `python keras_fit.py KERAS NETWORK MODE FILE`.

KERAS is keras2 (tf_keras) or keras3, NETWORK digits, cnn or lstm, MODE graph or xla (jit_compile). The network is saved to FILE (.h5) with
its first weights, so that the caller trains the same one, and the data to FILE.npz (x, y): inputs as in keras_networks.py, targets that
depend on them, so that there is something to learn. The first line printed holds classes, the seconds and the loss of the first epoch.
Then it answers lines on standard input: "fit N" trains N epochs and prints the shortest of them in seconds; "lbfgs N" minimizes from the
first weights by N iterations of tfp.optimizer.lbfgs_minimize on the function of the model's variables that the recipe makes, in a
tf.function (of the MODE), and again without tracing, and prints the seconds of both runs, iterations, evaluations and the loss; null where
it failed. "lbfgs N LOSS" does so with the fewest iterations that reach a loss, at most N. An empty line ends it.
"""
import json
import resource
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


def digits(keras):
    layers = keras.layers
    return keras.Sequential([keras.Input((64,)), layers.Dense(64, "relu"), layers.Dense(64, "relu"), layers.Dense(10, "softmax")]), 1797, True


def cnn(keras):
    layers = keras.layers
    return keras.Sequential([
        keras.Input((28, 28, 1)), layers.Conv2D(16, 3, activation="relu"), layers.MaxPooling2D(), layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(), layers.Flatten(), layers.Dense(10, "softmax")]), 1024, True


def lstm(keras):
    return keras.Sequential([keras.Input((50, 8)), keras.layers.LSTM(32), keras.layers.Dense(1)]), 512, False


def recipe(model, loss, x, y, start, mode):
    """The function that minimizes from the first weights by a number of iterations."""
    import tensorflow_probability as tfp
    variables = [v if isinstance(v, tf.Variable) else v.value for v in model.trainable_variables]
    sizes = [int(np.prod(v.shape)) for v in variables]

    def function(position):
        for variable, part in zip(variables, tf.split(position, sizes)):
            variable.assign(tf.reshape(part, variable.shape))
        with tf.GradientTape() as tape:
            value = tf.reduce_mean(loss(y, model(x, training=False)))
        return value, tf.concat([tf.reshape(g, [-1]) for g in tape.gradient(value, variables)], 0)

    @tf.function(jit_compile=mode == "xla")
    def run(position, iterations):
        return tfp.optimizer.lbfgs_minimize(function, position, max_iterations=iterations, tolerance=0.0)

    position = tf.concat([tf.reshape(w, [-1]) for w in start], 0)
    return lambda iterations: run(position, tf.constant(iterations))


def minimize(run, iterations, target):
    """The seconds of the first run and of a second one, and how it ended."""
    times = []

    def timed(count):
        begin = time.perf_counter()
        result = run(count)
        value = float(result.objective_value)
        times.append(time.perf_counter() - begin)
        return result, value

    timed(iterations)
    fewest, most = 1, iterations
    while target is not None and fewest < most:
        middle = (fewest + most) // 2
        fewest, most = (fewest, middle) if timed(middle)[1] <= target else (middle + 1, most)
    result, value = timed(most)
    return {"first": times[0], "seconds": times[-1], "iterations": int(result.num_iterations),
            "evaluations": int(result.num_objective_evaluations), "loss": value}


def targets(x, is_classes):
    """Which of ten directions a row points along most; for a sequence, a number that its last two steps give."""
    rows = len(x)
    if not is_classes:
        return (0.5 * x[:, -1, :1] + 0.3 * x[:, -2, 1:2] * x[:, -1, 2:3]).astype("float32")
    flat = x.reshape(rows, -1).astype("float64")
    directions = np.cos(np.outer(np.arange(flat.shape[1]), np.arange(10) + 0.5))
    return np.argmax(flat @ directions, axis=1).astype("int64")


def main(keras_name, network, mode, file):
    keras = keras_of(keras_name)
    keras.utils.set_random_seed(1)
    model, rows, is_classes = {"digits": digits, "cnn": cnn, "lstm": lstm}[network](keras)
    model.save(file)
    shape = (rows, *model.input_shape[1:])
    x = np.sin(1.7 * np.arange(np.prod(shape))).reshape(shape).astype("float32")
    y = targets(x, is_classes)
    np.savez(file + ".npz", x=x, y=y)
    start = [tf.constant(np.array(v)) for v in model.trainable_variables]
    model.compile(keras.optimizers.Adam(0.001), "sparse_categorical_crossentropy" if is_classes else "mse", jit_compile=mode == "xla")
    times = []

    class Timer(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.begin = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            times.append(time.perf_counter() - self.begin)

    def fit(epochs):
        times.clear()
        history = model.fit(x, y, batch_size=32, epochs=epochs, shuffle=False, verbose=0, callbacks=[Timer()])
        return history.history["loss"]

    begin = time.perf_counter()
    loss = fit(1)[0]
    print("RESULT " + json.dumps({"classes": is_classes, "first": time.perf_counter() - begin, "loss": loss}), flush=True)
    run = None
    for line in sys.stdin:
        if not line.strip():
            break
        if line.startswith("lbfgs"):
            loss = keras.losses.SparseCategoricalCrossentropy() if is_classes else keras.losses.MeanSquaredError()
            try:
                run = run or recipe(model, loss, tf.constant(x), tf.constant(y), start, mode)
                _, iterations, *target = line.split()
                answer = minimize(run, int(iterations), float(target[0]) if target else None)
            except Exception as e:
                print(e, file=sys.stderr)
                answer = None
            print("RESULT " + json.dumps(answer), flush=True)
            continue
        fit(int(line.split()[1]))
        print("RESULT " + json.dumps({"best": min(times), "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)


main(*sys.argv[1:5])
