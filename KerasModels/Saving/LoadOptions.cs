using TfLbfgs.Runtime;

namespace TfLbfgs.Keras.Saving;

/// <summary>How a model or weights are loaded.</summary>
public sealed record LoadOptions
{
    /// <summary>The dtype of the model; weights are lifted, or rounded, to it. Default: as saved. Not used where weights are loaded into a model that exists.</summary>
    public DType? DType { get; init; }

    /// <summary>Whether variables that the file does not have, or has in another shape, keep their values and are reported; default false: an exception, and nothing is changed. Python: <c>skip_mismatch</c>.</summary>
    public bool SkipMismatches { get; init; }
}
