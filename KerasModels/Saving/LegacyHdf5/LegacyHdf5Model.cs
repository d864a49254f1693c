using TfLbfgs.Keras.Saving.Hdf5;

namespace TfLbfgs.Keras.Saving.LegacyHdf5;

/// <summary>The content of a legacy Keras HDF5 file, as it stands there: nothing is matched with a model yet.</summary>
internal sealed record LegacyHdf5Model
{
    /// <summary>Which of the two files it is.</summary>
    public required LegacyHdf5Kind Kind { get; init; }

    /// <summary>The architecture as JSON; null in a file of weights only, and in a damaged whole model. Its form is that of the Keras version that wrote it.</summary>
    public string? ModelConfigJson { get; init; }

    /// <summary>Loss, metrics and optimizer as JSON; null for a model that was not compiled.</summary>
    public string? TrainingConfigJson { get; init; }

    /// <summary>Such as <c>2.21.0</c>; null in files of very old versions.</summary>
    public string? KerasVersion { get; init; }

    /// <summary>Such as <c>tensorflow</c>.</summary>
    public string? Backend { get; init; }

    /// <summary>The layers in the order of <c>layer_names</c>, those without weights included.</summary>
    public IReadOnlyList<LegacyHdf5Layer> Layers { get; init; } = [];

    /// <summary>Weights of the model itself, which no layer has.</summary>
    public IReadOnlyList<NamedArray> TopLevelWeights { get; init; } = [];

    /// <summary>The optimizer's state; empty where none was saved.</summary>
    public IReadOnlyList<NamedArray> OptimizerWeights { get; init; } = [];
}
