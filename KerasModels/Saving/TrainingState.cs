using TfLbfgs.Formats;

namespace TfLbfgs.Keras.Saving;

/// <summary>
/// What a compiled model has besides its weights, as it stands in the file that was loaded: compile settings, variables of the optimizer
/// and of metrics. <see cref="Model.CompileAsSaved"/> trains on with it; saving a model that was not compiled here writes it again,
/// unchanged. It holds copies in host memory.
/// </summary>
public sealed class TrainingState
{
    internal TrainingState(string? configJson, bool isArchiveConfig, IReadOnlyList<WeightNode> nodes, string? kerasVersion = null)
    {
        SortsByName = kerasVersion is not null
            && (kerasVersion.StartsWith("1.", StringComparison.Ordinal) || kerasVersion.StartsWith("2.0.", StringComparison.Ordinal));
        ConfigJson = configJson;
        IsArchiveConfig = isArchiveConfig;
        Nodes = nodes;
    }

    /// <summary>
    /// Loss, metrics and optimizer as JSON: <c>compile_config</c> of a <c>.keras</c> file, or <c>training_config</c> of a legacy
    /// <c>.h5</c> file; null where the file has none.
    /// </summary>
    public string? ConfigJson { get; }

    /// <summary>The variables of the optimizer with their shapes and dtypes, in its order; empty where the file has none.</summary>
    public IReadOnlyList<string> OptimizerVariables =>
        [.. Nodes.Where(node => node.Name == ObjectNames.Optimizer).SelectMany(node => node.AllArrays()).Select(array => array.ToString())];

    /// <summary>
    /// Whether the state of the optimizer is in the order of the names of the trained variables: by Keras 1 and 2.0, later in that of the
    /// layers.
    /// </summary>
    internal bool SortsByName { get; }

    /// <summary>Whether <see cref="ConfigJson"/> has the form of <c>.keras</c> files.</summary>
    internal bool IsArchiveConfig { get; }

    /// <summary>The optimizer and the metrics at their places among the objects of the model.</summary>
    internal IReadOnlyList<WeightNode> Nodes { get; }

    /// <summary>The state of a file, copied into memory; null where it has none.</summary>
    internal static TrainingState? Of(ModelContents contents)
    {
        if (contents.TrainingConfigJson is null && contents.TrainingNodes.Count == 0)
            return null;
        return new TrainingState(
            contents.TrainingConfigJson, contents.IsArchiveTrainingConfig, [.. contents.TrainingNodes.Select(InMemory)],
            contents.KerasVersion);
    }

    private static WeightNode InMemory(WeightNode node)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        WeightNode copy = new(node.Name) { Label = node.Label };
        copy.Arrays.AddRange(node.Arrays.Select(array =>
            array with { Data = StoredArray.FromBytes(array.DType, array.Shape, array.Data.ToBytes()) }));
        copy.Children.AddRange(node.Children.Select(InMemory));
        return copy;
    }
}
