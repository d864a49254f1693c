"""Saves a model of about 100 MB in each format and times loading and saving: h5py alone, and real Keras.

    python keras_files.py FOLDER            # then reads lines "FORMAT ROUNDS" and answers each with a line "RESULT {...}"
"""
import json
import os
import resource
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["KERAS_BACKEND"] = "tensorflow"

import h5py
import keras
import numpy as np
import tf_keras

UNITS, LAYERS = 2560, 4
FOLDER = sys.argv[1]


def build(K):
    return K.Sequential([K.layers.Input((UNITS,))] + [K.layers.Dense(UNITS) for _ in range(LAYERS)])


MODELS = {"weights.h5": build(keras), "h5": build(tf_keras), "keras": build(keras)}


def path(kind, name="model"):
    return os.path.join(FOLDER, f"{name}.{kind}")


def save(kind, name="model"):
    m = MODELS[kind]
    m.save_weights(path(kind, name)) if kind == "weights.h5" else m.save(path(kind, name))


def load(kind):
    if kind == "weights.h5":
        MODELS[kind].load_weights(path(kind))
    else:
        (tf_keras if kind == "h5" else keras).models.load_model(path(kind), compile=False)


def read_h5():
    arrays = []
    with h5py.File(path("weights.h5"), "r") as f:
        f.visititems(lambda n, o: arrays.append(o[...]) if isinstance(o, h5py.Dataset) else None)
    return arrays


def write_h5(arrays):
    with h5py.File(path("weights.h5", "h5py"), "w") as f:
        for i, a in enumerate(arrays):
            f.create_dataset(f"layers/dense_{i}/vars/0", data=a)
    sync(path("weights.h5", "h5py"))


def sync(file):
    """Our files are flushed to the disk before they count as written."""
    handle = os.open(file, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def best(f, rounds):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        f()
        times.append(time.perf_counter() - start)
    return min(times)


for kind in MODELS:
    save(kind)
print("RESULT " + json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    kind, rounds = line.split()
    rounds = int(rounds)
    answer = {"load": best(lambda: load(kind), rounds), "save": best(lambda: (save(kind, "copy"), sync(path(kind, "copy"))), rounds)}
    if kind == "weights.h5":
        arrays = read_h5()
        answer["h5py_load"] = best(read_h5, rounds)
        answer["h5py_save"] = best(lambda: write_h5(arrays), rounds)
    answer["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("RESULT " + json.dumps(answer), flush=True)
