using System.Numerics;
using System.Text.Json;
using TfLbfgs.Optimization;
using TfLbfgs.Tests.Optimization.Tfp;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>
/// The line search by itself against <c>tfp.optimizer.linesearch.hager_zhang</c>: results, counts, and every point that is evaluated.
/// </summary>
[Trait("Category", "Reference")]
public sealed class HagerZhangReferenceTests
{
    [Fact]
    public void Search_OfEachLine_EvaluatesTheSamePoints()
    {
        JsonElement file = Recorded.File("linesearch.json");
        ReferenceReport report = new("lbfgs/linesearch");
        foreach ((JsonElement entry, int i) in file.GetProperty("cases").EnumerateArray()
            .Concat(file.GetProperty("batched_cases").EnumerateArray()).Select((entry, i) => (entry, i)))
        {
            string name = entry.Text("function");
            if (!LineFunctions.All.TryGetValue(name, out Func<double, (double, double)>? function))
                report.Skip();
            else if (entry.Text("dtype") == "float32")
                report.Check($"{i} {name}", () => Compare<float>(entry, function, 1e-6));
            else
                report.Check($"{i} {name}", () => Compare<double>(entry, function, 1e-9));
        }

        report.Finish();
    }

    private static void Compare<T>(JsonElement entry, Func<double, (double Value, double Slope)> function, double tolerance)
        where T : IBinaryFloatingPointIeee754<T>
    {
        JsonElement options = entry.GetProperty("options");
        Lines<T> lines = new(function);
        HagerZhang<T> search = new(
            new HagerZhangOptions
            {
                ApproximateWolfe = options.Number("threshold_use_approximate_wolfe_condition"),
                Shrinkage = options.Number("shrinkage_param"),
                Expansion = options.Number("expansion_param"),
                SufficientDecrease = options.Number("sufficient_decrease_param"),
                Curvature = options.Number("curvature_param"),
                MaxIterations = options.Count("max_iterations"),
            },
            lines);
        HagerZhangResult<T> found = search.Search([.. entry.Numbers("initial_step_size").Select(T.CreateTruncating)], null, null);

        JsonElement expected = entry.GetProperty("result");
        Assert.Equal(expected.Flags("converged"), found.Converged);
        Assert.Equal(expected.Flags("failed"), found.Failed);
        Assert.Equal(expected.Numbers("iterations"), found.Iterations.Select(n => (double)n));
        Assert.Equal(expected.Count("func_evals"), found.Evaluations);
        double[] points = expected.Numbers("evaluated_points");
        Assert.Equal(points.Length, lines.Points.Count);
        Assert.Equal(points, lines.Points, (a, b) => Near(a, b, tolerance));
        Assert.Equal(expected.GetProperty("left").Numbers("x"), found.Left.Select(p => double.CreateChecked(p.Step)),
            (a, b) => Near(a, b, tolerance));
        Assert.Equal(expected.GetProperty("right").Numbers("x"), found.Right.Select(p => double.CreateChecked(p.Step)),
            (a, b) => Near(a, b, tolerance));
        Assert.Equal(expected.GetProperty("left").Numbers("f"), found.Left.Select(p => double.CreateChecked(p.Value)),
            (a, b) => Near(a, b, tolerance));
    }

    private static bool Near(double a, double b, double tolerance) =>
        a.Equals(b) || Math.Abs(a - b) <= tolerance * Math.Max(1, Math.Abs(a));

    private sealed class Lines<T>(Func<double, (double Value, double Slope)> function) : ILineFunction<T>
        where T : IBinaryFloatingPointIeee754<T>
    {
        private int _trial;

        public List<double> Points { get; } = [];

        public HagerZhangPoint<T>[] Evaluate(T[] steps)
        {
            Points.AddRange(steps.Select(double.CreateChecked));
            _trial++;
            return [.. steps.Select(step =>
            {
                (double value, double slope) = function(double.CreateChecked(step));
                return new HagerZhangPoint<T>(step, T.CreateTruncating(value), T.CreateTruncating(slope), _trial);
            })];
        }

        public void KeepOnly(params ReadOnlySpan<HagerZhangPoint<T>[]> points)
        {
        }
    }
}
