using TfLbfgs.Optimization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>How one problem was solved.</summary>
/// <param name="Loss">The lowest loss that a run without a target found.</param>
/// <param name="Reason">Why that run ended.</param>
/// <param name="Evaluations">All of its evaluations.</param>
/// <param name="Minimum">The index of the known minimum that it reached; null: none.</param>
/// <param name="EvaluationsToTarget">The index from 1 of the first evaluation that reached that minimum.</param>
internal sealed record ProblemRun(double Loss, StopReason Reason, int Evaluations, int? Minimum, int? EvaluationsToTarget)
{
    /// <summary>The limits that the peers had.</summary>
    private static readonly LbfgsOptions Options = new() { MaxIterations = 2000, MaxEvaluations = 20000 };

    public bool Solved => Minimum == 0;

    public bool SolvedLocal => Minimum is not null;

    /// <summary>
    /// Solves a problem with the default options, or by another direction. The index of the evaluation that reaches a minimum is the number
    /// of evaluations of a second run that ends there: a target ends a run
    /// with the first evaluation at or below it, accepted or not, and changes nothing before.
    /// </summary>
    public static ProblemRun Of(Problem problem, IReadOnlyList<double> minima, DirectionMethod? direction = null)
    {
        LbfgsOptions options = Options with { Direction = direction };
        using Tensor start = Tensor.From(problem.Start);
        using LbfgsResult whole = Lbfgs.Minimize(problem.Loss, start, options);
        int index = minima.Select(problem.Threshold).ToList().FindIndex(threshold => whole.Loss <= threshold);
        if (index < 0)
            return new ProblemRun(whole.Loss, whole.Reason, whole.Evaluations, null, null);
        using LbfgsResult reached = Lbfgs.Minimize(problem.Loss, start, options with { TargetLoss = problem.Threshold(minima[index]) });
        return new ProblemRun(whole.Loss, whole.Reason, whole.Evaluations, index, reached.Reason == StopReason.TargetReached
            ? reached.Evaluations : null);
    }
}
