namespace TfLbfgs.Optimization;

/// <summary>
/// The options of the default algorithm, whether it minimizes a single vector, <see cref="LbfgsOptions"/>, or a batch,
/// <see cref="BatchOptions"/>.
/// </summary>
public abstract record AlgorithmOptions : RunOptions
{
    private protected AlgorithmOptions()
    {
    }

    /// <summary>The matrix that the pairs correct; default <see cref="InverseScaling.Diagonal"/>.</summary>
    public InverseScaling Scaling { get; init; } = InverseScaling.Diagonal;

    /// <summary>
    /// Whether the change of the gradient of a pair is multiplied so that its curvature is that of the end of its step, which the losses
    /// report: <c>6 (f0 - f1) + 3 (g0 + g1).s</c> more (Zhang, Deng and Chen 1999; Biggs 1973). Default true: fewer evaluations on problems
    /// that are not quadratic (docs/directions.md). Of <see cref="LimitedMemoryDirection"/>; within bounds for steps that no bound bends.
    /// </summary>
    public bool UseLosses { get; init; } = true;

    /// <summary>
    /// How a step along a direction is found: <see cref="CubicZoom"/> (null, the default), <see cref="MoreThuente"/>,
    /// <see cref="HagerZhangSearch"/>, <see cref="BacktrackingArmijo"/>, <see cref="FixedStep"/>, or one of
    /// your own. docs/guides/line-searches.md compares them.
    /// </summary>
    public LineSearch? LineSearch { get; init; }

    /// <summary>
    /// How far <see cref="CubicZoom"/> may let a step end above the loss where it begins, as a multiple of the decrease of the iteration
    /// before, at least 0. Default 1: the loss stays below that of two iterations ago (Grippo, Lampariello and Lucidi 1986), which saves
    /// evaluations in curved valleys. 0: it never rises. The result is the lowest point in any case.
    /// </summary>
    public double AllowedRise { get; init; } = 1;

    /// <summary>
    /// Whether the first trial of <see cref="CubicZoom"/> along a direction of the memory is at most <c>2.02 df / |g.d|</c>, df the
    /// decrease of the iteration before, as long as that suits the problem: the step that repeats the decrease on a parabola. What the
    /// searches came to says whether it does (docs/directions.md). Default true: fewer evaluations on networks. Directions that always cap
    /// it, <see cref="IDirection.CapsFirstTrial"/>, do not need it.
    /// </summary>
    public bool AdaptFirstTrial { get; init; } = true;

    /// <summary>
    /// Ends with <see cref="StopReason.WorkingPrecision"/> after this many iterations in a row whose actual and predicted change of the
    /// loss are within its error, at least 0; 0: never; default 10. Where the loss is rounded much more coarsely than the gradient
    /// (saddles, float32) such iterations may still lead somewhere.
    /// </summary>
    public int FloorIterations { get; init; } = RuleConstants.FloorIterations;

    /// <summary>The most searches in a row that fail without progress before the run counts as stalled; default 5.</summary>
    public int MaxRestarts { get; init; } = 5;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(FloorIterations >= 0, nameof(FloorIterations), "0 or more", FloorIterations);
        Require(AllowedRise >= 0 && double.IsFinite(AllowedRise), nameof(AllowedRise), "0 or more", AllowedRise);
        Require(MaxRestarts >= 0, nameof(MaxRestarts), "0 or more", MaxRestarts);
        Require(Enum.IsDefined(Scaling), nameof(Scaling), "a value of InverseScaling", (int)Scaling);
        LineSearch?.Validate();
    }

    /// <summary>What the options say to the rules of an iteration.</summary>
    /// <param name="epsilon">The rounding of one operation in the dtype of the vectors.</param>
    /// <param name="noise">The absolute error of the loss, given or measured; 0: none is known.</param>
    /// <param name="relativeNoise">The error as a part of the loss; 0: none is known.</param>
    private protected RuleLimits<HostScalar> Limits(double epsilon, double noise, double relativeNoise) =>
        new(epsilon, noise, relativeNoise, FloorIterations, MaxRestarts);
}
