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
    /// How a step along a direction is found: <see cref="CubicZoom"/> (null, the default), <see cref="MoreThuente"/>,
    /// <see cref="HagerZhangSearch"/>, <see cref="BacktrackingArmijo"/>, <see cref="FixedStep"/>, or one of
    /// your own. docs/guides/line-searches.md compares them.
    /// </summary>
    public LineSearch? LineSearch { get; init; }

    /// <summary>
    /// Ends with <see cref="StopReason.WorkingPrecision"/> after so many iterations in a row whose actual and predicted change of the loss
    /// are within its error, at least 0; 0: never; default 10. Where the loss is rounded much more
    /// coarsely than the gradient (saddles, float32) such iterations may still lead somewhere.
    /// </summary>
    public int FloorIterations { get; init; } = RuleConstants.FloorIterations;

    /// <summary>The most searches in a row that fail without progress before the run counts as stalled; default 5.</summary>
    public int MaxRestarts { get; init; } = 5;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(FloorIterations >= 0, nameof(FloorIterations), "0 or more", FloorIterations);
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
