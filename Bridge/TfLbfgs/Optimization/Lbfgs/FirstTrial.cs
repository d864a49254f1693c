using Rules = TfLbfgs.Optimization.IterationRules<TfLbfgs.Optimization.HostScalar, TfLbfgs.Optimization.HostTruth>;

namespace TfLbfgs.Optimization;

/// <summary>The first step along a direction that is not known yet.</summary>
/// <param name="Step">The step, where no cap is below it.</param>
/// <param name="Decrease">The cap: the step is at most this over the absolute value of the slope; positive, infinite where there is
/// none.</param>
internal readonly record struct FirstTrial(double Step, double Decrease)
{
    /// <summary>
    /// The <see cref="RunNumbers{T}.CapScore"/> with which a run begins: where there are more variables than pairs, as in networks, the
    /// unit step is often too long at first.
    /// </summary>
    /// <param name="count">n, the number of parameters.</param>
    /// <param name="pairs">m, the most pairs.</param>
    public static double BeginningScore(long count, int pairs) => LengthShare.FollowsSteps(count, pairs) ? 0 : RuleConstants.MostCapScore;

    /// <summary>The first trial along a direction of the memory.</summary>
    /// <param name="numbers">The numbers of the run.</param>
    /// <param name="search">The line search.</param>
    /// <param name="adapts">See <see cref="AlgorithmOptions.AdaptFirstTrial"/>.</param>
    public static FirstTrial Along(RunNumbers<HostScalar> numbers, LineSearch search, bool adapts)
    {
        bool isCapped = adapts && search is CubicZoom && Rules.IsCapped(numbers).Value;
        return new(search.FirstStep(Rules.FirstLearntStep(numbers, isCapped)),
            isCapped ? Rules.CappedDecrease(numbers.LastDecrease) : double.PositiveInfinity);
    }

    /// <summary>The step, once the slope is known: the same arithmetic as on the device.</summary>
    /// <param name="slope">d.g</param>
    public double At(double slope) => double.IsPositiveInfinity(Decrease) ? Step : Math.Min(Step, Decrease / Math.Abs(slope));
}
