"""Files as Keras 1 and Keras 2.0 to 2.2 wrote them, with what real Keras makes of them.

    python generate.py --out DIR --interfaces interfaces.py

--interfaces is keras/legacy/interfaces.py of Keras 2.1.6, which is run, not copied: interfaces.json records what it makes of the
arguments of Keras 1. The .h5 files are written by h5py with the names and forms of keras/models.py and keras/engine/topology.py of
1.2.2 and 2.1.6; weights and outputs in cases.json are those of tf_keras after load_weights.
"""
import argparse
import importlib.util
import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import numpy as np

ARGUMENTS = {
    "legacy_dense_support": ("Dense", {"output_dim": 4, "init": "glorot_uniform", "activation": "tanh", "W_regularizer": None, "b_regularizer": None,
                                       "W_constraint": None, "b_constraint": None, "bias": True}),
    "legacy_dropout_support": ("Dropout", {"p": 0.25}),
    "legacy_embedding_support": ("Embedding", {"input_dim": 10, "output_dim": 3, "init": "uniform", "input_length": 5, "mask_zero": False,
                                               "W_regularizer": None, "W_constraint": None, "dropout": 0.0}),
    "legacy_pooling1d_support": ("MaxPooling1D", {"pool_length": 2, "stride": 1, "border_mode": "valid"}),
    "legacy_prelu_support": ("PReLU", {"init": "zero"}),
    "legacy_gaussiannoise_support": ("GaussianNoise", {"sigma": 0.5}),
    "legacy_recurrent_support": ("LSTM", {"output_dim": 5, "init": "glorot_uniform", "inner_init": "orthogonal", "forget_bias_init": "one", "activation": "tanh",
                                          "inner_activation": "hard_sigmoid", "W_regularizer": None, "U_regularizer": None, "b_regularizer": None,
                                          "dropout_W": 0.1, "dropout_U": 0.2}),
    "legacy_gaussiandropout_support": ("GaussianDropout", {"p": 0.5}),
    "legacy_pooling2d_support": ("MaxPooling2D", {"pool_size": [2, 2], "strides": [2, 2], "border_mode": "same", "dim_ordering": "tf"}),
    "legacy_pooling3d_support": ("AveragePooling3D", {"pool_size": [2, 2, 2], "border_mode": "valid", "dim_ordering": "th"}),
    "legacy_global_pooling_support": ("GlobalMaxPooling2D", {"dim_ordering": "tf"}),
    "legacy_upsampling1d_support": ("UpSampling1D", {"length": 2}),
    "legacy_upsampling2d_support": ("UpSampling2D", {"size": [2, 2], "dim_ordering": "tf"}),
    "legacy_upsampling3d_support": ("UpSampling3D", {"size": [2, 2, 2], "dim_ordering": "th"}),
    "legacy_conv1d_support": ("Conv1D", {"nb_filter": 3, "filter_length": 2, "subsample_length": 1, "border_mode": "same", "init": "he_normal",
                                         "W_regularizer": None, "b_regularizer": None, "W_constraint": None, "b_constraint": None, "bias": False}),
    "legacy_conv2d_support": ("Conv2D", {"nb_filter": 3, "nb_row": 2, "nb_col": 4, "subsample": [1, 2], "border_mode": "valid", "dim_ordering": "th",
                                         "init": "lecun_uniform", "W_regularizer": None, "b_regularizer": None, "W_constraint": None, "b_constraint": None, "bias": True}),
    "legacy_separable_conv2d_support": ("SeparableConv2D", {"nb_filter": 3, "nb_row": 2, "nb_col": 2, "subsample": [1, 1], "border_mode": "valid", "dim_ordering": "tf",
                                                            "init": "glorot_normal", "b_regularizer": None, "b_constraint": None, "bias": True}),
    "legacy_conv3d_support": ("Conv3D", {"nb_filter": 3, "kernel_dim1": 2, "kernel_dim2": 3, "kernel_dim3": 4, "subsample": [1, 1, 1], "border_mode": "valid",
                                         "dim_ordering": "tf", "init": "glorot_normal", "bias": True}),
    "legacy_batchnorm_support": ("BatchNormalization", {"mode": 0, "beta_init": "zero", "gamma_init": "one"}),
    "legacy_zeropadding2d_support": ("ZeroPadding2D", {"padding": {"top_pad": 1, "bottom_pad": 2, "left_pad": 3, "right_pad": 4}, "dim_ordering": "tf"}),
    "legacy_zeropadding3d_support": ("ZeroPadding3D", {"padding": [1, 1, 1], "dim_ordering": "th"}),
    "legacy_cropping2d_support": ("Cropping2D", {"cropping": [[1, 1], [2, 2]], "dim_ordering": "tf"}),
    "legacy_cropping3d_support": ("Cropping3D", {"cropping": [[1, 1], [2, 2], [0, 0]], "dim_ordering": "th"}),
    "legacy_spatialdropout1d_support": ("SpatialDropout1D", {"p": 0.5}),
    "legacy_spatialdropoutNd_support": ("SpatialDropout2D", {"p": 0.5, "dim_ordering": "tf"}),
    "legacy_convlstm2d_support": ("ConvLSTM2D", {"nb_filter": 3, "nb_row": 2, "nb_col": 2, "subsample": [1, 1], "border_mode": "valid", "dim_ordering": "tf",
                                                 "init": "glorot_uniform", "inner_init": "orthogonal", "forget_bias_init": "one", "inner_activation": "hard_sigmoid",
                                                 "W_regularizer": None, "U_regularizer": None, "b_regularizer": None, "dropout_W": 0.0, "dropout_U": 0.0}),
}


def record_interfaces(path, out):
    spec = importlib.util.spec_from_file_location("interfaces", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    entries = []
    for name, (layer, old) in ARGUMENTS.items():
        caught = {}

        class Probe:
            def __init__(self, **kwargs):
                caught.update(kwargs)

        Probe.__name__ = layer
        Probe.__init__ = getattr(module, name)(Probe.__init__)
        import warnings
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            Probe(**json.loads(json.dumps(old)))
        entries.append({"interface": name, "class": layer, "old": old, "new": caught})
    with open(os.path.join(out, "interfaces.json"), "w") as f:
        json.dump(entries, f, indent=1)
        f.write("\n")


def write(path, config, layers, version, backend=None, groups_have_version=True):
    """layers: (name, [(weight name, array)])."""
    with h5py.File(path, "w", libver="earliest") as f:
        f.attrs["keras_version"] = version.encode()
        if backend:
            f.attrs["backend"] = backend.encode()
        f.attrs["model_config"] = json.dumps(config).encode()
        g = f.create_group("model_weights")
        g.attrs["layer_names"] = [name.encode() for name, _ in layers]
        if groups_have_version:
            g.attrs["keras_version"] = version.encode()
            g.attrs["backend"] = (backend or "tensorflow").encode()
        for name, weights in layers:
            group = g.create_group(name)
            group.attrs["weight_names"] = [w.encode() for w, _ in weights]
            for w, value in weights:
                group.create_dataset(w, data=value)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    parser.add_argument("--interfaces")
    arguments = parser.parse_args()
    out = arguments.out
    os.makedirs(out, exist_ok=True)
    if arguments.interfaces:
        record_interfaces(arguments.interfaces, out)
    import tf_keras as keras
    layers = keras.layers
    rng = np.random.RandomState(17)
    r = lambda *shape: (rng.randn(*shape) * 0.5).astype("float32")
    cases = []

    def case(name, config, saved, version, model, x, backend=None, groups_have_version=True, outputs=True):
        path = os.path.join(out, name + ".h5")
        write(path, config, saved, version, backend, groups_have_version)
        model.load_weights(path)
        weights = model.get_weights()
        entry = {"name": name, "version": version, "weights": [{"shape": list(w.shape), "data": np.float64(w).ravel().tolist()} for w in weights]}
        if outputs:
            entry["input"] = {"shape": list(x.shape), "dtype": str(x.dtype), "data": np.float64(x).ravel().tolist()}
            y = model(x, training=False)
            entry["output"] = {"shape": list(y.shape), "dtype": "float32", "data": np.float64(y.numpy()).ravel().tolist()}
        cases.append(entry)

    k1 = lambda name, **rest: dict({"trainable": True, "name": name}, **rest)
    dense = lambda name, n, activation, **rest: {"class_name": "Dense", "config": k1(
        name, output_dim=n, init="glorot_uniform", activation=activation, W_regularizer=None, b_regularizer=None, activity_regularizer=None,
        W_constraint=None, b_constraint=None, bias=True, input_dim=None, **rest)}

    # Keras 1: a multi-layer perceptron.
    config = {"class_name": "Sequential", "config": [
        dense("dense_1", 5, "tanh", batch_input_shape=[None, 3], input_dtype="float32"),
        {"class_name": "Dropout", "config": k1("dropout_1", p=0.3)},
        {"class_name": "BatchNormalization", "config": k1("batchnormalization_1", gamma_regularizer=None, beta_regularizer=None, epsilon=0.001, mode=0, axis=-1, momentum=0.99)},
        {"class_name": "Dense", "config": k1("dense_2", output_dim=2, init="uniform", activation="softmax", W_regularizer={"name": "WeightRegularizer", "l1": 0.0, "l2": 0.01},
                                             b_regularizer=None, activity_regularizer=None, W_constraint={"name": "MaxNorm", "m": 2, "axis": 0}, b_constraint=None, bias=True, input_dim=5)}]}
    model = keras.Sequential([layers.Dense(5, "tanh", input_shape=(3,)), layers.Dropout(0.3), layers.BatchNormalization(), layers.Dense(2, "softmax")])
    case("k1_mlp", config, [
        ("dense_1", [("dense_1_W", r(3, 5)), ("dense_1_b", r(5))]), ("dropout_1", []),
        ("batchnormalization_1", [("batchnormalization_1_gamma", r(5)), ("batchnormalization_1_beta", r(5)), ("batchnormalization_1_running_mean", r(5)),
                                  ("batchnormalization_1_running_std", np.abs(r(5)) + 0.1)]),
        ("dense_2", [("dense_2_W", r(5, 2)), ("dense_2_b", r(2))])], "1.2.2", model, r(4, 3), groups_have_version=False)

    # Keras 1: gates with weights of their own.
    recurrent = lambda kind, name, n, **rest: {"class_name": kind, "config": k1(
        name, output_dim=n, init="glorot_uniform", inner_init="orthogonal", activation="tanh", inner_activation="hard_sigmoid", W_regularizer=None, U_regularizer=None,
        b_regularizer=None, dropout_W=0.0, dropout_U=0.0, return_sequences=False, go_backwards=False, stateful=False, unroll=False, consume_less="gpu", **rest)}
    embedding = {"class_name": "Embedding", "config": k1("embedding_1", input_dim=9, output_dim=4, input_length=6, batch_input_shape=[None, 6], input_dtype="int32", init="uniform",
                                                         mask_zero=False, activity_regularizer=None, W_regularizer=None, W_constraint=None, dropout=0.0)}
    tokens = rng.randint(0, 9, (3, 6)).astype("int32")
    config = {"class_name": "Sequential", "config": [embedding, recurrent("LSTM", "lstm_1", 3, forget_bias_init="one", input_dim=4, input_length=6), dense("dense_1", 2, "linear")]}
    model = keras.Sequential([layers.Embedding(9, 4, input_length=6), layers.LSTM(3, recurrent_activation="hard_sigmoid"), layers.Dense(2)])
    model.build((None, 6))
    gates = lambda name, letters, n_in, n: [(f"{name}_{kind}_{g}", r(*shape)) for g in letters for kind, shape in (("W", (n_in, n)), ("U", (n, n)), ("b", (n,)))]
    case("k1_lstm", config, [("embedding_1", [("embedding_1_W", r(9, 4))]), ("lstm_1", gates("lstm_1", "icfo", 4, 3)), ("dense_1", [("dense_1_W", r(3, 2)), ("dense_1_b", r(2))])],
         "1.1.0", model, tokens, groups_have_version=False)
    config = {"class_name": "Sequential", "config": [embedding, recurrent("GRU", "gru_1", 3, input_dim=4, input_length=6), dense("dense_1", 2, "linear")]}
    model = keras.Sequential([layers.Embedding(9, 4, input_length=6), layers.GRU(3, recurrent_activation="hard_sigmoid", reset_after=False), layers.Dense(2)])
    model.build((None, 6))
    case("k1_gru", config, [("embedding_1", [("embedding_1_W", r(9, 4))]), ("gru_1", gates("gru_1", "zrh", 4, 3)), ("dense_1", [("dense_1_W", r(3, 2)), ("dense_1_b", r(2))])],
         "1.2.0", model, tokens, groups_have_version=False)

    # Keras 1: convolutions, with the axes of TensorFlow and of Theano.
    conv = lambda name, n, rows, cols, order, **rest: {"class_name": "Convolution2D", "config": k1(
        name, nb_filter=n, nb_row=rows, nb_col=cols, init="glorot_uniform", activation="relu", border_mode="same", subsample=[1, 1], dim_ordering=order,
        W_regularizer=None, b_regularizer=None, activity_regularizer=None, W_constraint=None, b_constraint=None, bias=True, **rest)}
    pool = lambda order: {"class_name": "MaxPooling2D", "config": k1("maxpooling2d_1", pool_size=[2, 2], strides=[2, 2], border_mode="valid", dim_ordering=order)}
    flatten = {"class_name": "Flatten", "config": k1("flatten_1")}
    config = {"class_name": "Sequential", "config": [conv("convolution2d_1", 3, 2, 3, "tf", batch_input_shape=[None, 6, 4, 2], input_dtype="float32"), pool("tf"), flatten, dense("dense_1", 2, "sigmoid")]}
    model = keras.Sequential([layers.Conv2D(3, (2, 3), padding="same", activation="relu", input_shape=(6, 4, 2)), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(2, "sigmoid")])
    case("k1_conv_tf", config, [("convolution2d_1", [("convolution2d_1_W", r(2, 3, 2, 3)), ("convolution2d_1_b", r(3))]), ("maxpooling2d_1", []), ("flatten_1", []),
                                ("dense_1", [("dense_1_W", r(18, 2)), ("dense_1_b", r(2))])], "1.2.2", model, r(3, 6, 4, 2), groups_have_version=False)
    config = {"class_name": "Sequential", "config": [conv("convolution2d_1", 3, 2, 3, "th", batch_input_shape=[None, 2, 6, 4], input_dtype="float32"), pool("th"), flatten, dense("dense_1", 2, "sigmoid")]}
    model = keras.Sequential([layers.Conv2D(3, (2, 3), padding="same", activation="relu", input_shape=(2, 6, 4), data_format="channels_first"),
                              layers.MaxPooling2D(data_format="channels_first"), layers.Flatten(), layers.Dense(2, "sigmoid")])
    case("k1_conv_th", config, [("convolution2d_1", [("convolution2d_1_W", r(3, 2, 2, 3)), ("convolution2d_1_b", r(3))]), ("maxpooling2d_1", []), ("flatten_1", []),
                                ("dense_1", [("dense_1_W", r(18, 2)), ("dense_1_b", r(2))])], "1.2.2", model, None, groups_have_version=False, outputs=False)
    conv1 = {"class_name": "Convolution1D", "config": k1(
        "convolution1d_1", nb_filter=3, filter_length=2, init="uniform", activation="linear", border_mode="valid", subsample_length=1, W_regularizer=None, b_regularizer=None,
        activity_regularizer=None, W_constraint=None, b_constraint=None, bias=True, input_dim=4, input_length=5, batch_input_shape=[None, 5, 4], input_dtype="float32")}
    config = {"class_name": "Sequential", "config": [conv1, {"class_name": "MaxPooling1D", "config": k1("maxpooling1d_1", stride=2, pool_length=2, border_mode="valid")}, flatten]}
    for name, shape in (("k1_conv1d", (2, 1, 4, 3)), ("k1_conv1d_of_1_1", (3, 4, 2, 1))):
        model = keras.Sequential([layers.Conv1D(3, 2, input_shape=(5, 4)), layers.MaxPooling1D(2, 2), layers.Flatten()])
        case(name, config, [("convolution1d_1", [("convolution1d_1_W", r(*shape)), ("convolution1d_1_b", r(3))]), ("maxpooling1d_1", []), ("flatten_1", [])], "1.1.1", model, r(3, 5, 4),
             groups_have_version=False)

    # Keras 1: a functional model with Merge.
    merge = lambda name, mode, axis, inputs: {"class_name": "Merge", "name": name, "config": {
        "name": name, "mode": mode, "mode_type": "raw", "concat_axis": axis, "dot_axes": -1, "output_shape": None, "output_shape_type": "raw", "output_mask": None,
        "output_mask_type": "raw", "arguments": {}}, "inbound_nodes": [[[i, 0, 0] for i in inputs]]}
    functional = lambda layer, *inputs: dict(layer, name=layer["config"]["name"], inbound_nodes=[[[i, 0, 0] for i in inputs]])
    config = {"class_name": "Model", "config": {"name": "model_1", "layers": [
        {"class_name": "InputLayer", "name": "a", "config": {"batch_input_shape": [None, 3], "input_dtype": "float32", "sparse": False, "name": "a"}, "inbound_nodes": []},
        functional(dense("dense_1", 3, "relu"), "a"), functional(dense("dense_2", 3, "tanh"), "a"),
        merge("merge_1", "sum", -1, ["dense_1", "dense_2"]), merge("merge_2", "concat", 1, ["merge_1", "a"]), merge("merge_3", "mul", -1, ["dense_1", "dense_2"]),
        merge("merge_4", "concat", -1, ["merge_2", "merge_3"]), functional(dense("dense_3", 2, "linear"), "merge_4")],
        "input_layers": [["a", 0, 0]], "output_layers": [["dense_3", 0, 0]]}}
    a = keras.Input((3,))
    d1, d2 = layers.Dense(3, "relu")(a), layers.Dense(3, "tanh")(a)
    joined = layers.Concatenate()([layers.Concatenate(axis=1)([layers.Add()([d1, d2]), a]), layers.Multiply()([d1, d2])])
    model = keras.Model(a, layers.Dense(2)(joined))
    d = lambda name, i, o: (name, [(f"{name}_W", r(i, o)), (f"{name}_b", r(o))])
    case("k1_functional", config, [("a", []), d("dense_1", 3, 3), d("dense_2", 3, 3), ("merge_1", []), ("merge_3", []), ("merge_2", []), ("merge_4", []), d("dense_3", 9, 2)],
         "1.2.2", model, r(4, 3), groups_have_version=False)

    # Keras 2.1: a sequential model whose configuration is a list, with a sequential model in it, and the layers of cuDNN.
    kernel = {"class_name": "VarianceScaling", "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None}}
    zeros = {"class_name": "Zeros", "config": {}}
    dense2 = lambda name, n, activation, **rest: {"class_name": "Dense", "config": dict({
        "name": name, "trainable": True, "units": n, "activation": activation, "use_bias": True, "kernel_initializer": kernel, "bias_initializer": zeros,
        "kernel_regularizer": None, "bias_regularizer": None, "activity_regularizer": None, "kernel_constraint": None, "bias_constraint": None}, **rest)}
    k = lambda name, i, o: (name, [(f"{name}/kernel:0", r(i, o)), (f"{name}/bias:0", r(o))])
    config = {"class_name": "Sequential", "config": [
        {"class_name": "Sequential", "config": [dense2("dense_1", 4, "relu", batch_input_shape=[None, 3], dtype="float32"), dense2("dense_2", 4, "hard_sigmoid")]},
        dense2("dense_3", 2, "linear")]}
    inner = keras.Sequential([layers.Dense(4, "relu", input_shape=(3,)), layers.Dense(4, "hard_sigmoid")])
    model = keras.Sequential([inner, layers.Dense(2)])
    model.build((None, 3))
    case("k2_list_nested", config, [("sequential_1", k("dense_1", 3, 4)[1] + k("dense_2", 4, 4)[1]), k("dense_3", 4, 2)], "2.1.6", model, r(4, 3))
    cudnn = lambda kind, name, n, **rest: {"class_name": kind, "config": dict({
        "name": name, "trainable": True, "return_sequences": True, "return_state": False, "go_backwards": False, "stateful": False, "units": n, "kernel_initializer": kernel,
        "recurrent_initializer": {"class_name": "Orthogonal", "config": {"gain": 1.0, "seed": None}}, "bias_initializer": zeros, "kernel_regularizer": None,
        "recurrent_regularizer": None, "bias_regularizer": None, "activity_regularizer": None, "kernel_constraint": None, "recurrent_constraint": None, "bias_constraint": None}, **rest)}
    config = {"class_name": "Sequential", "config": [
        cudnn("CuDNNLSTM", "cu_dnnlstm_1", 3, unit_forget_bias=True, batch_input_shape=[None, 5, 4], dtype="float32"), cudnn("CuDNNGRU", "cu_dnngru_1", 3), dense2("dense_1", 2, "linear")]}
    model = keras.Sequential([layers.LSTM(3, return_sequences=True, input_shape=(5, 4)), layers.GRU(3, return_sequences=True, reset_after=True), layers.Dense(2)])
    case("k2_list_cudnn", config, [
        ("cu_dnnlstm_1", [("cu_dnnlstm_1/kernel:0", r(4, 12)), ("cu_dnnlstm_1/recurrent_kernel:0", r(3, 12)), ("cu_dnnlstm_1/bias:0", r(24))]),
        ("cu_dnngru_1", [("cu_dnngru_1/kernel:0", r(3, 9)), ("cu_dnngru_1/recurrent_kernel:0", r(3, 9)), ("cu_dnngru_1/bias:0", r(18))]),
        k("dense_1", 3, 2)], "2.2.2", model, r(2, 5, 4))
    removed(out, cases, keras, rng, dense, k1)
    with open(os.path.join(out, "cases.json"), "w") as f:
        json.dump(cases, f)
        f.write("\n")


def removed(out, cases, keras, rng, dense, k1):
    """What Keras 2 gave up: sequential models of branches, and layers, whose outputs are computed by the formulas of Keras 1.2.2."""
    layers = keras.layers
    r = lambda *shape: (rng.randn(*shape) * 0.5).astype("float32")
    flat = lambda a: {"shape": list(a.shape), "dtype": str(a.dtype), "data": np.float64(a).ravel().tolist()}

    def record(name, config, saved, weights, inputs, output):
        write(os.path.join(out, name + ".h5"), config, saved, "1.2.2", groups_have_version=False)
        cases.append({"name": name, "version": "1.2.2", "weights": [{"shape": list(w.shape), "data": np.float64(w).ravel().tolist()} for w in weights],
                      "inputs": [flat(x) for x in inputs], "output": flat(np.float32(output))})

    def of_model(name, config, saved, model, inputs):
        for layer, weights in saved:
            if weights:
                model.get_layer(layer).set_weights([w for _, w in weights])
        record(name, config, saved, model.get_weights(), inputs, model(inputs if len(inputs) > 1 else inputs[0], training=False).numpy())

    d = lambda name, i, o: (name, [(f"{name}_W", r(i, o)), (f"{name}_b", r(o))])
    sequential = lambda *entries: {"class_name": "Sequential", "config": list(entries)}
    merge = lambda name, mode, axis, *branches: {"class_name": "Merge", "config": {
        "name": name, "layers": list(branches), "mode": mode, "mode_type": "raw", "concat_axis": axis, "dot_axes": -1, "output_shape": None, "output_shape_type": "raw",
        "output_mask": None, "output_mask_type": "raw", "arguments": {}}}
    first = dict(batch_input_shape=[None, 3], input_dtype="float32")

    # Two branches, one of two layers, which are concatenated.
    config = sequential(
        merge("merge_1", "concat", -1, sequential(dense("dense_1", 4, "tanh", **first), dense("dense_2", 2, "relu")), sequential(dense("dense_3", 3, "linear", **first))),
        dense("dense_4", 2, "sigmoid"))
    a, b = keras.Input((3,)), keras.Input((3,))
    joined = layers.Concatenate()([layers.Dense(2, "relu", name="dense_2")(layers.Dense(4, "tanh", name="dense_1")(a)), layers.Dense(3, name="dense_3")(b)])
    model = keras.Model([a, b], layers.Dense(2, "sigmoid", name="dense_4")(joined))
    of_model("k1_branches", config, [d("dense_1", 3, 4), d("dense_2", 4, 2), d("dense_3", 3, 3), ("merge_1", []), d("dense_4", 5, 2)], model, [r(4, 3), r(4, 3)])

    # A branch that begins with a merge itself, of a branch that is a layer.
    config = sequential(
        merge("merge_2", "mul", -1, sequential(merge("merge_1", "sum", -1, dense("dense_1", 3, "tanh", **first), sequential(dense("dense_2", 3, "relu", **first)))),
              sequential(dense("dense_3", 3, "linear", **first))),
        dense("dense_4", 2, "linear"))
    a, b, c = (keras.Input((3,)) for _ in range(3))
    inner = layers.Add()([layers.Dense(3, "tanh", name="dense_1")(a), layers.Dense(3, "relu", name="dense_2")(b)])
    model = keras.Model([a, b, c], layers.Dense(2, name="dense_4")(layers.Multiply()([inner, layers.Dense(3, name="dense_3")(c)])))
    of_model("k1_branches_within", config, [d("dense_1", 3, 3), d("dense_2", 3, 3), ("merge_1", []), d("dense_3", 3, 3), ("merge_2", []), d("dense_4", 3, 2)], model,
             [r(4, 3), r(4, 3), r(4, 3)])

    # A sequential model within one, whose file lists the inner layers; a dense layer for each step.
    config = sequential(
        sequential(dict(dense("timedistributeddense_1", 4, "tanh", batch_input_shape=[None, 5, 3], input_dtype="float32", input_length=5), class_name="TimeDistributedDense"),
                   dense("dense_1", 3, "relu")), dense("dense_2", 2, "linear"))
    model = keras.Sequential([layers.Dense(4, "tanh", input_shape=(5, 3), name="timedistributeddense_1"), layers.Dense(3, "relu", name="dense_1"), layers.Dense(2, name="dense_2")])
    of_model("k1_flat", config, [d("timedistributeddense_1", 3, 4), d("dense_1", 4, 3), d("dense_2", 3, 2)], model, [r(2, 5, 3)])

    # Layers without a successor.
    config = sequential(
        {"class_name": "MaxoutDense", "config": k1("maxoutdense_1", output_dim=3, init="glorot_uniform", nb_feature=2, W_regularizer=None, b_regularizer=None, activity_regularizer=None,
                                                   W_constraint=None, b_constraint=None, bias=True, input_dim=4, batch_input_shape=[None, 4], input_dtype="float32")},
        {"class_name": "Highway", "config": k1("highway_1", init="glorot_uniform", activation="tanh", W_regularizer=None, b_regularizer=None, activity_regularizer=None,
                                               W_constraint=None, b_constraint=None, bias=True, input_dim=3)},
        {"class_name": "ParametricSoftplus", "config": k1("parametricsoftplus_1", alpha_init=0.2, beta_init=5.0)},
        {"class_name": "SReLU", "config": k1("srelu_1", t_left_init="zero", a_left_init="glorot_uniform", t_right_init="glorot_uniform", a_right_init="one")},
        {"class_name": "BatchNormalization", "config": k1("batchnormalization_1", gamma_regularizer=None, beta_regularizer=None, epsilon=0.001, mode=1, axis=-1, momentum=0.99)},
        {"class_name": "BatchNormalization", "config": k1("batchnormalization_2", gamma_regularizer=None, beta_regularizer=None, epsilon=0.001, mode=2, axis=-1, momentum=0.99)},
        dense("dense_1", 2, "linear"))
    named = lambda name, *parts: (name, [(f"{name}_{part}", w) for part, w in parts])
    saved = [
        named("maxoutdense_1", ("W", r(2, 4, 3)), ("b", r(2, 3))), named("highway_1", ("W", r(3, 3)), ("W_carry", r(3, 3)), ("b", r(3)), ("b_carry", r(3))),
        named("parametricsoftplus_1", ("alphas", r(3)), ("betas", r(3))), named("srelu_1", ("t_left", r(3)), ("a_left", r(3)), ("t_right", r(3)), ("a_right", r(3))),
        *(named(f"batchnormalization_{i}", ("gamma", r(3)), ("beta", r(3)), ("running_mean", r(3)), ("running_std", np.abs(r(3)))) for i in (1, 2)), d("dense_1", 3, 2)]
    w = {name: np.float64(value) for _, weights in saved for name, value in weights}
    x = r(5, 4)
    y = np.max(np.einsum("bi,fio->bfo", np.float64(x), w["maxoutdense_1_W"]) + w["maxoutdense_1_b"], axis=1)
    gate = 1 / (1 + np.exp(-(y @ w["highway_1_W_carry"] + w["highway_1_b_carry"])))
    y = gate * np.tanh(y @ w["highway_1_W"] + w["highway_1_b"]) + (1 - gate) * y
    y = np.log1p(np.exp(w["parametricsoftplus_1_betas"] * y)) * w["parametricsoftplus_1_alphas"]
    left, right = w["srelu_1_t_left"], w["srelu_1_t_left"] + np.abs(w["srelu_1_t_right"])
    # K.relu(x, alpha, max_value): the positive part up to max_value, less alpha times the negative part.
    relu = lambda x, alpha=0.0, top=np.inf: np.minimum(np.maximum(x, 0), top) - alpha * np.maximum(-x, 0)
    y = left + relu(y - left, w["srelu_1_a_left"], right - left) + relu(y - right) * w["srelu_1_a_right"]
    mean, std = y.mean(-1, keepdims=True), np.sqrt(y.var(-1, keepdims=True) + 0.001)
    y = w["batchnormalization_1_gamma"] * (y - mean) / (std + 0.001) + w["batchnormalization_1_beta"]
    y = w["batchnormalization_2_gamma"] * (y - y.mean(0)) / np.sqrt(y.var(0) + 0.001) + w["batchnormalization_2_beta"]
    record("k1_removed", config, saved, [value for _, weights in saved for _, value in weights], [x], y @ w["dense_1_W"] + w["dense_1_b"])


main()
