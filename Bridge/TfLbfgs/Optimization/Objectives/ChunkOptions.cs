namespace TfLbfgs.Optimization;

/// <summary>How a <see cref="ChunkedObjective"/> cuts its data. Immutable; every value has a default.</summary>
public sealed record ChunkOptions
{
    /// <summary>How the loss is made of those of the rows; default <see cref="DataReduction.Mean"/>.</summary>
    public DataReduction Reduction { get; init; } = DataReduction.Mean;

    /// <summary>
    /// Which of <see cref="Objective.Data"/> every slice receives whole, by their index, such as weights that belong to no row; default
    /// none. Scalars are never cut.
    /// </summary>
    public IReadOnlyList<int> Whole { get; init; } = [];
}
