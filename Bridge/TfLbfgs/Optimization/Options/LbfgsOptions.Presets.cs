namespace TfLbfgs.Optimization;

/// <content>Options that follow another implementation.</content>
public sealed partial record LbfgsOptions
{
    /// <summary>
    /// The defaults of <c>scipy.optimize.minimize(method="L-BFGS-B")</c>, and its steps: 10 pairs over the scaled identity, the search of
    /// MINPACK-2 with constants 1e-3 and 0.9 and at most 20 trials, <c>gtol</c> 1e-5 on the (projected) gradient, <c>ftol</c> 2.22e-9 of
    /// max(|f|, |f'|, 1), 15,000 iterations and evaluations. Without bounds the points are those of SciPy up to rounding. Change them by
    /// <c>LbfgsOptions.SciPyCompatible with { GradientTolerance = 1e-8 }</c>; <c>ftol</c> is
    /// <c>StopWhen = StoppingRule.LossReduction(ftol)</c>, <c>maxls</c>
    /// <see cref="RunOptions.MaxLineSearchTrials"/>. docs/guides/line-searches.md lists what differs.
    /// </summary>
    public static LbfgsOptions SciPyCompatible { get; } = new()
    {
        MaxIterations = 15000,
        MaxEvaluations = 15000,
        MemoryLength = 10,
        Scaling = InverseScaling.Scalar,
        UseLosses = false,
        AllowedRise = 0,
        AdaptFirstTrial = false,
        LineSearch = new Minpack2Search(),
        SufficientDecrease = 1e-3,
        Curvature = 0.9,
        MaxLineSearchTrials = 20,
        GradientTolerance = 1e-5,
        StopWhen = StoppingRule.LossReduction(1e7 * Math.ScaleB(1, -52)),
        FloorIterations = 0,
        MaxRestarts = 1,
    };

    /// <summary>
    /// The defaults of <c>torch.optim.LBFGS</c>, and the steps of one call of its <c>step</c>: 100 pairs over the scaled identity, the
    /// learning rate 1 as a fixed step, min(1, 1/|g|_1) of it at the start, 20 iterations and 25 evaluations, <c>tolerance_grad</c> 1e-7,
    /// <c>tolerance_change</c> 1e-9. Another learning rate is <c>LineSearch = new FixedStep { Step = 0.5, ShortensFirstStep = true }</c>;
    /// <c>line_search_fn="strong_wolfe"</c> is <c>LineSearch = new TorchStrongWolfe()</c>. docs/guides/line-searches.md lists what differs.
    /// </summary>
    public static LbfgsOptions TorchCompatible { get; } = new()
    {
        MaxIterations = 20,
        MaxEvaluations = 25,
        MemoryLength = 100,
        Scaling = InverseScaling.Scalar,
        UseLosses = false,
        AllowedRise = 0,
        AdaptFirstTrial = false,
        LineSearch = new FixedStep { Step = 1, ShortensFirstStep = true },
        MaxLineSearchTrials = 26,
        GradientTolerance = 1e-7,
        PositionTolerance = 1e-9,
        AbsoluteLossTolerance = 1e-9,
        SlopeTolerance = 1e-9,
        FloorIterations = 0,
        OnFailedSearch = FailedSearchPolicy.Stop,
    };
}
