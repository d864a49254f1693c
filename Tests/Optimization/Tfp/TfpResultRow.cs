using System.Text.Json;
using TfLbfgs.Gradients;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Problems;

namespace TfLbfgs.Tests.Optimization.Tfp;

/// <summary>One result of <c>lbfgs/tfp_results.json</c>: a problem with one set of options.</summary>
internal sealed record TfpResultRow(Problem Problem, string Variant, JsonElement Expected)
{
    public string Id => $"{Problem.Name} {Variant}";

    public bool IsNarrow => Variant.StartsWith("f32", StringComparison.Ordinal);

    public double Value => Expected.Number("objective_value");

    public int Evaluations => Expected.Count("num_objective_evaluations");

    public int Iterations => Expected.Count("num_iterations");

    public bool Converged => Expected.Flags("converged")[0];

    public bool Failed => Expected.Flags("failed")[0];

    /// <summary>All rows of L-BFGS, in the order of the file; those of problems that are not known here are left out.</summary>
    public static IEnumerable<TfpResultRow> All(params string[] variants)
    {
        Dictionary<string, Problem> problems = Problem.All.ToDictionary(problem => problem.Name);
        foreach (JsonElement entry in Recorded.File("tfp_results.json").GetProperty("problems").EnumerateArray())
        {
            if (!problems.TryGetValue(entry.Text("name"), out Problem? problem))
                continue;
            foreach (JsonProperty variant in entry.GetProperty("results").EnumerateObject()
                .Where(v => variants.Length > 0 ? variants.Contains(v.Name) : v.Name != "bfgs_default"))
                yield return new TfpResultRow(problem, variant.Name, variant.Value);
        }
    }

    /// <summary>The row's options on top of others.</summary>
    public TfpOptions Options(TfpOptions options) => Variant switch
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
        _ => throw new NotSupportedException(Variant),
    };

    public Tensor Start() => IsNarrow ? Tensor.From<float>([.. Problem.Start.Select(x => (float)x)]) : Tensor.From(Problem.Start);

    /// <summary>By tfp's rules.</summary>
    /// <param name="scale">By what loss and gradient are multiplied; a little off 1 it changes how everything is rounded, and nothing
    /// else.</param>
    public LbfgsResult Run(double scale = 1)
    {
        using Tensor start = Start();
        return Lbfgs.Minimize(x => LossAndGradient(x, scale), start, Options(LbfgsOptions.TfpCompatible));
    }

    /// <summary>Loss and gradient; of a float32 position computed in float64 and rounded, as they were recorded.</summary>
    public (Tensor Loss, Tensor Gradient) LossAndGradient(Tensor position, double scale = 1)
    {
        Tensor wide = IsNarrow ? RawOps.Cast(position, DType.Float64) : position;
        using GradientTape tape = new();
        tape.Watch(wide);
        Tensor loss = Problem.Loss(wide);
        Tensor gradient = tape.Gradient(loss, wide);
        if (scale != 1)
            (loss, gradient) = (loss * scale, gradient * scale);
        return IsNarrow ? (RawOps.Cast(loss, DType.Float32), RawOps.Cast(gradient, DType.Float32)) : (loss, gradient);
    }
}
