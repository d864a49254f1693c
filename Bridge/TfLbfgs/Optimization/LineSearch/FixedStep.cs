namespace TfLbfgs.Optimization;

/// <summary>
/// Takes one step without looking at the loss: one evaluation per iteration, and no guarantee. The loss may rise, and may diverge; the
/// result is the best point all the same. Only a result that is not finite is refused, and
/// counts as a failed search. Python: <c>torch.optim.LBFGS(lr)</c> without a line search, with <see cref="ShortensFirstStep"/>; its
/// directions come with <see cref="InverseScaling.Scalar"/>: see <see cref="LbfgsOptions.TorchCompatible"/>.
/// </summary>
public sealed record FixedStep : LineSearch
{
    /// <summary>
    /// The step along every direction, finite and positive; null (default): 1 along a learnt direction, and min(1, 1/|g|_2) along the
    /// steepest descent.
    /// </summary>
    public double? Step { get; init; }

    /// <summary>
    /// The step along the steepest descent, with which a run starts, finite and positive; null (default): <see cref="Step"/>. It is 1 in
    /// <c>lbfgs.lua</c> and its ports to TensorFlow, for every learning rate, with <see cref="ShortensFirstStep"/>.
    /// </summary>
    public double? InitialStep { get; init; }

    /// <summary>
    /// Whether the step along the steepest descent is min(1, 1/|g|_1) times <see cref="InitialStep"/>, as in torch; default false: the
    /// whole step. One read of the sum at the start.
    /// </summary>
    public bool ShortensFirstStep { get; init; }

    /// <inheritdoc/>
    protected internal override void Validate()
    {
        Require(Step is null || (Step > 0 && double.IsFinite(Step.Value)), nameof(Step), "a positive number or null", Step ?? 0);
        Require(
            InitialStep is null || (InitialStep > 0 && double.IsFinite(InitialStep.Value)), nameof(InitialStep),
                "a positive number or null",
            InitialStep ?? 0);
    }

    /// <inheritdoc/>
    protected internal override double FirstStep(double proposed) => Step ?? proposed;

    /// <inheritdoc/>
    protected internal override double FirstSteepestStep(GradientSize gradient, double proposed) =>
        ShortensFirstStep ? TorchStart(gradient, InitialStep ?? Step ?? 1) : InitialStep ?? FirstStep(proposed);

    /// <inheritdoc/>
    protected internal override IEnumerable<double> Steps(Line line)
    {
        yield return line.FirstStep;
        if (line.Last.IsFinite)
            line.Accept();
        else
            line.Fail(LineSearchFailure.NotFinite);
    }

    /// <summary>The first step of <c>torch.optim.LBFGS</c>.</summary>
    internal static double TorchStart(GradientSize gradient, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        return Math.Min(1, 1 / gradient.Sum) * learningRate;
    }
}
