using System.Globalization;
using System.Text;
using System.Text.Json;
using TfLbfgs.Gradients;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Problems;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Tfp;

/// <summary>tfp's results on all problems with 15 sets of options.</summary>
[Trait("Category", "Reference")]
public sealed class TfpResultsReferenceTests : LeakChecked
{
    [Fact]
    public void Probe()
    {
        StringBuilder table = new();
        Dictionary<string, Problem> problems = Problem.All.ToDictionary(problem => problem.Name);
        System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();
        foreach (JsonElement entry in Recorded.File("tfp_results.json").GetProperty("problems").EnumerateArray())
        {
            Problem problem = problems[entry.Text("name")];
            foreach (JsonProperty variant in entry.GetProperty("results").EnumerateObject().Where(v => v.Name != "bfgs_default"))
            {
                using LbfgsResult result = Run(problem, variant.Name);
                JsonElement e = variant.Value;
                table.AppendLine(FormattableString.Invariant($"{problem.Name} {variant.Name} | it {e.Count("num_iterations")} {result.Iterations} | ev {e.Count("num_objective_evaluations")} {result.Evaluations} | c {e.Flags("converged")[0]} {result.Converged} | f {e.Flags("failed")[0]} {result.Failed} | v {e.Number("objective_value"):G9} {result.Loss:G9} | f0 {result.InitialLoss:G6} | {result.Reason} {clock.Elapsed.TotalSeconds:F1}"));
            }
        }
        File.WriteAllText("/tmp/tfp_probe.txt", table.ToString());
    }

    private static LbfgsResult Run(Problem problem, string variant)
    {
        LbfgsOptions options = LbfgsOptions.TfpCompatible;
        options = variant switch
        {
            "default" or "f32" => options,
            "long" => options with { MaxIterations = 500 },
            "m5" => options with { MemoryLength = 5 },
            "m20" => options with { MemoryLength = 20 },
            "f32_tolerance_1e-3" or "tolerance_1e-3" => options with { GradientTolerance = 1e-3 },
            "tolerance_1e-5" => options with { GradientTolerance = 1e-5 },
            "tolerance_1e-10" => options with { GradientTolerance = 1e-10 },
            "x_tolerance_1e-4" => options with { PositionTolerance = 1e-4 },
            "f_relative_tolerance_1e-6" => options with { RelativeLossTolerance = 1e-6 },
            "f_absolute_tolerance_1e-6" => options with { AbsoluteLossTolerance = 1e-6 },
            "max_iterations_1" => options with { MaxIterations = 1 },
            "max_iterations_3" => options with { MaxIterations = 3 },
            "max_iterations_10" => options with { MaxIterations = 10 },
            _ => throw new NotSupportedException(variant),
        };
        if (!variant.StartsWith("f32", StringComparison.Ordinal))
        {
            using Tensor start = Tensor.From(problem.Start);
            return Lbfgs.Minimize(problem.Loss, start, options);
        }

        using Tensor narrow = Tensor.From<float>([.. problem.Start.Select(x => (float)x)]);
        return Lbfgs.Minimize(p => Rounded(problem, p), narrow, options);
    }

    /// <summary>Loss and gradient of a float32 position, computed in float64 and rounded, as they were recorded.</summary>
    private static (Tensor Loss, Tensor Gradient) Rounded(Problem problem, Tensor position)
    {
        Tensor wide = RawOps.Cast(position, DType.Float64);
        using GradientTape tape = new();
        tape.Watch(wide);
        Tensor loss = problem.Loss(wide);
        return (RawOps.Cast(loss, DType.Float32), RawOps.Cast(tape.Gradient(loss, wide)!, DType.Float32));
    }
}
