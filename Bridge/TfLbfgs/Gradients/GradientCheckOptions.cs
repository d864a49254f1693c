namespace TfLbfgs.Gradients;

/// <summary>How <see cref="GradientChecker"/> takes differences.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>The largest relative error that passes; null: 1e-6 for float64, 1e-2 for float32 and narrower.</summary>
    public double? Tolerance { get; init; }

    /// <summary>
    /// The first step along a direction of length 1, relative to the size of the parameter; null: 1e-2 for float64, 1e-1 for float32 and
    /// narrower. It is halved for each further difference.
    /// </summary>
    public double? Step { get; init; }

    /// <summary>
    /// How many differences, each with half the step of the one before, are extrapolated to step 0; at least 2. Default 5.
    /// </summary>
    public int Levels { get; init; } = 5;

    /// <summary>Along how many random directions each parameter is checked; at least 1. Default 2.</summary>
    public int Directions { get; init; } = 2;

    /// <summary>
    /// How many single entries of each parameter are checked, to name the worst: all where it has no more, else evenly spread ones. 0:
    /// none. Default 20.
    /// </summary>
    public int Entries { get; init; } = 20;

    /// <summary>The seed of the directions. Default 0.</summary>
    public int Seed { get; init; }

    internal void Validate()
    {
        if (Tolerance is <= 0 || Step is <= 0 || Levels < 2 || Directions < 1 || Entries < 0)
            throw new TfLbfgsException("GradientCheckOptions: expected a positive tolerance and step, at least 2 levels, at least 1 "
                + $"direction and no negative number of entries, received {this}.");
    }
}
