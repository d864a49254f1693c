"""Reference values of the layers that take strings or categories: python text.py --out DIR writes DIR/text/k{2,3}_text.json,
and DIR/text/archives: models in .keras files with learned and given vocabularies, and their outputs.

An entry: class, configuration, what the layer was adapted to (if anything), inputs, output, vocabulary, idf weights.
"""
import argparse
import json
import os

import keras
import numpy as np
import tensorflow as tf
import tf_keras

TEXTS = ["The quick brown fox.", "the lazy dog!  The end", "", "Fox, dog & fox; it's  a-b", "élan ünd Fox"]
WORDS = [["a", "b"], ["c", ""], ["zz", "a"]]
NUMBERS = [[5, 7, 9], [0, -1, 12], [7, 7, 5]]


def entries(K, g):
    L = K.layers
    out = []

    def add(name, make, *inputs, adapt=None, dtype=None, only=None):
        if only in (None, g):
            out.append((name, make, inputs, adapt))

    words = np.array(WORDS)
    column = np.array([["a"], ["b"], ["q"]])
    texts = np.array(TEXTS)
    numbers = np.array(NUMBERS, "int64")
    for kw in (dict(), dict(mask_token=""), dict(num_oov_indices=0, vocabulary=["a", "b", "c", "", "zz"]), dict(num_oov_indices=3),
               dict(num_oov_indices=3, mask_token=""), dict(vocabulary=["[UNK]", "a", "b"]), dict(vocabulary=["", "[UNK]", "a", "b"], mask_token=""),
               dict(oov_token="?"), dict(max_tokens=5)):
        add(f"lookup {kw}", lambda kw=kw: L.StringLookup(**{"vocabulary": ["a", "b"], **kw}), words)
    for mode in ("multi_hot", "count", "tf_idf"):
        kw = dict(idf_weights=[0.5, 0.25]) if mode == "tf_idf" else {}
        for more in (dict(), dict(mask_token=""), dict(num_oov_indices=2), dict(max_tokens=6, pad_to_max_tokens=True)):
            add(f"lookup {mode} {more}", lambda mode=mode, kw=kw, more=more: L.StringLookup(vocabulary=["a", "b"], output_mode=mode, **kw, **more), words)
            add(f"lookup {mode} {more} vector", lambda mode=mode, kw=kw, more=more: L.StringLookup(vocabulary=["a", "b"], output_mode=mode, **kw, **more), words[:, 0])
    add("lookup one_hot column", lambda: L.StringLookup(vocabulary=["a", "b"], output_mode="one_hot"), column)
    add("lookup one_hot vector", lambda: L.StringLookup(vocabulary=["a", "b"], output_mode="one_hot"), words[:, 0])
    add("lookup one_hot mask", lambda: L.StringLookup(vocabulary=["a", "b"], output_mode="one_hot", mask_token="zz"), words[:, 0])
    add("lookup one_hot matrix", lambda: L.StringLookup(vocabulary=["a", "b"], output_mode="one_hot"), words, only=3)
    add("lookup one_hot scalar", lambda: L.StringLookup(vocabulary=["a", "b"], output_mode="one_hot"), np.array("b"))
    add("lookup scalar", lambda: L.StringLookup(vocabulary=["a", "b"]), np.array("b"))
    add("lookup salt", lambda: L.StringLookup(vocabulary=["a", "b"], num_oov_indices=4, salt=[11, 7]), words, only=3)
    add("lookup invert", lambda: L.StringLookup(vocabulary=["a", "b"], invert=True), np.array([[1, 2], [0, 9]], "int64"))
    add("lookup invert mask", lambda: L.StringLookup(vocabulary=["a", "b"], invert=True, mask_token=""), np.array([[1, 2, 3], [0, 9, 1]], "int64"))
    for kw in (dict(), dict(max_tokens=4), dict(mask_token="b"), dict(output_mode="tf_idf"), dict(output_mode="tf_idf", max_tokens=9, pad_to_max_tokens=True),
               dict(output_mode="count", num_oov_indices=2)):
        add(f"lookup adapt {kw}", lambda kw=kw: L.StringLookup(**kw), words, adapt=np.array([["b", "a", "b"], ["c", "é", "b"], ["a", "zz", "[UNK]"]]))

    for kw in (dict(), dict(mask_token=0), dict(num_oov_indices=3), dict(vocabulary=[-1, 5, 7]), dict(vocabulary=[0, -1, 5, 7], mask_token=0), dict(oov_token=99),
               dict(output_mode="multi_hot"), dict(output_mode="count", num_oov_indices=2, mask_token=0), dict(output_mode="tf_idf", idf_weights=[0.5, 1.5])):
        add(f"integers {kw}", lambda kw=kw: L.IntegerLookup(**{"vocabulary": [5, 7], **kw}), numbers)
    add("integers farmhash", lambda: L.IntegerLookup(vocabulary=[5, 7], num_oov_indices=4, oov_method="farmhash"), numbers, only=3)
    add("integers salt", lambda: L.IntegerLookup(vocabulary=[5, 7], num_oov_indices=4, oov_method="farmhash", salt=3), numbers, only=3)
    add("integers int32", lambda: L.IntegerLookup(vocabulary=[5, 7]), numbers.astype("int32"))
    add("integers invert", lambda: L.IntegerLookup(vocabulary=[5, 7], invert=True), np.array([[0, 1], [2, 3]], "int64"))
    add("integers one_hot", lambda: L.IntegerLookup(vocabulary=[5, 7], output_mode="one_hot"), numbers[:, :1])
    add("integers adapt", lambda: L.IntegerLookup(), numbers, adapt=np.array([[7, 7, 5], [9, 5, 100], [-1, 9, 7]], "int64"))

    vocabulary = ["fox", "the", "dog", "the end", "a", "f", "o"]
    for kw in (dict(), dict(output_sequence_length=3), dict(output_sequence_length=8), dict(standardize="lower"), dict(standardize="strip_punctuation"), dict(standardize=None),
               dict(split="character"), dict(ngrams=2), dict(ngrams=(1, 3), output_sequence_length=5), dict(split="character", ngrams=(2,)),
               dict(output_mode="multi_hot"), dict(output_mode="count"), dict(output_mode="count", ngrams=2), dict(output_mode="multi_hot", max_tokens=12, pad_to_max_tokens=True),
               dict(output_mode="tf_idf", idf_weights=[0.1 * i for i in range(1, 8)])):
        add(f"text {kw}", lambda kw=kw: L.TextVectorization(vocabulary=vocabulary, **kw), texts)
    add("text column", lambda: L.TextVectorization(vocabulary=vocabulary), texts[:, None])
    for kw in (dict(), dict(output_sequence_length=1), dict(output_sequence_length=4), dict(output_mode="multi_hot"), dict(output_mode="count"), dict(ngrams=2)):
        add(f"text unsplit {kw}", lambda kw=kw: L.TextVectorization(vocabulary=["a", "b", "a b"], split=None, **kw), words)
    for kw in (dict(), dict(max_tokens=6), dict(ngrams=2), dict(split="character"), dict(output_mode="tf_idf"), dict(output_mode="tf_idf", max_tokens=20, pad_to_max_tokens=True),
               dict(output_mode="multi_hot", max_tokens=5)):
        add(f"text adapt {kw}", lambda kw=kw: L.TextVectorization(**kw), texts, adapt=texts)

    strings = np.array([["A"], ["B"], ["longer text"], [""], ["é"]])
    for kw in (dict(), dict(mask_value=""), dict(salt=1337), dict(salt=[133, 137]), dict(output_mode="one_hot"), dict(output_mode="multi_hot"), dict(output_mode="count", salt=5),
               dict(num_bins=1), dict(num_bins=1, mask_value="")):
        add(f"hashing {kw}", lambda kw=kw: L.Hashing(**{"num_bins": 4, **kw}), strings)
    add("hashing integers", lambda: L.Hashing(num_bins=5), numbers)
    add("hashing integers mask", lambda: L.Hashing(num_bins=5, mask_value=7), numbers)
    add("hashing int32 salt", lambda: L.Hashing(num_bins=5, salt=3, dtype="int32"), numbers.astype("int32"))
    add("hashing count", lambda: L.Hashing(num_bins=4, output_mode="count"), numbers)
    add("hashing multi_hot", lambda: L.Hashing(num_bins=4, output_mode="multi_hot"), np.array([["a", "b", "a"], ["c", "d", "e"]]))
    add("hashing vector", lambda: L.Hashing(num_bins=4, output_mode="one_hot"), np.array(["a", "b", "a"]))
    add("hashing floats", lambda: L.Hashing(num_bins=5), np.array([[1.5, 7.0]], "float32"), only=3)

    left, right = np.array(["A", "B", "A", "q", ""]), np.array([101, 102, -5, 7, 0], "int64")
    for kw in (dict(num_bins=5), dict(num_bins=5, output_mode="one_hot"), dict(num_bins=1000)):
        add(f"crossing {kw}", lambda kw=kw: L.HashedCrossing(**kw), left, right)
        add(f"crossing column {kw}", lambda kw=kw: L.HashedCrossing(**kw), left[:, None], right[:, None])
    add("crossing three", lambda: L.HashedCrossing(num_bins=50), left, right, right.astype("int32"))
    add("crossing scalar", lambda: L.HashedCrossing(num_bins=5), np.array("A"), np.array(101, "int64"))
    return out


def array(x):
    x = np.asarray(x)
    if x.dtype.kind in "SOU":
        return {"shape": list(x.shape), "dtype": "string", "data": [i.decode() if isinstance(i, bytes) else str(i) for i in x.ravel()]}
    return {"shape": list(x.shape), "dtype": str(x.dtype), "data": x.ravel().tolist()}


def record(K, g):
    done, failed = [], []
    for name, make, inputs, adapt in entries(K, g):
        try:
            layer = make()
            entry = {"name": name, "class": type(layer).__name__, "config": layer.get_config()}
            if adapt is not None:
                entry["adapt"] = array(adapt)
                layer.adapt(adapt)
            x = [tf.constant(i) for i in inputs]
            entry["inputs"] = [array(i) for i in inputs]
            entry["output"] = array(layer(x if len(x) > 1 else x[0]).numpy())
            if hasattr(layer, "get_vocabulary"):
                entry["vocabulary"] = array(layer.get_vocabulary())["data"]
            done.append(entry)
        except Exception as e:
            failed.append({"name": name, "message": f"{type(e).__name__}: {str(e).splitlines()[0][:160]}"})
    return {"entries": done, "failed": failed}


def archive(K, g, kind, folder):
    L = K.layers
    K.utils.set_random_seed(3)
    texts = K.Input((1,), dtype="string")
    options = dict(output_sequence_length=4) if kind == "int" else dict(output_mode="tf_idf")
    vectorize = L.TextVectorization(**options, **(dict(vocabulary=["a", "b"], idf_weights=[0.5, 0.25]) if kind == "given" else {}))
    lookup = L.StringLookup(mask_token="")
    if kind != "given":
        vectorize.adapt(np.array(["a b b", "b c", "é d a b"]))
    lookup.adapt(np.array(["a", "q", "q"]))
    x = vectorize(texts)
    if kind == "int":
        x = L.Flatten()(L.Embedding(vectorize.vocabulary_size(), 2)(x))
    y = L.Flatten()(L.Embedding(lookup.vocabulary_size(), 2)(lookup(texts)))
    # Keras 3 infers another rank for the vectors of texts than it computes.
    y = L.Dense(2)(L.Concatenate()([L.Dense(2)(x), y]) if g == 2 else y)
    model = K.Model(texts, [L.Dense(2)(x), y])
    model.save(os.path.join(folder, f"k{g}_text_{kind}.keras"))
    inputs = [["a b z"], ["q"], ["é d"]]
    return {"inputs": inputs, "outputs": [array(np.asarray(o)) for o in model(tf.constant(inputs))]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    out = os.path.join(parser.parse_args().out, "text")
    os.makedirs(out, exist_ok=True)
    for g, K in ((2, tf_keras), (3, keras)):
        with open(os.path.join(out, f"k{g}_text.json"), "w") as f:
            json.dump(record(K, g), f, ensure_ascii=False, separators=(",", ":"), default=lambda o: o.item() if hasattr(o, "item") else str(o))
            f.write("\n")
    folder = os.path.join(out, "archives")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "outputs.json"), "w") as f:
        json.dump({f"k{g}_text_{kind}": archive(K, g, kind, folder) for g, K in ((2, tf_keras), (3, keras)) for kind in ("int", "tf_idf", "given")}, f)
        f.write("\n")
