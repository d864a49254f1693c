namespace TfLbfgs.Optimization;

/// <summary>
/// How L-BFGS minimizes a single vector, and when it stops. Immutable; every value has a default. For batches there are
/// <see cref="BatchOptions"/>, for tfp's rules <see cref="TfpOptions"/>.
/// </summary>
public sealed partial record LbfgsOptions : AlgorithmOptions
{
    /// <summary>
    /// The defaults of <c>tfp.optimizer.lbfgs_minimize</c>, and its rules. Change them by <c>LbfgsOptions.TfpCompatible with {
    /// MaxIterations = 500 }</c>. docs/reference/differences.md lists every argument and result of tfp's, and what tfp does
    /// that the default algorithm does not.
    /// </summary>
    public static TfpOptions TfpCompatible { get; } = new();

    /// <summary>
    /// How directions are found: <see cref="LimitedMemoryDirection"/>, <see cref="DenseDirection"/>, <see cref="AutomaticDirection"/> or a
    /// custom one; null (default): limited memory. Python: <c>tfp.optimizer.bfgs_minimize</c>
    /// for <see cref="DenseFormula.Bfgs"/>.
    /// </summary>
    public DirectionMethod? Direction { get; init; }

    /// <summary>
    /// Over how many accepted iterations the change of the loss is measured for <see cref="RunOptions.RelativeLossTolerance"/> and
    /// <see cref="RunOptions.AbsoluteLossTolerance"/>, at least 1; default 1.
    /// </summary>
    public int LossWindow { get; init; } = 1;

    /// <summary>
    /// Ends after this many accepted iterations in a row without an improvement of the loss, at least 1; null (default): never. Python:
    /// <c>EarlyStopping(monitor="loss", patience)</c>.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>
    /// For <see cref="Patience"/>: a loss is an improvement when it is lower than the best one by more than this, at least 0; default 0.
    /// Python: <c>min_delta</c>.
    /// </summary>
    public double MinimumImprovement { get; init; }

    /// <summary>
    /// A rule, or any combination of rules by <c>&amp;</c> and <c>|</c>, that ends the run too; null (default): none. The rules that the
    /// other options name apply in addition; when several are met at once, theirs is named.
    /// </summary>
    public StoppingRule? StopWhen { get; init; }

    /// <summary>
    /// The absolute error of the loss, given or measured at the start; null (default): its rounding, eps |f|. Four times it is the band in
    /// which a line search judges by slopes alone, and in which iterations count towards
    /// <see cref="AlgorithmOptions.FloorIterations"/>.
    /// </summary>
    public Noise? Noise { get; init; }

    /// <summary>
    /// A validation loss that is measured at intervals, may end the run, and selects the best point; null (default): none.
    /// </summary>
    public Validation? Validation { get; init; }

    /// <summary>
    /// The box that every evaluated point lies in; null (default): none. A start outside is projected first. Converged is then when max |x
    /// - P(x - g)| is within <see cref="RunOptions.GradientTolerance"/>, and the gradient norms that
    /// are reported are those. Borrowed until the run is over. Python: <c>scipy.optimize.minimize(method="L-BFGS-B", bounds)</c>.
    /// </summary>
    public Bounds? Bounds { get; init; }

    /// <summary>
    /// The sizes of variables that differ by orders of magnitude, given or measured, such as <see cref="BlockScaling.Automatic"/>; null
    /// (default): all have size 1. Positions, gradients and tolerances are those of the
    /// variables as they are; <see cref="LbfgsProgress.GradientLength"/> alone is that of the scaled gradient. Python: <c>x_scale</c>.
    /// </summary>
    public BlockScaling? BlockScaling { get; init; }

    /// <summary>What happens after a line search that found no acceptable step; default <see cref="FailedSearchPolicy.Restart"/>.</summary>
    public FailedSearchPolicy OnFailedSearch { get; init; }

    /// <summary>
    /// Whether the result holds the correction pairs, <see cref="LbfgsResult.PositionDeltas"/> and
    /// <see cref="LbfgsResult.GradientDeltas"/>: a copy of 2 m n elements on the device. Default false; with tfp's rules they are always
    /// there.
    /// </summary>
    public bool ReturnPairs { get; init; }

    /// <summary>
    /// Whether every failed line search is diagnosed, not only the one with which a run stalls: which variables of the layout have a
    /// gradient that is not finite, or disagrees with the loss. At most five evaluations for each, which
    /// are counted; observers receive it by <see cref="LbfgsObserver.OnSearchFailed"/>. Default false. Nothing is looked into where the
    /// objective has no layout.
    /// </summary>
    public bool ExplainFailures { get; init; }

    /// <summary>
    /// What happens when a state is resumed and the loss at its point is not the one that it holds, since data, loss or scaling have
    /// changed; default <see cref="ChangedProblemPolicy.Refuse"/>. The comparison takes one evaluation, which no
    /// result counts.
    /// </summary>
    public ChangedProblemPolicy OnChangedProblem { get; init; }

    /// <summary>Keeps the state of the run in a file; null (default): none.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>Whether a rule looks at how the loss or the position changed.</summary>
    internal bool HasChangeRules => PositionTolerance > 0 || RelativeLossTolerance > 0 || AbsoluteLossTolerance > 0 || Patience is not null
        || StopWhen is not null;

    /// <summary>
    /// The evaluations after which <see cref="Execution.Auto"/> compiles, in place of those of <see cref="ExecutionTable"/>; for tests.
    /// </summary>
    internal ExecutionTiers? Tiers { get; init; }

    /// <summary>
    /// Whether vectors are computed with by ops also where they lie in the memory of the process; for tests and measurements.
    /// </summary>
    internal bool ComputesByOps { get; init; }

    /// <summary>Whether pairs and the numbers of an evaluation are computed by loops in the memory of the process.</summary>
    internal bool ComputesOnHost => Bounds is null && BlockScaling is null && !ComputesByOps && HostVectors.AreInProcess;

    /// <summary>The option that the compiled loop does not serve, as it stands; null: it serves all.</summary>
    internal string? WhyNotOneLoop =>
        LineSearch is not (null or CubicZoom) ? $"LineSearch = {LineSearch.GetType().Name}"
        : Direction is not (null or LimitedMemoryDirection { CapFirstTrial: false }) ? $"Direction = {Direction.GetType().Name}"
        : Bounds is not null ? $"Bounds = {Bounds}"
        : OnFailedSearch != FailedSearchPolicy.Restart ? $"OnFailedSearch = {OnFailedSearch}"
        : BlockScaling is not null ? nameof(BlockScaling)
        : Noise is { IsMeasured: true } ? "Noise = Noise.Measured"
        : ExplainFailures ? nameof(ExplainFailures)
        : ReturnPairs ? nameof(ReturnPairs)
        : SlopeTolerance > 0 ? nameof(SlopeTolerance)
        : Trials is not null || Observers.Any(observer => observer.ReceivesTrials) || Progress is LbfgsObserver { ReceivesTrials: true }
            ? "observers of trials"
        : null;

    /// <summary>Checks the values.</summary>
    /// <exception cref="TfLbfgsException">A value is out of range, or does not fit the others; the message names it.</exception>
    public override void Validate()
    {
        base.Validate();
        Require(SlopeTolerance >= 0, nameof(SlopeTolerance), "0 or more", SlopeTolerance);
        Require(LossWindow >= 1, nameof(LossWindow), "1 or more", LossWindow);
        Require(Patience is null or >= 1, nameof(Patience), "1 or more, or null", Patience ?? 0);
        Require(MinimumImprovement >= 0, nameof(MinimumImprovement), "0 or more", MinimumImprovement);
        Require(Validation is null or { Interval: >= 1 }, "Validation.Interval", "1 or more", Validation?.Interval ?? 0);
        Require(Validation?.Patience is null or >= 1, "Validation.Patience", "1 or more, or null", Validation?.Patience ?? 0);
        Require(Validation is null or { MinimumImprovement: >= 0 }, "Validation.MinimumImprovement", "0 or more",
            Validation?.MinimumImprovement ?? 0);
        Require(Checkpoint is null or { Interval: >= 1 }, "Checkpoint.Interval", "1 or more", Checkpoint?.Interval ?? 0);
        if (Checkpoint is { Path: null or "" })
            throw new TfLbfgsException("LbfgsOptions.Checkpoint.Path: expected the name of a file, received none.");
        Require(Enum.IsDefined(OnChangedProblem), nameof(OnChangedProblem), "a value of ChangedProblemPolicy", (int)OnChangedProblem);
        Require(Enum.IsDefined(OnFailedSearch), nameof(OnFailedSearch), "a value of FailedSearchPolicy", (int)OnFailedSearch);
        if (Bounds is not null && BlockScaling is not null)
            throw new TfLbfgsException("LbfgsOptions.BlockScaling: expected null where Bounds are given, received one. Wrap the "
                + "objective in a ScaledObjective, with bounds for its variables.");
    }

    /// <summary>What the options say to the rules of an iteration.</summary>
    /// <param name="epsilon">The rounding of one operation in the dtype of the vectors.</param>
    /// <param name="measuredNoise">The error of the loss as it was measured; null: it was not.</param>
    internal RuleLimits<HostScalar> LimitsOfRules(double epsilon, double? measuredNoise = null)
    {
        double measured = Noise is { IsMeasured: true } ? measuredNoise ?? 0 : 0;
        return Limits(epsilon, Noise?.AbsoluteError ?? measured, Noise?.RelativeError ?? 0);
    }
}
