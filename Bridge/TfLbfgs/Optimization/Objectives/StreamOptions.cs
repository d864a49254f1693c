namespace TfLbfgs.Optimization;

/// <summary>How a <see cref="StreamedObjective"/> reads and computes. Immutable; every value has a default.</summary>
public sealed record StreamOptions
{
    /// <summary>How the loss is made of those of the rows; default <see cref="DataReduction.Mean"/>.</summary>
    public DataReduction Reduction { get; init; } = DataReduction.Mean;

    /// <summary>How many slices are read ahead while one is computed, at least 1; default 2. Memory holds this many and two more.</summary>
    public int Prefetch { get; init; } = 2;

    /// <summary>Whether XLA compiles what is computed of a slice; default false.</summary>
    public bool Compile { get; init; }
}
