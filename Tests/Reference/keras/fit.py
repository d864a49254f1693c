"""Runs of fit with losses, metrics, weights and callbacks, and the order in which callbacks are called.

    python fit.py --out DIR

Writes fit/k2_fit.json, fit/k3_fit.json and fit/callbacks.json. Needs TensorFlow 2.21, tf_keras 2.21 and Keras 3.15, as generate.py does.
"""
import argparse
import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import numpy as np
import tensorflow as tf
import keras
import tf_keras

MODULES = {"k2": tf_keras, "k3": keras}


def array(values):
    values = np.asarray(values)
    return {"shape": list(values.shape), "dtype": str(values.dtype), "data": values.ravel().tolist()}


def mlp(K, outputs=1, activation=None):
    return K.Sequential([K.layers.Input((3,)), K.layers.Dense(4, activation="tanh"), K.layers.Dense(outputs, activation=activation)])


def penalized(K):
    return K.Sequential([
        K.layers.Input((3,)),
        K.layers.Dense(4, activation="relu", kernel_regularizer=K.regularizers.L2(0.01), kernel_constraint=K.constraints.NonNeg()),
        K.layers.BatchNormalization(momentum=0.8), K.layers.Dense(1, bias_constraint=K.constraints.MaxNorm(0.1))])


def two(K):
    x = K.layers.Input((3,), name="x")
    hidden = K.layers.Dense(4, activation="tanh", name="hidden")(x)
    return K.Model(x, [K.layers.Dense(1, name="first")(hidden), K.layers.Dense(3, activation="softmax", name="second")(hidden)])


def cases(K, data):
    """Name, model, compile arguments, fit arguments, callbacks."""
    x, y, labels, weights, valx, valy = data
    return [
        ("adam", mlp(K), {"optimizer": "adam", "loss": "mse", "metrics": ["mae"]}, {"batch_size": 5, "epochs": 3}, {}, (x, y, None)),
        ("sample_weights", mlp(K), {"optimizer": "sgd", "loss": "mae", "metrics": ["mse"], "weighted_metrics": ["mse", "mae"]},
         {"batch_size": 4, "epochs": 2, "validation_split": 0.25}, {}, (x, y, weights)),
        ("classes", mlp(K, 3, "softmax"), {"optimizer": "rmsprop", "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]},
         {"batch_size": 6, "epochs": 3, "class_weight": {"0": 2.0, "1": 0.5, "2": 1.0}}, {}, (x, labels, None)),
        ("penalized", penalized(K), {"optimizer": "sgd", "loss": "mse", "metrics": ["mae"]}, {"batch_size": 6, "epochs": 3, "validation_data": True}, {}, (x, y, None)),
        ("two_outputs", two(K),
         {"optimizer": "adam", "loss": {"first": "mse", "second": "sparse_categorical_crossentropy"}, "loss_weights": {"first": 0.5, "second": 2.0},
          "metrics": {"first": ["mae"], "second": ["accuracy"]}}, {"batch_size": 5, "epochs": 2}, {}, (x, [y, labels], None)),
        ("steps", mlp(K), {"optimizer": "adam", "loss": "mse", "metrics": []}, {"batch_size": 6, "epochs": 3, "validation_data": True, "validation_freq": 2}, {}, (x, y, None)),
        ("plateau", mlp(K), {"optimizer": "sgd", "loss": "mse", "metrics": []}, {"batch_size": 6, "epochs": 8, "validation_data": True},
         {"ReduceLROnPlateau": {"monitor": "loss", "factor": 0.5, "patience": 1, "min_delta": 0.05},
          "EarlyStopping": {"monitor": "val_loss", "patience": 2, "min_delta": 0.02, "restore_best_weights": True}}, (x, y, None)),
    ]


def write_fits(out, flavour):
    K = MODULES[flavour]
    K.backend.set_floatx("float64")
    rng = np.random.default_rng(5)
    x, valx = rng.normal(size=(16, 3)), rng.normal(size=(7, 3))
    y, valy = np.sin(x.sum(1, keepdims=True)), np.sin(valx.sum(1, keepdims=True))
    labels = rng.integers(0, 3, size=(16,))
    weights = rng.uniform(0.2, 2, size=(16,))
    entries = []
    for name, model, compiled, fitted, callbacks, (fx, fy, fw) in cases(K, (x, y, labels, weights, valx, valy)):
        for w in model.weights:
            w.assign(rng.uniform(0.1, 1.0, size=w.shape) if "variance" in w.name else rng.normal(size=w.shape) * 0.5)
        start = [array(w) for w in model.get_weights()]
        model.compile(**compiled, **({"jit_compile": False} if flavour == "k3" else {}))
        arguments = dict(fitted)
        if arguments.pop("validation_data", False):
            arguments["validation_data"] = (valx, valy)
        if "class_weight" in arguments:
            arguments["class_weight"] = {int(key): value for key, value in arguments["class_weight"].items()}
        made = [getattr(K.callbacks, c)(**a) for c, a in callbacks.items()]
        history = model.fit(fx, fy, sample_weight=fw, shuffle=False, verbose=0, callbacks=made, **arguments)
        evaluated = model.evaluate(fx, fy, sample_weight=fw, batch_size=5, verbose=0, return_dict=True)
        entries.append({
            "name": name, "config": json.loads(model.to_json()), "compile": compiled, "fit": fitted, "callbacks": callbacks, "weighted": fw is not None,
            "target": "labels" if fy is labels else "both" if isinstance(fy, list) else "y", "weights": start,
            "history": {key: [float(v) for v in values] for key, values in history.history.items()},
            "evaluate": {key: float(value) for key, value in evaluated.items()}, "final": [array(w) for w in model.get_weights()],
            "predictions": [array(p) for p in (model.predict(valx, verbose=0) if isinstance(fy, list) else [model.predict(valx, verbose=0)])]})
        print(flavour, name, entries[-1]["history"], flush=True)
    os.makedirs(os.path.join(out, "fit"), exist_ok=True)
    with open(os.path.join(out, "fit", f"{flavour}_fit.json"), "w") as file:
        json.dump({"x": array(x), "y": array(y), "labels": array(labels), "sample_weight": array(weights), "validation_x": array(valx), "validation_y": array(valy), "entries": entries}, file)


def write_order(out):
    K = keras
    calls = []

    def note(name):
        def call(self, *args, **kwargs):
            first = [a for a in args if isinstance(a, int)]
            calls.append(" ".join([name] + [str(a) for a in first]))
        return call

    names = ["on_train_begin", "on_train_end", "on_epoch_begin", "on_epoch_end", "on_train_batch_begin", "on_train_batch_end", "on_test_begin", "on_test_end",
             "on_test_batch_begin", "on_test_batch_end", "on_predict_begin", "on_predict_end", "on_predict_batch_begin", "on_predict_batch_end", "set_model", "set_params"]
    recorder = type("Recorder", (K.callbacks.Callback,), {name: note(name) for name in names})
    record = {}

    def run(name, action):
        calls.clear()
        action()
        record[name] = list(calls)

    x, y = np.ones((5, 2)), np.ones((5, 1))
    model = K.Sequential([K.layers.Input((2,)), K.layers.Dense(1)])
    model.compile("adam", "mse")
    run("fit", lambda: model.fit(x, y, batch_size=2, epochs=2, validation_data=(x, y), verbose=0, callbacks=[recorder()]))
    run("fit without validation", lambda: model.fit(x, y, batch_size=3, epochs=1, verbose=0, callbacks=[recorder()]))
    run("evaluate", lambda: model.evaluate(x, y, batch_size=2, verbose=0, callbacks=[recorder()]))
    run("predict", lambda: model.predict(x, batch_size=2, verbose=0, callbacks=[recorder()]))

    class Stop(K.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = True

    run("fit stopped in a step", lambda: model.fit(x, y, batch_size=2, epochs=3, verbose=0, callbacks=[Stop(), recorder()]))
    with open(os.path.join(out, "fit", "callbacks.json"), "w") as file:
        json.dump(record, file, indent=1)
    print(json.dumps(record), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    out = parser.parse_args().out
    for flavour in ("k2", "k3"):
        write_fits(out, flavour)
    write_order(out)


if __name__ == "__main__":
    main()
