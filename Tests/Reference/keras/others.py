"""Opens models that other people saved with real Keras 2 and Keras 3, and keeps what they compute.

    python others.py LIST OUT               # LIST: one file a line; OUT: a folder, which receives N.npz and results.jsonl

Code in files is never run: models with Lambda layers are left out, and so is what only loads with unsafe deserialization.
"""
import json
import os
import sys
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["KERAS_BACKEND"] = "tensorflow"

import h5py
import keras
import numpy as np
import tf_keras

UNKNOWN = 32
BATCH = 2


def architecture(path):
    """The text of the configuration; None where there is none."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as z:
                return z.read("config.json").decode() if "config.json" in z.namelist() else None
        with h5py.File(path, "r") as f:
            config = f.attrs.get("model_config")
            return config.decode() if isinstance(config, bytes) else config
    except Exception:
        return None


def vocabulary(config):
    """The smallest number of tokens of an embedding; None where there is none."""
    sizes = []

    def walk(node):
        if isinstance(node, dict):
            if node.get("class_name") == "Embedding":
                sizes.append(int(node["config"]["input_dim"]))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(json.loads(config))
    return min(sizes) if sizes else None


def inputs_of(model, config, rng):
    size, xs = vocabulary(config), []
    for tensor in model.inputs:
        shape = [BATCH if axis == 0 else (UNKNOWN if d is None else d) for axis, d in enumerate(tensor.shape)]
        if tensor.shape[0] is not None:
            shape[0] = tensor.shape[0]
        dtype = getattr(tensor.dtype, "name", tensor.dtype)
        tokens = size is not None and len(shape) == 2
        xs.append((rng.integers(0, size, shape) if tokens or "int" in dtype else rng.random(shape)).astype(dtype))
    return xs


def flat(x):
    if isinstance(x, dict):
        return [z for k in sorted(x) for z in flat(x[k])]
    return [z for y in x for z in flat(y)] if isinstance(x, (list, tuple)) else [x]


def run(path, number, out):
    row = {"file": path, "number": number}
    config = architecture(path)
    if config is None:
        return {**row, "skipped": "no architecture"}
    if '"Lambda"' in config:
        return {**row, "skipped": "a Lambda layer"}
    for name, library in (("Keras 2", tf_keras), ("Keras 3", keras)):
        try:
            model = library.models.load_model(path, compile=False)
            xs = inputs_of(model, config, np.random.default_rng(7))
            ys = flat(model(xs[0] if len(xs) == 1 else xs, training=False))
            np.savez(os.path.join(out, f"{number}.npz"), **{f"x{i}": x for i, x in enumerate(xs)},
                     **{f"y{i}": np.asarray(y) for i, y in enumerate(ys)})
            return {**row, "opened": name, "inputs": len(xs), "outputs": len(ys)}
        except Exception as e:
            row[name] = f"{type(e).__name__}: {e}"[:300]
    return row


with open(os.path.join(sys.argv[2], "results.jsonl"), "w") as results:
    for number, line in enumerate(open(sys.argv[1])):
        results.write(json.dumps(run(line.rstrip("\n"), number, sys.argv[2])) + "\n")
        results.flush()
        tf_keras.backend.clear_session()
        keras.backend.clear_session()
