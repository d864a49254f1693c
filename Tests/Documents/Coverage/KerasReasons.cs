namespace TfLbfgs.Tests.Documents.Coverage;

/// <summary>Why some public names of Keras have no class here.</summary>
internal static class KerasReasons
{
    private static readonly (string Reason, string Module, string[] Names)[] All =
    [
        ("an optimizer for each list of variables, and Apply for each", "optimizers", ["MultiOptimizer", "OptimizerMap"]),
        ("a list of callbacks in `FitOptions.Callbacks`", "callbacks", ["CallbackList"]),
        ("sends logs to a web server; a `LambdaCallback` with an `HttpClient` does", "callbacks", ["RemoteMonitor"]),
        ("part of training itself: measures are means over the epoch", "callbacks", ["BaseLogger"]),
        ("several processes; one here", "callbacks", ["SidecarEvaluatorModelExport"]),
        ("a checkpoint format of JAX", "callbacks", ["OrbaxCheckpoint"]),
        ("runs a model of another framework (JAX, Flax, PyTorch), none of which is in TensorFlow's library", "layers",
            ["FlaxLayer", "JaxLayer", "TorchModuleWrapper"]),
        ("takes feature columns of TensorFlow 1 Estimators, which Keras 3 has left out; use the preprocessing layers", "layers",
            ["DenseFeatures"]),
        ("a layer states by `CheckInputShape` what it takes", "layers", ["InputSpec"]),
        ("an enumeration of texts in C#: reductions are given as `sum`, `mean`, ...", "losses", ["ReductionV2"]),
        ("`Model.FromJson(model.ToJson())`, and `SetWeights` for the weights", "models", ["clone_model"]),
        ("`Model.FromJson`", "models", ["model_from_config", "model_from_json"]),
        ("raises an error in Keras 2 itself, and is gone in Keras 3; JSON by `Model.FromJson`", "models", ["model_from_yaml"]),
    ];

    private static readonly (string Reason, string[] Modules)[] Modules =
    [
        ("`Layer`, `Loss`, `Metric`, `Model`, `KerasTensor` and other bases are those of the modules above; scopes, quantizers and "
            + "variables of Keras have their own counterparts in `TfLbfgs`", [""]),
        ("architectures with weights that are downloaded; saved ones open by `Model.Load`", ["applications"]),
        ("functions of `Tf`, see [from-python.md](from-python.md)", ["backend", "backend.experimental", "ops", "random", "tree"]),
        ("`KerasConfig`: the dtype; the rest concerns other backends", ["config"]),
        ("downloads of examples", ["datasets"]),
        ("training of a small model by a large one: a `TrainStep` of your own", ["distillation"]),
        ("several devices and machines; one process on one device here", ["distribution", "dtensor", "experimental", "estimator"]),
        ("`DTypePolicy`", ["dtype_policies", "mixed_precision"]),
        ("`Model.Export`, see [saved-models.md](../saved-models.md)", ["export"]),
        ("wide and deep, and linear models: two `Dense` layers and an `Add`", ["models.experimental"]),
        ("names that Keras 2 moved; its classes are those of the modules above",
            ["layers.experimental", "legacy", "metrics.experimental", "optimizers.experimental", "optimizers.legacy",
            "callbacks.experimental"]),
        ("integer kernels for smaller models, which no CPU kernel of TensorFlow differentiates", ["quantizers"]),
        ("data pipelines of Python programs", ["preprocessing", "utils"]),
        ("`KerasRegistry`, `Model.Save` and `Model.Load`", ["saving"]),
        ("drawings of images with boxes", ["visualization"]),
        ("scikit-learn estimators around a Keras model", ["wrappers"]),
    ];

    /// <summary>The names with a reason, by module; <c>*</c>: all.</summary>
    public static IEnumerable<(string Module, string Name)> Names =>
        All.SelectMany(group => group.Names.Select(name => (group.Module, name)));

    /// <summary>The reason for one name; null: none.</summary>
    public static string? Of(string module, string name) =>
        All.FirstOrDefault(group => group.Module == module && (group.Names.Contains(name) || group.Names.Contains("*"))).Reason;

    /// <summary>What is to be said of a module, or of that which it stands in; null: nothing.</summary>
    public static string? OfModule(string module)
    {
        for (string name = module; ; name = name[..Math.Max(0, name.LastIndexOf('.'))])
        {
            if (Modules.FirstOrDefault(group => group.Modules.Contains(name)).Reason is { } reason
                && (name.Length > 0 || module.Length == 0))
                return reason;
            if (name.Length == 0)
                return null;
        }
    }
}
