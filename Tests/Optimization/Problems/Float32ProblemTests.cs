using System.Text;
using TfLbfgs.Gradients;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>
/// The problems in float32: position and all vectors of the driver are float32; the loss is computed in float64 at that position, then it
/// and its gradient are rounded. The suite has each sixth problem.
/// </summary>
[Trait("Category", "Reference")]
public sealed class Float32ProblemTests : LeakChecked
{
    /// <summary>What the default options solve by the loose rule, less a few: which rounding happens depends on the processor.</summary>
    private const int Least = 82;

    private static readonly LbfgsOptions Options = new() { MaxIterations = 2000, MaxEvaluations = 20000 };

    [Theory]
    [InlineData("defaults", null)]
    [InlineData("m = 20", 20)]
    public void Minimize_SampleOfProblemsInFloat32_SolvesThemToItsPrecision(string name, int? memory) =>
        Solve(TableSample.Of(Problem.All, 6), name, memory);

    [Theory(Explicit = true)]
    [InlineData("defaults", null)]
    [InlineData("m = 20", 20)]
    public void Minimize_AllProblemsInFloat32_SolvesThemToItsPrecision(string name, int? memory) =>
        StoredResult.Write(memory is null
            ? "problems-float32.txt" : FormattableString.Invariant($"problems-float32-{memory}.txt"), Solve(Problem.All, name, memory));

    private static string Solve(IReadOnlyList<Problem> problems, string name, int? memory)
    {
        StringBuilder table = new();
        table.AppendLine("problem                                  n  loss          reason              evaluations  1e-6  strict");
        ReferenceReport report = new($"lbfgs/problems in float32, {name}");
        int strict = 0;
        int evaluations = 0;
        foreach (Problem problem in problems)
        {
            using Tensor start = Tensor.From(problem.Start.Select(x => (float)x).ToArray());
            using LbfgsResult result = Lbfgs.Minimize(x => Rounded(problem, x), start, Options with { MemoryLength = memory });
            using TensorScope scope = new();
            double loss = problem.Loss(RawOps.Cast(result.Position, DType.Float64)).ToScalar<double>();
            double startValue = problem.Entry.GetProperty("value_at_start").GetDouble();
            bool isLoose = problem.ReachableMinima.Any(minimum => loss - minimum <= 1e-6 * (startValue - minimum));
            bool isStrict = problem.ReachableMinima.Any(minimum => loss <= problem.Threshold(minimum));
            report.Check(problem.Name, () => Assert.True(isLoose, $"loss {loss:R}, {result}"));
            strict += isStrict ? 1 : 0;
            evaluations += result.Evaluations;
            table.AppendLine(FormattableString.Invariant(
                $"{problem.Name,-38} {problem.Start.Length,4}  {loss,-12:G6}  {result.Reason,-18} {result.Evaluations,12} {(isLoose ? "yes" : "no"),5} {(isStrict ? "yes" : "no"),7}"));
        }

        string summary = FormattableString.Invariant($"float32, {name}: of {problems.Count} problems, within 1e-6 (f0 - f*) as counted below, strictly {strict}, evaluations in all {evaluations}");
        table.AppendLine(summary);
        TestContext.Current.TestOutputHelper?.WriteLine(table.ToString());
        Console.WriteLine(summary);
        report.Finish(allowedFailures: Problem.All.Count - Least);
        return table.ToString();
    }

    private static (Tensor Loss, Tensor Gradient) Rounded(Problem problem, Tensor position)
    {
        Tensor x = RawOps.Cast(position, DType.Float64);
        using GradientTape tape = new(persistent: false, watchAccessedVariables: false);
        tape.Watch(x);
        Tensor loss = problem.Loss(x);
        return (RawOps.Cast(loss, DType.Float32),
            RawOps.Cast(tape.Gradient(loss, x, unconnected: UnconnectedGradients.Zero), DType.Float32));
    }
}
