"""Optimizers and arguments that the tables of generate.py lack, in the same form: optimizers/k2_more.json and k3_more.json.

    python training.py --out DIR

Needs TensorFlow 2.21, tf_keras 2.21 and Keras 3.15, as generate.py does.
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
STEPS = 12
BOTH = [
    ("Adafactor", {"learning_rate": 0.1}),
    ("Adafactor", {"learning_rate": 0.05, "relative_step": False, "clip_threshold": 0.5, "beta_2_decay": -0.6}),
    ("SGD", {"learning_rate": 0.2, "use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 3}),
    ("Adam", {"learning_rate": 0.05, "use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 4}),
    ("Lion", {"learning_rate": 0.02, "weight_decay": 0.1, "beta_1": 0.8}),
    ("RMSprop", {"learning_rate": 0.02, "centered": True}),
    ("RMSprop", {"learning_rate": 0.02, "momentum": 0.4}),
    ("Nadam", {"learning_rate": 0.05, "beta_1": 0.8, "clipnorm": 0.1}),
    ("Ftrl", {"learning_rate": 0.3, "l2_shrinkage_regularization_strength": 0.05, "beta": 0.1, "l1_regularization_strength": 0.02}),
    ("Adagrad", {"learning_rate": 0.2, "initial_accumulator_value": 0.01, "global_clipnorm": 0.1}),
    ("SGD", {"learning_rate": ["PiecewiseConstantDecay", {"boundaries": [3, 7], "values": [0.3, 0.1, 0.02]}]}),
    ("SGD", {"learning_rate": ["PolynomialDecay", {"initial_learning_rate": 0.3, "decay_steps": 5, "cycle": True}]}),
    ("SGD", {"learning_rate": ["InverseTimeDecay", {"initial_learning_rate": 0.3, "decay_steps": 3, "decay_rate": 0.5}]}),
    ("Adam", {"learning_rate": ["CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 4}], "weight_decay": 0.03}),
]
KERAS3 = [
    ("Lamb", {"learning_rate": 0.05}),
    ("Lamb", {"learning_rate": 0.05, "beta_1": 0.7, "weight_decay": 0.02}),
    ("Muon", {"learning_rate": 0.05}),
    ("Muon", {"learning_rate": 0.05, "nesterov": False, "rms_rate": None, "ns_steps": 3, "adam_lr_ratio": 0.5, "weight_decay": None}),
    ("ScheduleFreeAdamW", {"learning_rate": 0.05}),
    ("ScheduleFreeAdamW", {"learning_rate": 0.05, "warmup_steps": 5, "weight_decay": 0.01}),
    ("Adam", {"learning_rate": 0.05, "gradient_accumulation_steps": 3}),
    ("SGD", {"learning_rate": 0.3, "momentum": 0.5, "gradient_accumulation_steps": 2, "use_ema": True, "ema_momentum": 0.5, "clipvalue": 0.03}),
    ("SGD", {"learning_rate": 0.1, "loss_scale_factor": 8.0}),
    ("LossScaleOptimizer", {"inner_optimizer": {"class_name": "Adam", "config": {"learning_rate": 0.05}}, "initial_scale": 4.0, "dynamic_growth_steps": 3}),
]


def array(values):
    values = np.asarray(values)
    return {"shape": list(values.shape), "dtype": str(values.dtype), "data": values.ravel().tolist()}


def optimizer(module, name, arguments):
    arguments = dict(arguments)
    if isinstance(arguments.get("learning_rate"), list):
        schedule, config = arguments["learning_rate"]
        arguments["learning_rate"] = getattr(module.optimizers.schedules, schedule)(**config)
    if "inner_optimizer" in arguments:
        inner = arguments["inner_optimizer"]
        arguments["inner_optimizer"] = getattr(module.optimizers, inner["class_name"])(**inner["config"])
    return getattr(module.optimizers, name)(**arguments)


def trajectory(flavour, name, arguments, x, y, w0, b0):
    module = MODULES[flavour]
    module.backend.set_floatx("float64")
    moved = optimizer(module, name, arguments)
    if flavour == "k2":
        w, b = tf.Variable(w0, name="kernel"), tf.Variable(b0, name="bias")
    else:
        w, b = keras.Variable(w0, dtype="float64", name="kernel"), keras.Variable(b0, dtype="float64", name="bias")
    flats, losses = [], []
    for step in range(STEPS + 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(tf.tanh(tf.matmul(x, tf.convert_to_tensor(w)) + tf.convert_to_tensor(b)) - y))
            scaled = moved.scale_loss(loss) if flavour == "k3" else loss
        flats.append(np.concatenate([np.array(w).ravel(), np.array(b).ravel()]))
        losses.append(float(loss))
        if step < STEPS:
            moved.apply_gradients(zip(tape.gradient(scaled, [w, b]), [w, b]))
    return {"class": name, "arguments": arguments, "losses": losses, "flat_parameters": array(np.stack(flats))}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    out = parser.parse_args().out
    rng = np.random.default_rng(17)
    x, y = rng.normal(size=(12, 4)), np.tanh(rng.normal(size=(12, 3)))
    w0, b0 = rng.normal(size=(4, 3)), 0.1 * rng.normal(size=(3,))
    os.makedirs(os.path.join(out, "optimizers"), exist_ok=True)
    for flavour in ("k2", "k3"):
        entries, failed = [], []
        for name, arguments in BOTH + (KERAS3 if flavour == "k3" else []):
            try:
                entries.append(trajectory(flavour, name, arguments, tf.constant(x), tf.constant(y), w0, b0))
            except Exception as error:
                failed.append({"class": name, "arguments": arguments, "error": str(error).splitlines()[0]})
                print("failed:", flavour, name, arguments, str(error)[:200], flush=True)
        data = {"dtype": "float64", "X": array(x), "Y": array(y), "W": array(w0), "b": array(b0), "entries": entries, "failed": failed}
        with open(os.path.join(out, "optimizers", f"{flavour}_more.json"), "w") as file:
            json.dump(data, file)
        print(flavour, len(entries), flush=True)


if __name__ == "__main__":
    main()
