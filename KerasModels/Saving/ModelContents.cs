namespace TfLbfgs.Keras.Saving;

/// <summary>
/// The content of a file in the terms of no format: what each format reads into and is written from. Weights are a tree of named nodes,
/// whose arrays are read when they are assigned; the file stays open until the contents are disposed.
/// </summary>
public sealed record ModelContents : IDisposable
{
    /// <summary>The name of the format in reports.</summary>
    public string FormatName { get; init; } = "";

    /// <summary>What the tree of weights says of the place of a weight in the model.</summary>
    public WeightNaming Naming { get; init; }

    /// <summary>The architecture as JSON, in the form of the Keras version that wrote it; null where only weights are.</summary>
    public string? ConfigJson { get; init; }

    /// <summary>Loss, metrics and optimizer as JSON; null for a model that was not compiled.</summary>
    public string? TrainingConfigJson { get; init; }

    /// <summary>
    /// Whether <see cref="TrainingConfigJson"/> has the form of <c>.keras</c> files, and not that of legacy ones; default false.
    /// </summary>
    public bool IsArchiveTrainingConfig { get; init; }

    /// <summary>
    /// The version of Keras that the file states, such as <c>2.15.0</c>; null in files of very old versions. It decides which generation's
    /// formulas are meant.
    /// </summary>
    public string? KerasVersion { get; init; }

    /// <summary>The backend of Keras that wrote the file, such as <c>tensorflow</c>; null where the file does not say.</summary>
    public string? Backend { get; init; }

    /// <summary>The weights of the model.</summary>
    public WeightNode Weights { get; init; } = new("");

    /// <summary>The state of the optimizer, under the name <c>optimizer</c>, and of metrics; empty where none was saved.</summary>
    public IReadOnlyList<WeightNode> TrainingNodes { get; init; } = [];

    /// <summary>The vocabularies that layers learned, one token a line, by the place of the layer among the objects of the model.</summary>
    public IReadOnlyDictionary<string, string> Vocabularies { get; init; } = new Dictionary<string, string>();

    /// <summary>The texts that users keep with the model, by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>What keeps the arrays readable; null for arrays in memory.</summary>
    internal IDisposable? Source { get; init; }

    /// <summary>Closes the file; the arrays can no longer be read.</summary>
    public void Dispose() => Source?.Dispose();
}
