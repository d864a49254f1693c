using System.Diagnostics;
using System.Text;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Problems.Collected;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Compiled;

/// <summary>
/// What compiled calls save per evaluation and cost to compile, by the number of parameters: the figures behind
/// <see cref="ExecutionTable"/>. Nothing is asserted about times.
/// </summary>
public sealed class ExecutionTiersTests : LeakChecked
{
    private const int Iterations = 300;

    private static readonly string[] Families = ["generalized_white_holst", "perturbed_quadratic", "hager"];

    private static readonly string[] Objectives =
        ["users_classifier_513", "users_two_losses_382", "users_autoencoder_2128", "users_pinn_reaction_82"];

    [Fact(Explicit = true)]
    public void Evaluations_ThatACompilationIsWorth_Stored()
    {
        StringBuilder text = new();
        text.AppendLine("objective                             n    m  executor us  compiled us  compilation s  pays after");
        foreach (int count in (int[])[100, 1_000, 10_000, 20_000, 100_000])
        {
            foreach (string name in Families)
            {
                CollectedFamily family = CollectedProblem.FamilyOf(name);
                using Tensor start = Tensor.From([.. Enumerable.Range(1, count).Select(i => family.Start(i, count))]);
                text.AppendLine(Row(name, family.Loss, start));
            }
        }

        foreach (string name in Objectives)
        {
            CollectedProblem problem = CollectedProblem.All().Single(problem => problem.Name == name);
            using Tensor start = Tensor.From(problem.Start);
            text.AppendLine(Row(name, problem.Loss, start));
        }

        StoredResult.Write("execution-tiers.txt", text.ToString());
    }

    private static string Row(string name, Func<Tensor, Tensor> loss, Tensor start)
    {
        (double traced, _) = Measure(loss, start, Execution.Traced);
        (double compiled, double compilation) = Measure(loss, start, Execution.CompiledCalls);
        string worth = compiled < traced ? FormattableString.Invariant($"{compilation / (traced - compiled),10:F0}") : "     never";
        return FormattableString.Invariant(
            $"{name,-32} {start.Shape[0],6} {MemoryTable.Length(start.Shape[0], start.DType),4} {1e6 * traced,12:F0} {1e6 * compiled,12:F0} {compilation,14:F2}  {worth}");
    }

    /// <summary>
    /// Seconds of an evaluation once everything is traced and compiled, the best of three runs, and what the first run took beyond that.
    /// </summary>
    private static (double Evaluation, double Preparation) Measure(Func<Tensor, Tensor> loss, Tensor start, Execution execution)
    {
        LbfgsOptions options = new() { Execution = execution, GradientTolerance = 0, FloorIterations = 0, MaxIterations = Iterations };
        using LbfgsMinimizer minimizer = new(new FunctionObjective(loss, start), options);
        double first = 0;
        double best = double.PositiveInfinity;
        int evaluations = 0;
        for (int run = 0; run < 4; run++)
        {
            Stopwatch clock = Stopwatch.StartNew();
            using LbfgsResult result = minimizer.Minimize(start);
            double seconds = clock.Elapsed.TotalSeconds;
            evaluations = result.Evaluations;
            if (run == 0)
                first = seconds;
            else
                best = Math.Min(best, seconds);
        }

        return (best / evaluations, first - best);
    }
}
