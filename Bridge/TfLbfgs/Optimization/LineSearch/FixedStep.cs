namespace TfLbfgs.Optimization;

/// <summary>
/// Takes one step without looking at the loss: one evaluation per iteration, and no guarantee. The loss may rise, and may diverge; the result is the best point all the same. Only a result that is not finite is refused, and
/// counts as a failed search. Python: <c>torch.optim.LBFGS(lr)</c> without a line search, but for its first step, lr min(1, 1/|g|_1); its
/// directions come with <see cref="InverseScaling.Scalar"/>.
/// </summary>
public sealed record FixedStep : LineSearch
{
    /// <summary>The step along every direction, finite and positive; null (default): 1 along a learnt direction, and min(1, 1/|g|_2) along the steepest descent.</summary>
    public double? Step { get; init; }

    /// <inheritdoc/>
    protected internal override void Validate() => Require(Step is null || (Step > 0 && double.IsFinite(Step.Value)), nameof(Step), "a positive number or null", Step ?? 0);

    /// <inheritdoc/>
    protected internal override double FirstStep(double proposed) => Step ?? proposed;

    /// <inheritdoc/>
    protected internal override IEnumerable<double> Steps(Line line)
    {
        yield return line.FirstStep;
        if (line.Last.IsFinite)
            line.Accept();
        else
            line.Fail(LineSearchFailure.NotFinite);
    }
}
