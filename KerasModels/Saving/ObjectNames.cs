namespace TfLbfgs.Keras.Saving;

/// <summary>Names of parts of a model in files that follow its objects.</summary>
internal static class ObjectNames
{
    public const string Optimizer = "optimizer";

    /// <summary>What a compiled model has in addition to its weights.</summary>
    public static readonly IReadOnlyList<string> Training =
        [Optimizer, "_optimizer", "metrics", "_metrics", "loss_tracker", "_loss_tracker", "compiled_metrics", "compiled_loss",
            "_compile_metrics"];
}
