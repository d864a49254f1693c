using System.Diagnostics;
using System.Text;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Problems.Collected;

/// <summary>
/// What more pairs gain and cost, by the number of parameters: the figures behind <see cref="MemoryTable"/>, on families of the tuning
/// half.
/// </summary>
public sealed class MemoryLengthTests : LeakChecked
{
    private const double Reduction = 1e-6;

    /// <summary>Families of the tuning half that can be of any size.</summary>
    private static readonly string[] Names =
    [
        "generalized_white_holst", "perturbed_quadratic", "hager", "extended_maratos", "quadratic_diagonal_perturbed",
            "extended_tridiagonal2",
        "generalized_quartic2", "chained_wood", "generalized_broyden_tridiagonal", "generalized_brown", "dixon_price",
    ];

    private static readonly int[] Lengths = [5, 10, 20, 50, 100];

    /// <summary>Evaluations until max |g| has fallen to a millionth, summed over the families; runs end at 500 evaluations.</summary>
    [Theory(Explicit = true)]
    [InlineData(100)]
    [InlineData(1_000)]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public void Evaluations_ByLength_Stored(int count)
    {
        StringBuilder text = new();
        foreach (string name in Names)
        {
            CollectedFamily family = CollectedProblem.FamilyOf(name);
            using Tensor start = Tensor.From([.. Enumerable.Range(1, count).Select(i => family.Start(i, count))]);
            string[] cells = [.. Lengths.Select(length => Cell(family, start, length))];
            text.AppendLine($"{name,-34} {string.Join("  ", cells)}");
        }

        StoredResult.Write(FormattableString.Invariant($"memory-lengths-{count}.txt"), text.ToString());
    }

    /// <summary>Processor time of an iteration with a full memory, in microseconds; nothing is asserted about times.</summary>
    [Theory(Explicit = true)]
    [InlineData(100)]
    [InlineData(1_000)]
    [InlineData(10_000)]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    public void ProcessorTime_ByLength_Printed(int count)
    {
        CollectedFamily family = CollectedProblem.FamilyOf("generalized_white_holst");
        using Tensor start = Tensor.From([.. Enumerable.Range(1, count).Select(i => family.Start(i, count))]);
        foreach (int length in Lengths.Where(length => (long)length * count <= 20_000_000))
        {
            TimeSpan begun = TimeSpan.Zero;
            TimeSpan spent = TimeSpan.Zero;
            LbfgsOptions options = new()
            {
                MemoryLength = length,
                MaxIterations = length + 40,
                GradientTolerance = 0,
                Callback = progress =>
                {
                    if (progress.Iteration == length + 10)
                        begun = Process.GetCurrentProcess().TotalProcessorTime;
                    if (progress.Iteration == length + 40)
                        spent = Process.GetCurrentProcess().TotalProcessorTime - begun;
                    return LbfgsAction.Continue;
                },
            };
            using LbfgsResult result = Lbfgs.Minimize(family.Loss, start, options);
            TestContext.Current.TestOutputHelper?.WriteLine(
                FormattableString.Invariant($"n {count}, {length} pairs: {1e6 * spent.TotalSeconds / 30:F0} us an iteration"));
        }
    }

    private static string Cell(CollectedFamily family, Tensor start, int length)
    {
        LbfgsOptions options = new() { MemoryLength = length, MaxEvaluations = 500, FloorIterations = 0 };
        double first = 0;
        options = options with
        {
            Callback = progress =>
            {
                first = progress.Iteration == 0 ? progress.GradientNorm : first;
                return progress.GradientNorm <= Reduction * first ? LbfgsAction.Stop : LbfgsAction.Continue;
            },
        };
        using LbfgsResult result = Lbfgs.Minimize(family.Loss, start, options);
        return FormattableString.Invariant($"{result.Evaluations,4}{(result.Reason == StopReason.EvaluationLimit ? '>' : ' ')}");
    }
}
