"""Lists what Keras 2 and Keras 3 make public, for docs/coverage.md.

    python public_names.py public_names.json

Of the modules that hold classes and functions of models each name is listed with that of its object, which tells aliases
apart; of the others the number of names.
"""
import json
import os
import sys
import types

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import tf_keras

LISTED = ("layers", "models", "losses", "metrics", "activations", "initializers", "regularizers", "constraints", "optimizers",
          "optimizers.schedules", "callbacks")
INTERNAL = ("src", "api", "protobuf", "_tf_keras", "_v1")


def names(module, path, seen):
    """Yields (module, name, kind, name of the object) of a module and those in it."""
    for name in sorted(dir(module)):
        value = getattr(module, name)
        if name.startswith("_"):
            continue
        if isinstance(value, types.ModuleType):
            full = value.__name__
            if full.startswith(("keras.", "tf_keras.")) and ".src" not in full and name not in INTERNAL and full not in seen:
                seen.add(full)
                yield from names(value, f"{path}.{name}" if path else name, seen)
        else:
            kind = "class" if isinstance(value, type) else "function" if callable(value) else "value"
            yield path, name, kind, getattr(value, "__name__", name)


def describe(library):
    listed, others = {module: [] for module in LISTED}, {}
    for module, name, kind, of in names(library, "", set()):
        if module not in listed:
            others[module] = others.get(module, 0) + 1
        elif kind != "value":
            listed[module].append({"name": name, "kind": kind, "object": of})
    return {"version": library.__version__, "modules": listed, "others": dict(sorted(others.items()))}


with open(sys.argv[1], "w") as file:
    json.dump({"keras2": describe(tf_keras), "keras3": describe(keras)}, file, indent=1)
    file.write("\n")
