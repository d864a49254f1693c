namespace TfLbfgs.Optimization;

/// <summary>
/// The decisions of an iteration, each once, over scalars: the managed loop and the members of a batch run them on numbers of the host, the
/// compiled loop as a graph. Line searches, directions and rules of the user are elsewhere.
/// </summary>
/// <typeparam name="T">The number.</typeparam>
/// <typeparam name="B">The truth value.</typeparam>
internal static class IterationRules<T, B>
    where T : struct, IScalar<T, B>
    where B : struct, ITruth<B>
{
    /// <summary>Before the first search, at a loss.</summary>
    public static RunNumbers<T> Begin(T initialLoss) => new()
    {
        Iterations = 0,
        Evaluations = 0,
        Restarts = 0,
        FailedSearches = 0,
        FailsInRow = 0,
        Floor = 0,
        Unchanged = 0,
        ShortStart = 1,
        FirstStep = 1,
        LastDecrease = 0,
        KeepsMemory = 0,
        ProvenNoise = 0,
        ShownError = 0,
        InitialLoss = initialLoss,
        SlopeLeft = 0,
        CapScore = 0,
    };

    /// <summary>The error of a loss: its rounding, or what is known of it.</summary>
    public static T ErrorOf(T value, RuleLimits<T> limits) =>
        T.Max(T.Max(limits.AbsoluteError, limits.RelativeError * T.Abs(value)), limits.Epsilon * T.Abs(value));

    /// <summary>The band in which a line search judges by slopes alone.</summary>
    public static T Band(T value, T provenNoise, RuleLimits<T> limits) =>
        T.Max(RuleConstants.ErrorsOfBand * ErrorOf(value, limits), provenNoise);

    /// <summary>The band within which the losses of a step say nothing of its curvature.</summary>
    /// <param name="value">The loss at its end.</param>
    /// <param name="numbers">The numbers after its search.</param>
    /// <param name="limits">What the options say.</param>
    public static T BandOfCurvature(T value, RunNumbers<T> numbers, RuleLimits<T> limits) =>
        RuleConstants.BandsOfCurvature * T.Max(Band(value, numbers.ProvenNoise, limits), RuleConstants.NoiseOverError * numbers.ShownError);

    /// <summary>Whether a direction descends, clearly.</summary>
    /// <param name="slope">d.g</param>
    /// <param name="lengthSquared">d.d</param>
    /// <param name="gradientSquared">g.g</param>
    public static B IsDescent(T slope, T lengthSquared, T gradientSquared) =>
        T.IsFinite(slope) & T.IsFinite(lengthSquared) & (slope < 0) & (T.Abs(slope) >= RuleConstants.LeastCosine * T.Sqrt(lengthSquared)
            * T.Sqrt(gradientSquared));

    /// <summary>The first step along -g.</summary>
    public static T FirstSteepestStep(T gradientSquared, T shortStart) => T.Min(1, (T)1 / T.Sqrt(gradientSquared)) * shortStart;

    /// <summary>
    /// Whether the first trial along the next direction of the memory is capped by the last decrease: where that says something of the
    /// next one, and capped trials have suited more of the last searches than not.
    /// </summary>
    public static B IsCapped(RunNumbers<T> numbers) =>
        (numbers.LastDecrease > 0) & (numbers.SlopeLeft <= RuleConstants.MostSlopeLeft) & (numbers.CapScore > 0);

    /// <summary>The first trial along a direction of the memory is at most this over the absolute value of its slope.</summary>
    /// <param name="lastDecrease">By how much the last accepted iteration lowered the loss; infinity where it did not.</param>
    public static T CappedDecrease(T lastDecrease) =>
        T.If(lastDecrease > 0, RuleConstants.RepeatedDecrease * lastDecrease, double.PositiveInfinity);

    /// <summary>The first step along a direction of the memory, before a cap.</summary>
    /// <param name="numbers">The numbers of the run.</param>
    /// <param name="isCapped">Whether there is one.</param>
    public static T FirstLearntStep(RunNumbers<T> numbers, B isCapped) => T.If(isCapped, 1, numbers.FirstStep);

    /// <summary>Whether a step gives a pair: where it moved, and the curvature along it is clearly positive.</summary>
    /// <param name="moved">max |x_i - start_i|</param>
    /// <param name="step">The multiple of the direction.</param>
    /// <param name="directionDotChange">d.y</param>
    /// <param name="directionSquared">d.d</param>
    /// <param name="changeSquared">y.y</param>
    public static B HasPair(T moved, T step, T directionDotChange, T directionSquared, T changeSquared) =>
        (moved > 0) & (step * directionDotChange > RuleConstants.LeastCurvature * Lengths(step, directionSquared, changeSquared));

    /// <summary>|s| |y|</summary>
    public static T Lengths(T step, T directionSquared, T changeSquared) => T.Sqrt(directionSquared) * step * T.Sqrt(changeSquared);

    /// <summary>
    /// The factor of the change of the gradient by which the curvature of a pair is that of the end of its step: the losses add 6 (f0 - f1)
    /// + 3 (g0 + g1).s to s.y, exact on a cubic and zero on a quadratic (Zhang, Deng and Chen 1999). y keeps its direction (Biggs 1973,
    /// Yuan 1991), so that nothing changes but the curvature along s. Within bounds; 1 where the decrease is too near the error of the
    /// loss.
    /// </summary>
    /// <param name="decrease">f0 - f1</param>
    /// <param name="slopes">(g0 + g1).s</param>
    /// <param name="stepDotChange">s.y, positive.</param>
    /// <param name="band">See <see cref="BandOfCurvature"/>.</param>
    public static T FactorOfChange(T decrease, T slopes, T stepDotChange, T band)
    {
        T added = ((T)6 * decrease + (T)3 * slopes) / stepDotChange;
        T bounded = T.Max(-RuleConstants.MostCurvatureLost, T.Min(added, RuleConstants.MostCurvatureGained));
        return T.If(T.Abs(decrease) > band, (T)1 + bounded, 1);
    }

    /// <summary>How far a step may end above the loss where it begins: a part of the last decrease, and nothing along -g.</summary>
    /// <param name="fresh">Whether the direction is -g.</param>
    /// <param name="lastDecrease">By how much the last accepted iteration lowered the loss.</param>
    /// <param name="allowedRise">The part, <see cref="AlgorithmOptions.AllowedRise"/>.</param>
    public static T RiseOf(B fresh, T lastDecrease, T allowedRise) => T.If(fresh, 0, allowedRise * T.Max(0, lastDecrease));

    /// <summary>Counts a search, and judges whether the run is over.</summary>
    /// <param name="before">The numbers before the search; evaluations are counted where they are made.</param>
    /// <param name="found">What the search came to.</param>
    /// <param name="limits">What the options say.</param>
    public static SearchVerdict<T, B> AfterSearch(RunNumbers<T> before, SearchOutcome<T, B> found, RuleLimits<T> limits)
    {
        T error = ErrorOf(found.Value, limits);
        T band = Band(found.Value, before.ProvenNoise, limits);
        T decrease = found.Value - found.NewValue;
        T predicted = (T)(-0.5) * found.Slope;
        B gained = found.Accepted | found.Lower;
        B inVain = found.Failed & !found.Lower;
        // A loss that may rise has made progress where it is lower than ever.
        T progress = found.LowestBefore - found.NewValue;
        T lowest = T.If(gained & (progress >= 0), found.NewValue, found.LowestBefore);

        T fails = T.If(
            found.Failed,
            T.If(progress > RuleConstants.BandsOfProgress * band, 0, before.FailsInRow + 1),
            T.If(found.Accepted & (progress > band), 0, before.FailsInRow));
        T floor = T.If(
            found.Accepted, T.If((T.Abs(decrease) <= band) & (predicted <= RuleConstants.BandsOfPrediction * band), before.Floor + 1, 0),
                before.Floor);
        T unchanged = T.If(found.Accepted, T.If(T.Same(decrease, 0), before.Unchanged + 1, 0), before.Unchanged);
        B keeps = (found.Accepted & (found.HasPair | found.HadPairs)) | (!found.Accepted & found.Lower & found.HasPair) | (
            !gained & !found.Failed & !found.Fresh);
        B isError = (found.Error > 0) & (found.Error <= RuleConstants.MostNoise * (before.InitialLoss - lowest));

        B isFloor = found.Accepted & (limits.FloorIterations > 0) & (floor >= limits.FloorIterations);
        B isPredicted = inVain & !found.Fresh & (predicted <= error) & !found.IsLessNoisy;
        B isHopeless = found.Failed & ((fails > limits.MaxRestarts) | (found.Fresh & inVain & (fails > 1)));
        T end = First(
            (found.Accepted & T.Same(found.Moved, 0), RunEnd.NotMoved),
            (isFloor, RunEnd.Floor),
            (found.Accepted & (unchanged >= RuleConstants.UnchangedIterations), RunEnd.Unchanged),
            (isPredicted, RunEnd.Predicted),
            (isHopeless, RunEnd.Failures));
        B isLearnt = found.Accepted & !found.Fresh;
        RunNumbers<T> after = before with
        {
            Iterations = before.Iterations + Count(gained),
            FailedSearches = before.FailedSearches + Count(found.Failed),
            FailsInRow = fails,
            Floor = floor,
            Unchanged = unchanged,
            ShortStart = T.If(
                found.Accepted, 1, T.If(inVain & found.Fresh, before.ShortStart * RuleConstants.ShrinkOfShortStart, before.ShortStart)),
            FirstStep = T.If(
                found.Accepted, T.If(found.Fresh, 1, T.Min(1, RuleConstants.GrowthOfFirstStep * found.Step)), before.FirstStep),
            LastDecrease = T.If(found.Accepted, decrease, before.LastDecrease),
            SlopeLeft = T.If(gained, found.NewSlope / found.Slope, before.SlopeLeft),
            CapScore = T.If(isLearnt, NextCapScore(before, found), before.CapScore),
            KeepsMemory = Count(keeps),
            ProvenNoise = T.If(
                found.Failed & isError, T.Max(before.ProvenNoise, RuleConstants.NoiseOverError * found.Error), before.ProvenNoise),
            ShownError = T.If(isError, T.Max(before.ShownError, found.Error), before.ShownError),
        };
        return new SearchVerdict<T, B>(after, found.Failed & !keeps, end, predicted);
    }

    /// <summary>
    /// The score of capped first trials after a search along a direction of the memory that accepted a step. Without a cap it rises where
    /// the first trial was too long. With one it rises where the step that was accepted is the capped one, and the minimum that its slopes
    /// predict lies before the trial without a cap. Where the cap changes nothing, it stays.
    /// </summary>
    private static T NextCapScore(RunNumbers<T> before, SearchOutcome<T, B> found)
    {
        T cap = CappedDecrease(before.LastDecrease) / T.Abs(found.Slope);
        T left = found.NewSlope / found.Slope;
        B isShort = (left >= 1) | (cap >= before.FirstStep * ((T)1 - left));
        T suits = T.If(
            IsCapped(before), Count((found.Step <= RuleConstants.SameStep * cap) & !isShort), Count(found.Step < before.FirstStep));
        T next = T.Max(-RuleConstants.MostCapScore, T.Min(before.CapScore + (T)2 * suits - 1, RuleConstants.MostCapScore));
        return T.If(cap < before.FirstStep, next, before.CapScore);
    }

    /// <summary>
    /// The absolute error of the loss that two trials in a row prove; 0: none. Where slopes change from one value to another, the loss
    /// changes by the step times a value between them; what goes beyond is no change of slope.
    /// </summary>
    /// <param name="former">The trial before, finite.</param>
    /// <param name="trial">The trial, finite.</param>
    /// <param name="epsilon">The relative rounding of the loss.</param>
    public static T ProvenError(ZoomPoint<T> former, ZoomPoint<T> trial, T epsilon)
    {
        T moved = trial.Step - former.Step;
        T error = T.Abs(trial.Value - former.Value - moved * (former.Slope + trial.Slope) / 2);
        T rounding = RuleConstants.RoundingInUlps * epsilon * T.Max(T.Abs(trial.Value), T.Abs(former.Value));
        return T.If(error > T.Max(T.Abs(moved * (former.Slope - trial.Slope)), rounding), error, 0);
    }

    /// <summary>The share of the geometric length in that of D for a pair: see <see cref="LengthShare"/>.</summary>
    /// <param name="share">That of the pair before.</param>
    /// <param name="hadPairs">Whether there were pairs before.</param>
    /// <param name="step">The accepted multiple of the direction.</param>
    public static T NextShare(T share, B hadPairs, T step) => T.If(
        hadPairs, T.If(step < 1, T.Max(0, share - LengthShare.LostByShortStep),
            T.Min(LengthShare.Whole, share + LengthShare.RegainedByUnitStep)), LengthShare.Whole);

    /// <summary>The length of D, times y.Dy: see <see cref="LengthShare"/>.</summary>
    /// <param name="share">The share.</param>
    /// <param name="geometric">|s| |y|</param>
    /// <param name="stepDotChange">s.y</param>
    public static T Length(T share, T geometric, T stepDotChange) =>
        geometric * T.Pow(stepDotChange / geometric, (T)1 - share / LengthShare.Whole);

    /// <summary>1 or 0.</summary>
    public static T Count(B condition) => T.If(condition, 1, 0);

    /// <summary>The first end that holds.</summary>
    public static T First(params ReadOnlySpan<(B Holds, RunEnd End)> ends)
    {
        T end = (double)RunEnd.None;
        for (int i = ends.Length - 1; i >= 0; i--)
            end = T.If(ends[i].Holds, (double)ends[i].End, end);
        return end;
    }
}
