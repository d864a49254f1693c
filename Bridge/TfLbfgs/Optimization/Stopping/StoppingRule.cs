using static System.FormattableString;

namespace TfLbfgs.Optimization;

/// <summary>
/// A rule that ends a minimization, for <see cref="LbfgsOptions.StopWhen"/>. Rules combine: <c>a &amp; b</c> holds where both hold at once,
/// <c>a | b</c> where one does. Immutable; one rule serves any number of
/// runs. Looked at after each accepted iteration, and before each evaluation too, where time and evaluations count as they are then and
/// everything else as at the last accepted point.
/// </summary>
/// <example><code>
/// StoppingRule rule = StoppingRule.Gradient(1e-4) &amp; StoppingRule.Patience(20) | StoppingRule.Time(TimeSpan.FromMinutes(5));
/// </code></example>
public abstract record StoppingRule
{
    /// <summary>max |g_i| is at most a tolerance: <see cref="StopReason.Converged"/>.</summary>
    /// <param name="tolerance">At least 0.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="TfLbfgsException">The tolerance is negative or NaN.</exception>
    public static StoppingRule Gradient(double tolerance) => new GradientRule(NotNegative(tolerance, nameof(Gradient)), 0);

    /// <summary>max |g_i| is at most a part of what it was at the start: <see cref="StopReason.Converged"/>.</summary>
    /// <param name="tolerance">The part, at least 0, such as 1e-6.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="TfLbfgsException">The tolerance is negative or NaN.</exception>
    public static StoppingRule RelativeGradient(double tolerance) => new GradientRule(0, NotNegative(tolerance, nameof(RelativeGradient)));

    /// <summary>
    /// No component of the position changed by more than a tolerance in an accepted iteration: <see cref="StopReason.PositionTolerance"/>.
    /// </summary>
    /// <param name="tolerance">At least 0.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="TfLbfgsException">The tolerance is negative or NaN.</exception>
    public static StoppingRule Position(double tolerance) => new PositionRule(NotNegative(tolerance, nameof(Position)));

    /// <summary>The loss changed by no more than a tolerance: <see cref="StopReason.LossTolerance"/>.</summary>
    /// <param name="tolerance">At least 0.</param>
    /// <param name="window">Over how many accepted iterations, at least 1; default 1.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="TfLbfgsException">A value is out of range.</exception>
    public static StoppingRule AbsoluteLoss(double tolerance, int window = 1) =>
        new LossRule(NotNegative(tolerance, nameof(AbsoluteLoss)), IsRelative: false, AtLeastOne(window, nameof(AbsoluteLoss)));

    /// <summary>
    /// The loss changed by no more than a tolerance times its former absolute value: <see cref="StopReason.LossTolerance"/>.
    /// </summary>
    /// <param name="tolerance">At least 0.</param>
    /// <param name="window">Over how many accepted iterations, at least 1; default 1.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="TfLbfgsException">A value is out of range.</exception>
    public static StoppingRule RelativeLoss(double tolerance, int window = 1) =>
        new LossRule(NotNegative(tolerance, nameof(RelativeLoss)), IsRelative: true, AtLeastOne(window, nameof(RelativeLoss)));

    /// <summary>
    /// The loss fell by no more than a tolerance times the largest of |f|, |f'| and 1, of the losses before and after an accepted
    /// iteration:
    /// <see cref="StopReason.LossTolerance"/>. Below a loss of 1 it is an absolute tolerance. Python: <c>ftol</c> of
    /// <c>scipy.optimize.minimize(method="L-BFGS-B")</c>.
    /// </summary>
    /// <param name="tolerance">At least 0.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="TfLbfgsException">The tolerance is negative or NaN.</exception>
    public static StoppingRule LossReduction(double tolerance) => new ReductionRule(NotNegative(tolerance, nameof(LossReduction)));

    /// <summary>The loss of an accepted point is at most a target: <see cref="StopReason.TargetReached"/>.</summary>
    /// <param name="loss">The target; not NaN.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="TfLbfgsException">The target is NaN.</exception>
    public static StoppingRule Target(double loss) =>
        new TargetRule(double.IsNaN(loss) ? throw Refused(nameof(Target), "a number", "NaN") : loss);

    /// <summary>
    /// This many accepted iterations in a row brought no improvement of the loss: <see cref="StopReason.NoImprovement"/>. Python:
    /// <c>EarlyStopping(monitor="loss", patience, min_delta)</c>.
    /// </summary>
    /// <param name="iterations">At least 1.</param>
    /// <param name="minimumImprovement">A loss is an improvement when it is lower than the best one by more than this, at least 0; default
    /// 0.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="TfLbfgsException">A value is out of range.</exception>
    public static StoppingRule Patience(int iterations, double minimumImprovement = 0) =>
        new PatienceRule(AtLeastOne(iterations, nameof(Patience)), NotNegative(minimumImprovement, nameof(Patience)));

    /// <summary>So much time has passed since the call: <see cref="StopReason.TimeLimit"/>.</summary>
    /// <param name="limit">More than zero.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="TfLbfgsException">The time is not more than zero.</exception>
    public static StoppingRule Time(TimeSpan limit) =>
        new TimeRule(limit > TimeSpan.Zero
            ? limit : throw Refused(nameof(Time), "more than zero seconds", Invariant($"{limit.TotalSeconds}")));

    /// <summary>Loss and gradient were evaluated so often: <see cref="StopReason.EvaluationLimit"/>.</summary>
    /// <param name="limit">At least 1.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="TfLbfgsException">The limit is out of range.</exception>
    public static StoppingRule Evaluations(int limit) => new EvaluationsRule(AtLeastOne(limit, nameof(Evaluations)));

    /// <summary>This many iterations were accepted: <see cref="StopReason.IterationLimit"/>.</summary>
    /// <param name="limit">At least 1.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="TfLbfgsException">The limit is out of range.</exception>
    public static StoppingRule Iterations(int limit) => new IterationsRule(AtLeastOne(limit, nameof(Iterations)));

    /// <summary>
    /// A condition of your own holds at the start or at an accepted point: <see cref="StopReason.Stopped"/>. What it throws ends the run as
    /// an exception of a callback does.
    /// </summary>
    /// <param name="condition">Asked once for each accepted point, on the thread that minimizes.</param>
    /// <param name="name">What the result says about it, such as <c>the error is below one percent</c>.</param>
    /// <returns>The rule.</returns>
    public static StoppingRule When(Func<LbfgsProgress, bool> condition, string name = "the condition of the caller holds")
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new ConditionRule(condition, name);
    }

    /// <summary>Holds where both rules hold at the same moment.</summary>
    /// <param name="left">One rule.</param>
    /// <param name="right">Another rule.</param>
    public static StoppingRule operator &(StoppingRule left, StoppingRule right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new BothRule(left, right);
    }

    /// <summary>Holds where one of the rules holds; where both do, the left one is named.</summary>
    /// <param name="left">One rule.</param>
    /// <param name="right">Another rule.</param>
    public static StoppingRule operator |(StoppingRule left, StoppingRule right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new EitherRule(left, right);
    }

    /// <summary>The rule in words, for reports.</summary>
    /// <returns>The text.</returns>
    public abstract override string ToString();

    /// <summary>
    /// Begins to watch one run. What a rule must remember of it lives in what is returned, so that one rule serves many runs.
    /// </summary>
    /// <returns>
    /// Called at the start, after each accepted iteration and before each evaluation, in order; gives null where the rule does not hold,
    /// and else why. Cheap: it sees numbers only.
    /// </returns>
    protected internal abstract Func<StoppingMoment, StoppingVerdict?> Begin();

    private static double NotNegative(double value, string rule) =>
        value >= 0 ? value : throw Refused(rule, "0 or more", Invariant($"{value}"));

    private static int AtLeastOne(int value, string rule) => value >= 1 ? value : throw Refused(rule, "1 or more", Invariant($"{value}"));

    private static TfLbfgsException Refused(string rule, string expected, string received) =>
        new($"StoppingRule.{rule}: expected {expected}, received {received}.");
}
