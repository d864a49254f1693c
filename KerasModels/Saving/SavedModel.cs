namespace TfLbfgs.Keras.Saving;

/// <summary>The content of a file, whatever its format.</summary>
internal sealed record SavedModel
{
    /// <summary>The architecture as JSON; null where only weights are.</summary>
    public string? ConfigJson { get; init; }

    /// <summary>The version of Keras that the file states.</summary>
    public string? KerasVersion { get; init; }

    /// <summary>Weights layer by layer; one without weights may be missing.</summary>
    public IReadOnlyList<SavedLayer> Layers { get; init; } = [];

    /// <summary>Whether the file has compile settings or optimizer state, which are not kept.</summary>
    public bool HasTrainingState { get; init; }
}
