"""The public callables of tf, tf.math, tf.linalg, tf.nn and tf.random: python callables.py > callables.txt"""
import inspect
import os
import types

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf

print("# Written by callables.py. TensorFlow", tf.__version__)
for prefix, module in (("tf", tf), ("tf.math", tf.math), ("tf.linalg", tf.linalg), ("tf.nn", tf.nn), ("tf.random", tf.random)):
    for name in sorted(dir(module)):
        value = getattr(module, name)
        if not name.startswith("_") and callable(value) and not isinstance(value, types.ModuleType):
            print(f"{prefix}.{name}", "class" if inspect.isclass(value) else "function")
