"""Writes the SavedModels and graphs of this folder with TensorFlow 2.21, and what TensorFlow computes with them: python generate.py."""
import json
import os
import shutil

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import numpy as np
import tensorflow as tf

HERE = os.path.dirname(os.path.abspath(__file__))
expected = {}


def path(name):
    full = os.path.join(HERE, name)
    shutil.rmtree(full, ignore_errors=True)
    return full


def array(x):
    x = np.asarray(x)
    return {"shape": list(x.shape), "dtype": str(x.dtype), "data": [float(v) for v in x.reshape(-1)]}


class Module(tf.Module):
    def __init__(self):
        self.weight = tf.Variable([[1.0, -2.0], [0.5, 3.0]], name="weight", dtype=tf.float64)
        self.bias = tf.Variable([0.25, -0.5], name="bias", dtype=tf.float64)
        self.calls = tf.Variable(0, name="calls", dtype=tf.int64, trainable=False)
        self.offset = tf.constant([10.0, 20.0], tf.float64)
        with open("/tmp/vocabulary.txt", "w") as f:
            f.write("red\ngreen\nblue\n")
        self.vocabulary = tf.saved_model.Asset("/tmp/vocabulary.txt")
        self.table = tf.lookup.StaticHashTable(
            tf.lookup.TextFileInitializer(self.vocabulary, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER), -1)
        self.prices = tf.lookup.experimental.MutableHashTable(tf.string, tf.float64, -1.0)
        self.prices.insert(tf.constant(["tea", "milk"]), tf.constant([2.5, 1.25], tf.float64))

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float64, "x")])
    def nested(self, x):
        y = x @ self.weight + self.bias
        return {"z": y, "parts": [tf.reduce_sum(y), (x + self.offset, {"deep": tf.shape(x)})]}

    @tf.function
    def scale(self, x, factor, square=False):
        return x * x * factor if square else x * factor

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float64, "x"), tf.TensorSpec([None, 2], tf.float64, "target")])
    def loss(self, x, target):
        return tf.reduce_mean((tf.tanh(x @ self.weight) + self.bias - target) ** 2)

    @tf.function(input_signature=[tf.TensorSpec([2], tf.float64, "x"), tf.TensorSpec([], tf.int32, "steps")])
    def loop(self, x, steps):
        i = tf.constant(0)
        while i < steps:
            x = tf.tanh(tf.linalg.matvec(self.weight, x)) + self.bias
            i += 1
        return x

    @tf.function(input_signature=[tf.TensorSpec([2], tf.float64, "x")])
    def branch(self, x):
        if tf.reduce_sum(x) > 0:
            y = tf.linalg.matvec(self.weight, x)
        else:
            y = x * x * self.bias
        return y

    @tf.function(input_signature=[tf.TensorSpec([2], tf.float64, "x"), tf.TensorSpec([], tf.int32, "which")])
    def choose(self, x, which):
        return tf.switch_case(which, [lambda: x, lambda: x * 2, lambda: x * self.bias])

    @tf.function(input_signature=[tf.TensorSpec([3, 2], tf.float64, "x")])
    def scanned(self, x):
        return tf.scan(lambda s, e: tf.tanh(s + e) * self.bias, x, initializer=tf.zeros([2], tf.float64))

    @tf.function(input_signature=[])
    def count(self):
        self.calls.assign_add(1)
        return self.calls.read_value()

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "words")])
    def look_up(self, words):
        return {"index": self.table.lookup(words), "price": self.prices.lookup(words)}

    @tf.function(input_signature=[tf.TensorSpec([], tf.int64, "n")])
    def summed(self, n):
        return tf.data.Dataset.range(n).map(lambda v: v * v).reduce(np.int64(0), lambda s, v: s + v)

    @tf.function(input_signature=[tf.TensorSpec([], tf.string, "name")])
    def read(self, name):
        return tf.io.read_file(name)


def module():
    m = Module()
    x = tf.constant([[1.0, 2.0], [3.0, -1.0]], tf.float64)
    m.scale(tf.constant([1.0, 2.0]), 3.0)
    m.scale(tf.constant([1.0, 2.0]), 3.0, square=True)
    folder = path("tf_module")
    signatures = {name: getattr(m, name) for name in ("loss", "loop", "branch", "choose", "scanned", "count", "look_up", "summed", "read")}
    tf.saved_model.save(m, folder, signatures=signatures)
    v = tf.constant([0.5, -0.25], tf.float64)
    n = m.nested(x)
    target = tf.constant([[0.0, 1.0], [1.0, 0.0]], tf.float64)
    with tf.GradientTape() as tape:
        loss = m.loss(x, target)
    g = tape.gradient(loss, [m.weight, m.bias])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(v)
        looped = m.loop(v, 3)
        branched = m.branch(v)
        scanned = m.scanned(tf.stack([v, v * 2, v * 3]))
    expected["tf_module"] = {
        "z": array(n["z"]), "sum": array(n["parts"][0]), "shifted": array(n["parts"][1][0]), "deep": array(n["parts"][1][1]["deep"]),
        "loss": array(loss), "loss_weight": array(g[0]), "loss_bias": array(g[1]),
        "loop": array(looped), "loop_x": array(tape.gradient(looped, v)), "loop_weight": array(tape.gradient(looped, m.weight)),
        "branch": array(branched), "branch_x": array(tape.gradient(branched, v)), "branch_negative": array(m.branch(-v * 3)),
        "choose": [array(m.choose(v, i)) for i in (0, 1, 2, 7)],
        "scanned": array(scanned), "scanned_x": array(tape.gradient(scanned, v)), "scanned_bias": array(tape.gradient(scanned, m.bias)),
        "summed": array(m.summed(5)),
    }


def first_generation():
    v1 = tf.compat.v1
    folder = path("tf1")
    with tf.Graph().as_default(), v1.Session() as session:
        with v1.variable_scope("net", use_resource=False):
            w = v1.get_variable("w", initializer=tf.constant([[1.5, -1.0], [0.5, 2.0]], tf.float64))
            b = v1.get_variable("b", initializer=tf.constant([0.5, 0.25], tf.float64))
            rate = v1.get_variable("rate", initializer=tf.constant(0.5, tf.float64), trainable=False)
        x = v1.placeholder(tf.float64, [None, 2], "x")
        y = tf.identity(tf.tanh(tf.matmul(x, w) + b), name="y")
        loss = tf.reduce_mean(tf.square(y - rate), name="loss")
        v1.disable_control_flow_v2()
        power = v1.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, tf.matmul(s, w)), [tf.constant(0), x], name="power")[1]
        with open("/tmp/names.txt", "w") as f:
            f.write("zero\none\n")
        name_file = tf.constant("/tmp/names.txt")
        v1.add_to_collection(v1.GraphKeys.ASSET_FILEPATHS, name_file)
        table = v1.lookup.StaticHashTable(v1.lookup.TextFileInitializer(name_file, tf.string, v1.lookup.TextFileIndex.WHOLE_LINE, tf.int64, v1.lookup.TextFileIndex.LINE_NUMBER), -1)
        words = v1.placeholder(tf.string, [None], "words")
        found = table.lookup(words)
        session.run([v1.global_variables_initializer(), v1.tables_initializer()])
        builder = v1.saved_model.Builder(folder)
        info = v1.saved_model.build_tensor_info

        def signature(inputs, outputs):
            return v1.saved_model.build_signature_def({k: info(t) for k, t in inputs.items()}, {k: info(t) for k, t in outputs.items()}, "tensorflow/serving/predict")

        builder.add_meta_graph_and_variables(
            session, ["serve"], {"predict": signature({"x": x}, {"y": y}), "loss": signature({"x": x}, {"loss": loss}), "power": signature({"x": x}, {"power": power}),
                                 "look_up": signature({"words": words}, {"index": found})}, main_op=v1.tables_initializer(), strip_default_attrs=True,
            assets_collection=v1.get_collection(v1.GraphKeys.ASSET_FILEPATHS))
        builder.save()
        at = np.array([[1.0, 2.0], [-0.5, 0.25]])
        values = session.run([y, loss, power, tf.gradients(loss, [w, b])], {x: at})
        expected["tf1"] = {"y": array(values[0]), "loss": array(values[1]), "power": array(values[2]), "loss_w": array(values[3][0]), "loss_b": array(values[3][1])}
        frozen = v1.graph_util.convert_variables_to_constants(session, session.graph_def, ["y", "loss", power.op.name])
        with open(os.path.join(HERE, "frozen.pb"), "wb") as f:
            f.write(frozen.SerializeToString())
        expected["frozen"] = {"power": power.name}


def main():
    module()
    first_generation()
    with open(os.path.join(HERE, "expected.json"), "w") as f:
        json.dump(expected, f, indent=1)
        f.write("\n")
    for folder, _, files in os.walk(HERE):
        for name in files:
            if name == "fingerprint.pb":
                os.remove(os.path.join(folder, name))


main()
