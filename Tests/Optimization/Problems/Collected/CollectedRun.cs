using TfLbfgs.Optimization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.Optimization.Problems.Collected;

/// <summary>How one collected problem was solved.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="Loss">The lowest loss.</param>
/// <param name="Reason">Why the run ended.</param>
/// <param name="Evaluations">All of its evaluations.</param>
/// <param name="EvaluationsToTarget">
/// The index from 1 of the first evaluation that reached a known minimum, or the loss of SciPy on a network; null: none did.
/// </param>
internal sealed record CollectedRun(CollectedProblem Problem, double Loss, StopReason Reason, int Evaluations, int? EvaluationsToTarget)
{
    /// <summary>The limits that SciPy had.</summary>
    public static LbfgsOptions Options { get; } = new() { MaxIterations = 2000, MaxEvaluations = 20000 };

    /// <summary>On a network the run may take twice the evaluations that SciPy had.</summary>
    private const int NetworkEvaluations = 800;

    /// <summary>Whether the lowest loss is below all minima that SciPy's methods found, by more than the threshold.</summary>
    public bool IsLower =>
        !Problem.IsNetwork && EvaluationsToTarget is not null
            && Loss < 2 * Problem.Entry.GetProperty("minima")[0].GetDouble() - Problem.Targets[0];

    /// <summary>Our evaluations to the target over SciPy's, where both reached one.</summary>
    public double? Ratio => EvaluationsToTarget / (double?)Problem.SciPyEvaluations;

    /// <summary>Minimizes.</summary>
    public static CollectedRun Of(CollectedProblem problem, LbfgsOptions options)
    {
        Losses losses = new();
        using Tensor start = Tensor.From(problem.Start);
        int most = problem.IsNetwork ? NetworkEvaluations : options.MaxEvaluations;
        using LbfgsResult result = Lbfgs.Minimize(problem.Loss, start, options with { Trials = losses, MaxEvaluations = most });
        double loss = result.Loss;
        double? target = problem.Targets.Select(target => (double?)target).FirstOrDefault(target => loss <= target);
        return new CollectedRun(problem, loss, result.Reason, result.Evaluations, target is null ? null : losses.FirstAtMost(target.Value));
    }
}
