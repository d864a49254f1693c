using System.Globalization;

namespace TfLbfgs.Optimization;

/// <summary>
/// The options that all minimizations have: limits, tolerances, constants of the line search, execution and who receives progress. Its
/// kinds are <see cref="LbfgsOptions"/> for a single vector, <see cref="BatchOptions"/> for many
/// vectors at once, and <see cref="TfpOptions"/> for the rules of TensorFlow Probability; each has what fits to it.
/// </summary>
public abstract record RunOptions
{
    private protected RunOptions()
    {
    }

    /// <summary>
    /// The most accepted iterations, at least 0, of each member of a batch; default 1,000. Python: <c>max_iterations</c> (50 there).
    /// </summary>
    public int MaxIterations { get; init; } = 1000;

    /// <summary>The most evaluations of loss and gradient, at least 1, each of a whole batch; default none.</summary>
    public int MaxEvaluations { get; init; } = int.MaxValue;

    /// <summary>
    /// Ends after this time, counted from the call and checked before each evaluation; more than zero; null (default): no limit.
    /// </summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>
    /// The number of correction pairs kept, 1 to 1,000; null (default): by the number of parameters, see <see cref="MemoryTable"/>, for a
    /// batch within 1 GiB for all members; 10 with tfp's rules. More pairs save evaluations and
    /// make an iteration slower. Python: <c>num_correction_pairs</c> (10 there).
    /// </summary>
    public int? MemoryLength { get; init; }

    /// <summary>Converged when max |g_i| is at most this, at least 0; default 1e-8. Python: <c>tolerance</c>.</summary>
    public double GradientTolerance { get; init; } = 1e-8;

    /// <summary>
    /// Ends when no component of the position changed by more than this in an accepted iteration, max |x_i - x_i'|; at least 0; 0
    /// (default): off. Python: <c>x_tolerance</c>.
    /// </summary>
    public double PositionTolerance { get; init; }

    /// <summary>
    /// Ends when the loss changed by no more than this times its former absolute value; at least 0; 0 (default): off. Python:
    /// <c>f_relative_tolerance</c>.
    /// </summary>
    public double RelativeLossTolerance { get; init; }

    /// <summary>
    /// Ends when the loss changed by no more than this; at least 0; 0 (default): off. Python: <c>f_absolute_tolerance</c>.
    /// </summary>
    public double AbsoluteLossTolerance { get; init; }

    /// <summary>Ends as soon as an evaluated loss is at most this; null (default): no target.</summary>
    public double? TargetLoss { get; init; }

    /// <summary>Sufficient decrease of the Wolfe conditions, c1 in (0, 0.5); default 1e-4.</summary>
    public double SufficientDecrease { get; init; } = Line.DefaultSufficientDecrease;

    /// <summary>Curvature condition of the Wolfe conditions, c2 in (c1, 1); default 0.9.</summary>
    public double Curvature { get; init; } = Line.DefaultCurvature;

    /// <summary>The most trials of one line search, at least 1; default 30. Python: <c>max_line_search_iterations</c> (50 there).</summary>
    public int MaxLineSearchTrials { get; init; } = Line.DefaultMaxTrials;

    /// <summary>How the objective is run; default <see cref="Execution.Auto"/>.</summary>
    public Execution Execution { get; init; } = Execution.Auto;

    /// <summary>
    /// Asked at the start and after each accepted iteration, after all observers, whether to go on; null (default): go on.
    /// </summary>
    public Func<LbfgsProgress, LbfgsAction>? Callback { get; init; }

    /// <summary>
    /// Receives progress at the start and after every accepted iteration, on the thread that minimizes; null (default): disabled. An
    /// <see cref="LbfgsObserver"/> here receives all its callbacks, as among <see cref="Observers"/>.
    /// </summary>
    public IProgress<LbfgsProgress>? Progress { get; init; }

    /// <summary>
    /// Receives every evaluation of loss and gradient, the start and those of the line searches included, on the thread that minimizes;
    /// null (default): disabled.
    /// </summary>
    public IProgress<LbfgsTrial>? Trials { get; init; }

    /// <summary>
    /// The observers of the run, such as <see cref="ConsoleProgress"/>, <see cref="CsvProgress"/> and <see cref="TensorBoardProgress"/>;
    /// default none. Python: <c>callbacks</c>.
    /// </summary>
    public IReadOnlyList<LbfgsObserver> Observers { get; init; } = [];

    /// <summary>The name of the kind of options, for messages.</summary>
    private protected string Kind => GetType().Name;

    /// <summary>Checks the values.</summary>
    /// <exception cref="TfLbfgsException">A value is out of range; the message names it.</exception>
    public virtual void Validate()
    {
        Require(MaxIterations >= 0, nameof(MaxIterations), "0 or more", MaxIterations);
        Require(MaxEvaluations >= 1, nameof(MaxEvaluations), "1 or more", MaxEvaluations);
        Require(MemoryLength is null or (>= 1 and <= 1000), nameof(MemoryLength), "1 to 1000, or null", MemoryLength ?? 0);
        Require(GradientTolerance >= 0, nameof(GradientTolerance), "0 or more", GradientTolerance);
        Require(PositionTolerance >= 0, nameof(PositionTolerance), "0 or more", PositionTolerance);
        Require(RelativeLossTolerance >= 0, nameof(RelativeLossTolerance), "0 or more", RelativeLossTolerance);
        Require(AbsoluteLossTolerance >= 0, nameof(AbsoluteLossTolerance), "0 or more", AbsoluteLossTolerance);
        Require(MaxTime is null || MaxTime > TimeSpan.Zero, nameof(MaxTime), "more than zero seconds, or null", MaxTime?.TotalSeconds ?? 0);
        if (Observers is null || Observers.Contains(null))
            throw new TfLbfgsException($"{Kind}.Observers: expected a list without null, received null.");
        Require(TargetLoss is not { } target || !double.IsNaN(target), nameof(TargetLoss), "a number or null", TargetLoss ?? 0);
        Require(SufficientDecrease is > 0 and < 0.5, nameof(SufficientDecrease), "a value between 0 and 0.5", SufficientDecrease);
        Require(Curvature > SufficientDecrease && Curvature < 1, nameof(Curvature), "a value between SufficientDecrease and 1", Curvature);
        Require(MaxLineSearchTrials >= 1, nameof(MaxLineSearchTrials), "1 or more", MaxLineSearchTrials);
        Require(Enum.IsDefined(Execution), nameof(Execution), "a value of Execution", (int)Execution);
    }

    private protected void Require(bool condition, string name, string expected, double received)
    {
        if (!condition)
            throw new TfLbfgsException($"{Kind}.{name}: expected {expected}, received {received.ToString(CultureInfo.InvariantCulture)}.");
    }
}
