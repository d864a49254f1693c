namespace TfLbfgs.Optimization;

/// <summary>How L-BFGS searches and when it stops. Immutable; every value has a default.</summary>
public sealed record LbfgsOptions
{
    /// <summary>The most accepted iterations, at least 0; default 1,000. Python: <c>max_iterations</c> (50 there).</summary>
    public int MaxIterations { get; init; } = 1000;

    /// <summary>The most evaluations of loss and gradient, at least 1; default none.</summary>
    public int MaxEvaluations { get; init; } = int.MaxValue;

    /// <summary>
    /// The number of correction pairs kept, 1 to 1,000; null (default): by the number of parameters, see <see cref="MemoryTable"/>. More pairs save evaluations and make an iteration dearer.
    /// Python: <c>num_correction_pairs</c> (10 there).
    /// </summary>
    public int? MemoryLength { get; init; }

    /// <summary>The matrix that the pairs correct; default <see cref="InverseScaling.Diagonal"/>.</summary>
    public InverseScaling Scaling { get; init; } = InverseScaling.Diagonal;

    /// <summary>Converged when max |g_i| is at most this, at least 0; default 1e-8. Python: <c>tolerance</c>.</summary>
    public double GradientTolerance { get; init; } = 1e-8;

    /// <summary>Ends as soon as an evaluated loss is at most this; null (default): no target.</summary>
    public double? TargetLoss { get; init; }

    /// <summary>Sufficient decrease of the Wolfe conditions, c1 in (0, 0.5); default 1e-4.</summary>
    public double SufficientDecrease { get; init; } = 1e-4;

    /// <summary>Curvature condition of the Wolfe conditions, c2 in (c1, 1); default 0.9.</summary>
    public double Curvature { get; init; } = 0.9;

    /// <summary>The most trials of one line search, at least 1; default 30. Python: <c>max_line_search_iterations</c> (50 there).</summary>
    public int MaxLineSearchTrials { get; init; } = 30;

    /// <summary>The most searches in a row that fail without progress before the run counts as stalled; default 5.</summary>
    public int MaxRestarts { get; init; } = 5;

    /// <summary>How the objective is run; default <see cref="Execution.Traced"/>.</summary>
    public Execution Execution { get; init; } = Execution.Traced;

    /// <summary>Hears of the start and of every accepted iteration, on the thread that minimizes; null: nobody.</summary>
    public IProgress<LbfgsProgress>? Progress { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="TfLbfgsException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        Require(MaxIterations >= 0, nameof(MaxIterations), "0 or more", MaxIterations);
        Require(MaxEvaluations >= 1, nameof(MaxEvaluations), "1 or more", MaxEvaluations);
        Require(MemoryLength is null or (>= 1 and <= 1000), nameof(MemoryLength), "1 to 1000, or null", MemoryLength ?? 0);
        Require(GradientTolerance >= 0, nameof(GradientTolerance), "0 or more", GradientTolerance);
        Require(TargetLoss is not { } target || !double.IsNaN(target), nameof(TargetLoss), "a number or null", TargetLoss ?? 0);
        Require(SufficientDecrease is > 0 and < 0.5, nameof(SufficientDecrease), "a value between 0 and 0.5", SufficientDecrease);
        Require(Curvature > SufficientDecrease && Curvature < 1, nameof(Curvature), "a value between SufficientDecrease and 1", Curvature);
        Require(MaxLineSearchTrials >= 1, nameof(MaxLineSearchTrials), "1 or more", MaxLineSearchTrials);
        Require(MaxRestarts >= 0, nameof(MaxRestarts), "0 or more", MaxRestarts);
    }

    private static void Require(bool condition, string name, string expected, double received)
    {
        if (!condition)
            throw new TfLbfgsException($"LbfgsOptions.{name}: expected {expected}, received {received}.");
    }
}
