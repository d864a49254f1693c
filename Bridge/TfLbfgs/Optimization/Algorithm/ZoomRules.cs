namespace TfLbfgs.Optimization;

/// <summary>The decisions of <see cref="CubicZoom"/>, once: run trial by trial on the host, and as a loop of the graph.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <typeparam name="B">The truth value.</typeparam>
internal static class ZoomRules<T, B>
    where T : struct, IScalar<T, B>
    where B : struct, ITruth<B>
{
    private const double MaxStep = 1e10;
    private const double NearWall = 0.99;
    private const double Growth = 4;
    private const double LeastGrowth = 1.1;
    private const double Margin = 0.1;
    private const double ShrinkFromNonFinite = 0.1;
    /// <summary>A slope that rose by this part of the first one shows a positive curvature.</summary>
    private const double ClearRise = 1e-3;
    private const double SmallestBracket = 1e-14;

    /// <summary>Before the first trial.</summary>
    public static ZoomState<T> Begin(ZoomPoint<T> start, T firstStep) =>
        new(firstStep, start, new ZoomPoint<T>(0, double.PositiveInfinity, 0), 0, double.PositiveInfinity);

    /// <summary>Whether a point lies above the line of sufficient decrease.</summary>
    public static B IsTooHigh(ZoomPoint<T> point, WolfeConditions<T> conditions) =>
        point.Value > conditions.Start.Value + conditions.SufficientDecrease * point.Step * conditions.Start.Slope;

    /// <summary>
    /// Whether a point meets the strong Wolfe conditions, or within the noise the approximate ones of Hager and Zhang 2005.
    /// </summary>
    public static B MeetsWolfe(ZoomPoint<T> point, WolfeConditions<T> conditions)
    {
        T slope = conditions.Start.Slope;
        B strong = !IsTooHigh(point, conditions) & (T.Abs(point.Slope) <= -conditions.Curvature * slope);
        B approximate = (T.Abs(point.Value - conditions.Start.Value) <= conditions.Noise) & (conditions.Curvature * slope <= point.Slope)
            & (point.Slope <= ((T)2 * conditions.SufficientDecrease - 1) * slope);
        return strong | approximate;
    }

    /// <summary>
    /// Whether a point has a positive curvature behind it, and a loss that is low enough where it may rise for once (Grippo, Lampariello
    /// and Lucidi 1986). A point above the start that still descends lies behind a hump, in another basin: it is none.
    /// </summary>
    public static B MeetsNonmonotone(ZoomPoint<T> point, WolfeConditions<T> conditions) =>
        (conditions.Rise > 0) & (point.Slope >= (1 - ClearRise) * conditions.Start.Slope)
            & ((point.Slope >= 0) | (point.Value <= conditions.Start.Value))
            & (point.Value <= conditions.Start.Value + conditions.Rise
                + conditions.SufficientDecrease * point.Step * conditions.Start.Slope);

    /// <summary>Takes a trial.</summary>
    /// <param name="state">Where the search stands.</param>
    /// <param name="trial">What was found at its step.</param>
    /// <param name="isFinite">Whether loss and gradient are finite there.</param>
    /// <param name="conditions">What a step must meet.</param>
    /// <param name="isUsedUp">Whether no further trial is allowed.</param>
    /// <returns>Where it stands then, and a <see cref="ZoomStatus"/> as a number.</returns>
    public static (ZoomState<T> Next, T Status) Next(ZoomState<T> state, ZoomPoint<T> trial, B isFinite, WolfeConditions<T> conditions,
        B isUsedUp)
    {
        // Before there is a bracket the step goes back from a result that is not finite; within one the loss has a hole, and nothing is
        // known of where it ends.
        T wall = T.If(isFinite, state.Wall, T.Min(state.Wall, trial.Step));
        B isOpen = state.HasHigh < 0.5;
        B isTooHigh = IsTooHigh(trial, conditions);
        B becomesHigh = isTooHigh | ((trial.Value >= state.Low.Value) & (!isOpen | (state.Low.Step > 0)));
        B rises = T.If(isOpen, trial.Slope, trial.Slope * (state.High.Step - state.Low.Step)) >= 0;
        B descends = isOpen & !becomesHigh & !rises;
        // Still descending: the step may grow, but not over the wall.
        B isAtEnd = descends & ((trial.Step >= MaxStep) | (trial.Step >= NearWall * wall));
        ZoomPoint<T> high = If(becomesHigh, trial, If(rises, state.Low, state.High));
        ZoomPoint<T> low = If(becomesHigh, state.Low, trial);

        T left = T.Min(low.Step, high.Step);
        T width = T.Abs(high.Step - low.Step);
        // A trial that has loss and slope of an end is that end to rounding, of float32 long before the steps are equal: so is all between.
        B isNarrow = (width <= SmallestBracket * T.Max(T.Abs(high.Step), T.Abs(low.Step)))
            | (!isOpen & (IsSame(trial, state.Low) | IsSame(trial, state.High)));
        T cubic = CubicMinimizer(low, high);
        T inside = T.If(T.IsFinite(cubic), Clamp(cubic, left + Margin * width, left + (1 - Margin) * width), left + 0.5 * width);
        T shorter = state.Low.Step + ShrinkFromNonFinite * (trial.Step - state.Low.Step);
        T step = T.If(isFinite, T.If(descends, Extrapolate(state.Low, trial, wall), inside), shorter);

        B isGood = isFinite & (MeetsWolfe(trial, conditions) | MeetsNonmonotone(trial, conditions) | isAtEnd);
        B isOver = isUsedUp | (isFinite & !descends & isNarrow) | (!isFinite & !isOpen);
        T failure = T.If(
            isFinite, T.If(descends, (double)ZoomStatus.NoBracket, T.If(isNarrow, (double)ZoomStatus.NoWidth, (double)ZoomStatus.Limit)),
                (double)ZoomStatus.NotFinite);
        T status = T.If(isGood, (double)ZoomStatus.Accepted, T.If(isOver, failure, (double)ZoomStatus.Running));
        T hasHigh = T.If(!isOpen | (isFinite & !descends), 1, 0);
        return (new ZoomState<T>(step, If(isFinite, low, state.Low), If(isFinite, high, state.High), hasHigh, wall), status);
    }

    /// <summary>
    /// The minimizer of the cubic through two points and their slopes (Nocedal and Wright 2006, eq. 3.59); not finite where there is none.
    /// </summary>
    public static T CubicMinimizer(ZoomPoint<T> a, ZoomPoint<T> b)
    {
        T d1 = a.Slope + b.Slope - (T)3 * (a.Value - b.Value) / (a.Step - b.Step);
        T d2 = T.Sign(b.Step - a.Step) * T.Sqrt(d1 * d1 - a.Slope * b.Slope);
        return b.Step - (b.Step - a.Step) * (b.Slope + d2 - d1) / (b.Slope - a.Slope + (T)2 * d2);
    }

    /// <summary>One of two points.</summary>
    public static ZoomPoint<T> If(B condition, ZoomPoint<T> then, ZoomPoint<T> otherwise) =>
        new(T.If(condition, then.Step, otherwise.Step), T.If(condition, then.Value, otherwise.Value),
            T.If(condition, then.Slope, otherwise.Slope));

    private static B IsSame(ZoomPoint<T> a, ZoomPoint<T> b) => T.Same(a.Value, b.Value) & T.Same(a.Slope, b.Slope);

    private static T Extrapolate(ZoomPoint<T> low, ZoomPoint<T> trial, T wall)
    {
        T width = trial.Step - low.Step;
        T cubic = CubicMinimizer(low, trial);
        T far = trial.Step + Growth * width;
        T next = T.If(T.IsFinite(cubic) & !(cubic < trial.Step), Clamp(cubic, trial.Step + LeastGrowth * width, far), far);
        return T.If(next >= wall, (trial.Step + wall) / 2, next);
    }

    private static T Clamp(T a, T low, T high) => T.Min(T.Max(a, low), high);
}
