using System.Globalization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>How L-BFGS searches and when it stops. Immutable; every value has a default.</summary>
public sealed record LbfgsOptions
{
    /// <summary>
    /// The defaults of <c>tfp.optimizer.lbfgs_minimize</c>, and its rules: 50 iterations, 10 pairs, gradient tolerance 1e-8, Hager–Zhang line searches of at most 50 rounds with constants 0.1 and 0.9.
    /// Change them by <c>LbfgsOptions.TfpCompatible with { MaxIterations = 500 }</c>. docs/reference/differences.md lists every argument and result of tfp's, and what tfp does that the default mode does not.
    /// </summary>
    public static LbfgsOptions TfpCompatible { get; } = new()
    {
        IsTfpCompatible = true,
        MaxIterations = 50,
        MemoryLength = 10,
        SufficientDecrease = 0.1,
        MaxLineSearchTrials = 50,
    };

    /// <summary>
    /// Whether the run follows tfp step by step, its defects included: the same flags, the same number of evaluations where rounding allows. Default false. <see cref="MaxRestarts"/> and <see cref="Scaling"/> have no meaning then,
    /// and <see cref="MaxIterations"/> counts those of <see cref="PreviousResult"/> too.
    /// </summary>
    public bool IsTfpCompatible { get; init; }

    /// <summary>The most accepted iterations, at least 0, of each member of a batch; default 1,000. Python: <c>max_iterations</c> (50 there).</summary>
    public int MaxIterations { get; init; } = 1000;

    /// <summary>The most evaluations of loss and gradient, at least 1, each of a whole batch; default none.</summary>
    public int MaxEvaluations { get; init; } = int.MaxValue;

    /// <summary>
    /// The number of correction pairs kept, 1 to 1,000; null (default): by the number of parameters, see <see cref="MemoryTable"/>, for a batch within 1 GiB for all members; 10 with tfp's rules. More pairs save evaluations and make an iteration dearer.
    /// Python: <c>num_correction_pairs</c> (10 there).
    /// </summary>
    public int? MemoryLength { get; init; }

    /// <summary>The matrix that the pairs correct; default <see cref="InverseScaling.Diagonal"/>.</summary>
    public InverseScaling Scaling { get; init; } = InverseScaling.Diagonal;

    /// <summary>
    /// How directions are found: <see cref="LimitedMemoryDirection"/>, <see cref="DenseDirection"/>, <see cref="AutomaticDirection"/> or one's own; null (default): limited memory. Must be null for batches and with tfp's rules. Python: <c>tfp.optimizer.bfgs_minimize</c>
    /// for <see cref="DenseFormula.Bfgs"/>.
    /// </summary>
    public DirectionMethod? Direction { get; init; }

    /// <summary>Converged when max |g_i| is at most this, at least 0; default 1e-8. Python: <c>tolerance</c>.</summary>
    public double GradientTolerance { get; init; } = 1e-8;

    /// <summary>Ends when no component of the position changed by more than this in an accepted iteration, max |x_i - x_i'|; at least 0; 0 (default): off. Python: <c>x_tolerance</c>.</summary>
    public double PositionTolerance { get; init; }

    /// <summary>Ends when the loss changed by no more than this times its former absolute value; at least 0; 0 (default): off. Python: <c>f_relative_tolerance</c>.</summary>
    public double RelativeLossTolerance { get; init; }

    /// <summary>Ends when the loss changed by no more than this; at least 0; 0 (default): off. Python: <c>f_absolute_tolerance</c>.</summary>
    public double AbsoluteLossTolerance { get; init; }

    /// <summary>Over how many accepted iterations the change of the loss is measured for the two tolerances above, at least 1; default 1.</summary>
    public int LossWindow { get; init; } = 1;

    /// <summary>Ends after so many accepted iterations in a row without an improvement of the loss, at least 1; null (default): never. Python: <c>EarlyStopping(monitor="loss", patience)</c>.</summary>
    public int? Patience { get; init; }

    /// <summary>For <see cref="Patience"/>: a loss is an improvement when it is lower than the best one by more than this, at least 0; default 0. Python: <c>min_delta</c>.</summary>
    public double MinimumImprovement { get; init; }

    /// <summary>
    /// A rule, or any combination of rules by <c>&amp;</c> and <c>|</c>, that ends the run too; null (default): none. The rules that the other options name hold beside it; when several are met at once, theirs is named. Not for
    /// batches and not with tfp's rules.
    /// </summary>
    public StoppingRule? StopWhen { get; init; }

    /// <summary>
    /// The absolute error of the loss, given or measured at the start; null (default): its rounding, eps |f|. Four times it is the band in which a line search judges by slopes alone, and in which iterations count towards
    /// <see cref="FloorIterations"/>. For batches it can be given, not measured. No meaning with tfp's rules.
    /// </summary>
    public Noise? Noise { get; init; }

    /// <summary>
    /// Ends with <see cref="StopReason.WorkingPrecision"/> after so many iterations in a row whose actual and predicted change of the loss are within its error, at least 0; 0: never; default 10. Where the loss is rounded much more
    /// coarsely than the gradient (saddles, float32) such iterations may still lead somewhere. No meaning with tfp's rules.
    /// </summary>
    public int FloorIterations { get; init; } = RuleConstants.FloorIterations;

    /// <summary>A second loss that is measured now and then, may end the run, and chooses the best point; null (default): none.</summary>
    public Validation? Validation { get; init; }

    /// <summary>Ends after this time, counted from the call and checked before each evaluation; more than zero; null (default): no limit.</summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>Asked at the start and after each accepted iteration, after all who listen, whether to go on; null (default): go on.</summary>
    public Func<LbfgsProgress, LbfgsAction>? Callback { get; init; }

    /// <summary>Ends as soon as an evaluated loss is at most this; null (default): no target.</summary>
    public double? TargetLoss { get; init; }

    /// <summary>
    /// The box that every evaluated point lies in; null (default): none. A start outside is projected first. Converged is then when max |x - P(x - g)| is within <see cref="GradientTolerance"/>, and the gradient norms that
    /// are reported are those. Borrowed until the run is over. With tfp's rules and for batches it must be null. Python: <c>scipy.optimize.minimize(method="L-BFGS-B", bounds)</c>.
    /// </summary>
    public Bounds? Bounds { get; init; }

    /// <summary>
    /// How a step along a direction is found: <see cref="CubicZoom"/> (null, the default), <see cref="MoreThuente"/>, <see cref="HagerZhangSearch"/>, <see cref="BacktrackingArmijo"/>, <see cref="FixedStep"/>, or one of
    /// your own. docs/guides/line-searches.md compares them. With tfp's rules it must be null, as they have their own.
    /// </summary>
    public LineSearch? LineSearch { get; init; }

    /// <summary>Sufficient decrease of the Wolfe conditions, c1 in (0, 0.5); default 1e-4.</summary>
    public double SufficientDecrease { get; init; } = Line.DefaultSufficientDecrease;

    /// <summary>Curvature condition of the Wolfe conditions, c2 in (c1, 1); default 0.9.</summary>
    public double Curvature { get; init; } = Line.DefaultCurvature;

    /// <summary>
    /// The sizes of variables that differ by orders of magnitude, given or measured, such as <see cref="BlockScaling.Automatic"/>; null (default): all count alike. Positions, gradients and tolerances are those of the
    /// variables as they are; <see cref="LbfgsProgress.GradientLength"/> alone is that of the scaled gradient. Python: <c>x_scale</c>.
    /// </summary>
    public BlockScaling? BlockScaling { get; init; }

    /// <summary>The most trials of one line search, at least 1; default 30. Python: <c>max_line_search_iterations</c> (50 there).</summary>
    public int MaxLineSearchTrials { get; init; } = Line.DefaultMaxTrials;

    /// <summary>The most searches in a row that fail without progress before the run counts as stalled; default 5.</summary>
    public int MaxRestarts { get; init; } = 5;

    /// <summary>What happens after a line search that found no acceptable step; default <see cref="FailedSearchPolicy.Restart"/>. With tfp's rules and for batches it must be the default.</summary>
    public FailedSearchPolicy OnFailedSearch { get; init; }

    /// <summary>When a batch ends: when all members have ended (default), or as soon as one or some number of them has converged. Python: <c>stopping_condition</c>.</summary>
    public BatchStopping StoppingCondition { get; init; }

    /// <summary>
    /// Whether members of a batch that have ended are no longer evaluated; default true. When the others fit a smaller power of two, the function is traced once more for positions of shape [that many, n]. A function that cannot take
    /// fewer members, since it has data of its own for each, is found out by that and called with all members to the end; pass one that is given the indices of the members instead. Not with tfp's rules, which evaluate all members always.
    /// </summary>
    public bool ShedFinished { get; init; } = true;

    /// <summary>
    /// The diagonal of the inverse Hessian to start from, positive, shape [n] or that of the positions, of their dtype; null (default): ones. From the first pair on it is scaled by s.y / y.Dy, so that
    /// only its proportions matter. Borrowed. With tfp's rules and for batches. Python: <c>initial_inverse_hessian_estimate</c>, which tfp's L-BFGS refuses.
    /// </summary>
    public Tensor? InitialInverseHessianDiagonal { get; init; }

    /// <summary>
    /// Goes on where an earlier run with tfp's rules ended, in place of an initial position: position, pairs, flags and counts are taken over. Borrowed. The limits count both runs. The memory length is
    /// that of the earlier run, as in tfp. Python: <c>previous_optimizer_results</c>.
    /// </summary>
    public LbfgsResult? PreviousResult { get; init; }

    /// <summary>The same for a batch; in the default mode too, where the position is evaluated once more, the function compared with the results, and every member judged anew.</summary>
    public LbfgsBatchResult? PreviousBatchResult { get; init; }

    /// <summary>
    /// Whether the result holds the correction pairs, <see cref="LbfgsResult.PositionDeltas"/> and <see cref="LbfgsResult.GradientDeltas"/>, in the default mode too: a copy of 2 m n elements on the device. Default false; with tfp's rules
    /// they are always there.
    /// </summary>
    public bool ReturnPairs { get; init; }

    /// <summary>
    /// Whether each line search that fails is looked into, and not only the one with which a run stalls: which variables of the layout have a gradient that is not finite, or disagrees with the loss. At most five evaluations for each, which
    /// are counted; observers hear of it by <see cref="LbfgsObserver.OnSearchFailed"/>. Default false. Nothing is looked into where the objective has no layout.
    /// </summary>
    public bool ExplainFailures { get; init; }

    /// <summary>
    /// What happens when a state is resumed and the loss at its point is not the one that it holds, since data, loss or scaling have
    /// changed; default <see cref="ChangedProblemPolicy.Refuse"/>. The comparison takes one evaluation, which no
    /// result counts.
    /// </summary>
    public ChangedProblemPolicy OnChangedProblem { get; init; }

    /// <summary>Keeps the state of the run in a file; null (default): none. With tfp's rules and for batches it must be null.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>How the objective is run; default <see cref="Execution.Traced"/>.</summary>
    public Execution Execution { get; init; } = Execution.Traced;

    /// <summary>Hears of the start and of every accepted iteration, on the thread that minimizes; null: nobody. An <see cref="LbfgsObserver"/> here hears everything, as among <see cref="Observers"/>.</summary>
    public IProgress<LbfgsProgress>? Progress { get; init; }

    /// <summary>Hears of every evaluation of loss and gradient, the start and those of the line searches included, on the thread that minimizes; null: nobody.</summary>
    public IProgress<LbfgsTrial>? Trials { get; init; }

    /// <summary>What else hears of the run, such as <see cref="ConsoleProgress"/>, <see cref="CsvProgress"/> and <see cref="TensorBoardProgress"/>; default nobody. Python: <c>callbacks</c>.</summary>
    public IReadOnlyList<LbfgsObserver> Observers { get; init; } = [];

    /// <summary>Whether a rule looks at how the loss or the position changed.</summary>
    internal bool HasChangeRules => PositionTolerance > 0 || RelativeLossTolerance > 0 || AbsoluteLossTolerance > 0 || Patience is not null || StopWhen is not null;

    /// <summary>What the compiled loop has not, in a sentence; null: it has all.</summary>
    internal string? WhyNotOneLoop
    {
        get
        {
            if (LineSearch is not null and not CubicZoom)
                return $"LbfgsOptions.LineSearch: expected null or CubicZoom with Execution.Compiled, whose loop has its own, received {LineSearch.GetType().Name}.";
            if (Direction is not null and not LimitedMemoryDirection { CapFirstTrial: false })
                return $"LbfgsOptions.Direction: expected null or LimitedMemoryDirection with Execution.Compiled, whose loop has its own, received {Direction.GetType().Name}.";
            if (Bounds is not null)
                return $"LbfgsOptions.Bounds: expected null with Execution.Compiled, whose loop keeps none, received {Bounds}.";
            if (OnFailedSearch != FailedSearchPolicy.Restart)
                return $"LbfgsOptions.OnFailedSearch: expected Restart with Execution.Compiled, whose loop has no other, received {OnFailedSearch}.";
            if (BlockScaling is not null)
                return "LbfgsOptions.BlockScaling: expected null with Execution.Compiled, received one.";
            if (Noise is { IsMeasured: true })
                return "LbfgsOptions.Noise: expected a number or null with Execution.Compiled, whose loop measures none, received Noise.Measured.";
            if (ExplainFailures || ReturnPairs)
                return "LbfgsOptions.ExplainFailures, ReturnPairs: expected false with Execution.Compiled, received true.";
            if (Trials is not null || Observers.Any(observer => observer.HearsTrials) || Progress is LbfgsObserver { HearsTrials: true })
                return "LbfgsOptions.Trials, Observers: expected nobody who hears of trials with Execution.Compiled, whose loop tells of accepted iterations only, received one.";
            return null;
        }
    }

    /// <summary>Checks the values.</summary>
    /// <exception cref="TfLbfgsException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        Require(MaxIterations >= 0, nameof(MaxIterations), "0 or more", MaxIterations);
        Require(MaxEvaluations >= 1, nameof(MaxEvaluations), "1 or more", MaxEvaluations);
        Require(MemoryLength is null or (>= 1 and <= 1000), nameof(MemoryLength), "1 to 1000, or null", MemoryLength ?? 0);
        Require(GradientTolerance >= 0, nameof(GradientTolerance), "0 or more", GradientTolerance);
        Require(PositionTolerance >= 0, nameof(PositionTolerance), "0 or more", PositionTolerance);
        Require(RelativeLossTolerance >= 0, nameof(RelativeLossTolerance), "0 or more", RelativeLossTolerance);
        Require(AbsoluteLossTolerance >= 0, nameof(AbsoluteLossTolerance), "0 or more", AbsoluteLossTolerance);
        Require(LossWindow >= 1, nameof(LossWindow), "1 or more", LossWindow);
        Require(Patience is null or >= 1, nameof(Patience), "1 or more, or null", Patience ?? 0);
        Require(MinimumImprovement >= 0, nameof(MinimumImprovement), "0 or more", MinimumImprovement);
        Require(FloorIterations >= 0, nameof(FloorIterations), "0 or more", FloorIterations);
        Require(MaxTime is null || MaxTime > TimeSpan.Zero, nameof(MaxTime), "more than zero seconds, or null", MaxTime?.TotalSeconds ?? 0);
        Require(Validation is null or { Interval: >= 1 }, "Validation.Interval", "1 or more", Validation?.Interval ?? 0);
        Require(Validation?.Patience is null or >= 1, "Validation.Patience", "1 or more, or null", Validation?.Patience ?? 0);
        Require(Validation is null or { MinimumImprovement: >= 0 }, "Validation.MinimumImprovement", "0 or more", Validation?.MinimumImprovement ?? 0);
        Require(Checkpoint is null or { Interval: >= 1 }, "Checkpoint.Interval", "1 or more", Checkpoint?.Interval ?? 0);
        if (Checkpoint is { Path: null or "" })
            throw new TfLbfgsException("LbfgsOptions.Checkpoint.Path: expected the name of a file, received none.");
        if (Observers is null || Observers.Contains(null))
            throw new TfLbfgsException("LbfgsOptions.Observers: expected a list without null, received null.");
        Require(TargetLoss is not { } target || !double.IsNaN(target), nameof(TargetLoss), "a number or null", TargetLoss ?? 0);
        Require(SufficientDecrease is > 0 and < 0.5, nameof(SufficientDecrease), "a value between 0 and 0.5", SufficientDecrease);
        Require(Curvature > SufficientDecrease && Curvature < 1, nameof(Curvature), "a value between SufficientDecrease and 1", Curvature);
        Require(MaxLineSearchTrials >= 1, nameof(MaxLineSearchTrials), "1 or more", MaxLineSearchTrials);
        Require(MaxRestarts >= 0, nameof(MaxRestarts), "0 or more", MaxRestarts);
        Require(Enum.IsDefined(Execution), nameof(Execution), "a value of Execution", (int)Execution);
        Require(Enum.IsDefined(Scaling), nameof(Scaling), "a value of InverseScaling", (int)Scaling);
        Require(Enum.IsDefined(OnChangedProblem), nameof(OnChangedProblem), "a value of ChangedProblemPolicy", (int)OnChangedProblem);
        Require(Enum.IsDefined(OnFailedSearch), nameof(OnFailedSearch), "a value of FailedSearchPolicy", (int)OnFailedSearch);
        LineSearch?.Validate();
    }

    /// <summary>Checks that the options fit together and to a single vector, or to a batch.</summary>
    internal void ValidateFor(bool batch)
    {
        Validate();
        if (batch || IsTfpCompatible)
        {
            string where = IsTfpCompatible ? "with tfp's rules" : "for a batch";
            Require(Patience is null, nameof(Patience), $"null {where}", Patience ?? 0);
            if (LineSearch is not null && IsTfpCompatible)
                throw new TfLbfgsException($"LbfgsOptions.LineSearch: expected null {where}, received {LineSearch.GetType().Name}.");
            if (Direction is not null)
                throw new TfLbfgsException($"LbfgsOptions.Direction: expected null {where}, received {Direction.GetType().Name}.");
            if (Bounds is not null)
                throw new TfLbfgsException($"LbfgsOptions.Bounds: expected null {where}, received {Bounds}. Bounds are kept by the default mode with a single vector.");
            if (OnFailedSearch != FailedSearchPolicy.Restart)
                throw new TfLbfgsException($"LbfgsOptions.OnFailedSearch: expected Restart {where}, received {OnFailedSearch}.");
            if (Checkpoint is not null)
                throw new TfLbfgsException($"LbfgsOptions.Checkpoint: expected null {where}, received {Checkpoint.Path}.");
            Require(LossWindow == 1, nameof(LossWindow), $"1 {where}", LossWindow);
            if (StopWhen is not null)
                throw new TfLbfgsException($"LbfgsOptions.StopWhen: expected null {where}, received a rule. Use Callback.");
            Require(Validation is null, "Validation.Interval", $"no validation {where}", Validation?.Interval ?? 0);
            if (BlockScaling is not null)
                throw new TfLbfgsException($"LbfgsOptions.BlockScaling: expected null {where}, received one. Wrap the objective in a ScaledObjective.");
        }

        if (batch && !IsTfpCompatible && Noise is { IsMeasured: true })
            throw new TfLbfgsException("LbfgsOptions.Noise: expected a number or null for a batch, received Noise.Measured. Give Noise.Absolute or Noise.Relative.");
        if (Execution == Execution.Compiled && !batch && !IsTfpCompatible && WhyNotOneLoop is { } why)
            throw new TfLbfgsException($"{why} Use Execution.CompiledCalls.");

        if (Bounds is not null && BlockScaling is not null)
            throw new TfLbfgsException("LbfgsOptions.BlockScaling: expected null where Bounds are given, received one. Wrap the objective in a ScaledObjective, with bounds for its variables.");

        if (batch && PreviousResult is not null)
            throw new TfLbfgsException("LbfgsOptions.PreviousResult: expected null, since a batch resumes from PreviousBatchResult, received the result of a single vector.");
        if (!batch && PreviousBatchResult is not null)
            throw new TfLbfgsException("LbfgsOptions.PreviousBatchResult: expected null, since a single vector resumes from PreviousResult, received the result of a batch.");
        if (!batch && !IsTfpCompatible && PreviousResult is not null)
            throw new TfLbfgsException("LbfgsOptions.PreviousResult: expected null in the default mode, received a result. Use LbfgsOptions.TfpCompatible, or start from the result's Position.");
        if (!batch && !IsTfpCompatible && InitialInverseHessianDiagonal is not null)
            throw new TfLbfgsException("LbfgsOptions.InitialInverseHessianDiagonal: expected null in the default mode, which finds its own scale, received a tensor. Use LbfgsOptions.TfpCompatible.");
    }

    /// <summary>What the options say to the rules of an iteration.</summary>
    /// <param name="epsilon">The rounding of one operation in the dtype of the vectors.</param>
    /// <param name="measuredNoise">The error of the loss as it was measured; null: it was not.</param>
    internal RuleLimits<HostScalar> LimitsOfRules(double epsilon, double? measuredNoise = null)
    {
        double measured = Noise is { IsMeasured: true } ? measuredNoise ?? 0 : 0;
        return new(epsilon, Noise?.AbsoluteError ?? measured, Noise?.RelativeError ?? 0, FloorIterations, MaxRestarts);
    }

    private static void Require(bool condition, string name, string expected, double received)
    {
        if (!condition)
            throw new TfLbfgsException($"LbfgsOptions.{name}: expected {expected}, received {received.ToString(CultureInfo.InvariantCulture)}.");
    }
}
