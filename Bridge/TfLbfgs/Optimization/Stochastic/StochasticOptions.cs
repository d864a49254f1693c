using System.Globalization;

namespace TfLbfgs.Optimization;

/// <summary>How <see cref="StochasticLbfgs"/> draws batches, steps and stops. Immutable; every value has a default.</summary>
public sealed record StochasticOptions
{
    /// <summary>The rows of a batch, at least 4 and fewer than the data have; default 256. Python: <c>batch_size</c>.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>
    /// The part of a batch that is also in the next one, in (0, 0.5]; default 0.25. Changes of the gradient are measured on it alone, so
    /// that they are those of one function.
    /// </summary>
    public double Overlap { get; init; } = 0.25;

    /// <summary>
    /// Ends after this many passes over the data, counted in rows evaluated, those of line searches included; more than 0; default 10.
    /// Python: <c>epochs</c>.
    /// </summary>
    public double MaxPasses { get; init; } = 10;

    /// <summary>The most iterations, at least 0; default no limit.</summary>
    public int MaxIterations { get; init; } = int.MaxValue;

    /// <summary>How far to go along a direction; default <see cref="BatchStep.Decaying"/>.</summary>
    public BatchStep StepRule { get; init; } = BatchStep.Decaying;

    /// <summary>
    /// The step, or the first that is tried, more than 0; default 1. While nothing is known of the curvature it is divided by the length of
    /// the gradient, where that is more than 1.
    /// </summary>
    public double Step { get; init; } = 1;

    /// <summary>For <see cref="BatchStep.Decaying"/>: the iterations after which the step is halved; more than 0; default 10.</summary>
    public double DecayIterations { get; init; } = 10;

    /// <summary>
    /// For <see cref="BatchStep.Armijo"/>: the part of the predicted decrease that is sufficient, in (0, 1); default 1e-4.
    /// </summary>
    public double SufficientDecrease { get; init; } = 1e-4;

    /// <summary>For <see cref="BatchStep.Armijo"/>: the most halvings, at least 0; default 10. Then the smallest step is taken.</summary>
    public int MaxHalvings { get; init; } = 10;

    /// <summary>The number of correction pairs kept, 1 to 1,000; default 10.</summary>
    public int MemoryLength { get; init; } = 10;

    /// <summary>The matrix that the pairs correct; default <see cref="InverseScaling.Scalar"/>, which noisy pairs disturb least.</summary>
    public InverseScaling Scaling { get; init; } = InverseScaling.Scalar;

    /// <summary>A pair is left out where s.y is less than this times s.s, at least 0; default 1e-4.</summary>
    public double MinimumCurvature { get; init; } = 1e-4;

    /// <summary>Chooses the order of the rows: the same seed gives the same run; default 0. Python: <c>tf.random.set_seed</c>.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// Measures loss and gradient of all data after this many iterations, at least 1, which costs a pass that <see cref="MaxPasses"/> does
    /// not count; null (default): at the start and at the end only.
    /// </summary>
    public int? MeasureInterval { get; init; }

    /// <summary>Ends as soon as a measured loss of all data is at most this; null (default): no target.</summary>
    public double? TargetLoss { get; init; }

    /// <summary>
    /// Which of <see cref="Objective.Data"/> every batch receives whole, by their index; default none. Scalars are never cut.
    /// </summary>
    public IReadOnlyList<int> Whole { get; init; } = [];

    /// <summary>
    /// How the objective is run; default <see cref="Execution.Traced"/>. <see cref="Execution.Compiled"/> is
    /// <see cref="Execution.CompiledCalls"/> here.
    /// </summary>
    public Execution Execution { get; init; } = Execution.Traced;

    /// <summary>Receives each measurement of all data, on the thread that minimizes; null disables this.</summary>
    public IProgress<LbfgsProgress>? Progress { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="TfLbfgsException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        Require(BatchSize >= 4, nameof(BatchSize), "4 or more", BatchSize);
        Require(Overlap is > 0 and <= 0.5, nameof(Overlap), "a part above 0, up to 0.5", Overlap);
        Require(MaxPasses > 0, nameof(MaxPasses), "more than 0", MaxPasses);
        Require(MaxIterations >= 0, nameof(MaxIterations), "0 or more", MaxIterations);
        Require(Step > 0 && double.IsFinite(Step), nameof(Step), "a number above 0", Step);
        Require(DecayIterations > 0, nameof(DecayIterations), "more than 0", DecayIterations);
        Require(SufficientDecrease is > 0 and < 1, nameof(SufficientDecrease), "a value between 0 and 1", SufficientDecrease);
        Require(MaxHalvings >= 0, nameof(MaxHalvings), "0 or more", MaxHalvings);
        Require(MemoryLength is >= 1 and <= 1000, nameof(MemoryLength), "1 to 1000", MemoryLength);
        Require(MinimumCurvature >= 0, nameof(MinimumCurvature), "0 or more", MinimumCurvature);
        Require(MeasureInterval is null or >= 1, nameof(MeasureInterval), "1 or more, or null", MeasureInterval ?? 0);
        Require(Enum.IsDefined(StepRule), nameof(StepRule), "a value of BatchStep", (int)StepRule);
        Require(Enum.IsDefined(Scaling), nameof(Scaling), "a value of InverseScaling", (int)Scaling);
        Require(Enum.IsDefined(Execution), nameof(Execution), "a value of Execution", (int)Execution);
        Require(TargetLoss is not { } target || !double.IsNaN(target), nameof(TargetLoss), "a number or null", TargetLoss ?? 0);
    }

    private static void Require(bool condition, string name, string expected, double received)
    {
        if (!condition)
            throw new TfLbfgsException(
                $"StochasticOptions.{name}: expected {expected}, received {received.ToString(CultureInfo.InvariantCulture)}.");
    }
}
