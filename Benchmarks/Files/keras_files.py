"""Saves a model of about 100 MB in each format and times loading and saving: h5py alone, and real Keras.

    python keras_files.py FOLDER            # then reads lines "FORMAT" and answers each with a line "RESULT {...}"
"""
import json
import os
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


def sync(file):
    """Waits until the disk has a file."""
    handle = os.open(file, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def seconds(f):
    start = time.perf_counter()
    f()
    return time.perf_counter() - start


def save_times(write, file, name):
    """Without and with the time that the disk takes."""
    times = {f"{name}save": seconds(write)}
    sync(file)
    times[f"{name}save + flush"] = seconds(lambda: (write(), sync(file)))
    return times


for kind in MODELS:
    save(kind)
print("RESULT " + json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    kind = line.strip()
    answer = {"load": seconds(lambda: load(kind)), **save_times(lambda: save(kind, "copy"), path(kind, "copy"), "")}
    if kind == "weights.h5":
        arrays = read_h5()
        answer["h5py load"] = seconds(read_h5)
        answer.update(save_times(lambda: write_h5(arrays), path("weights.h5", "h5py"), "h5py "))
    print("RESULT " + json.dumps(answer), flush=True)
