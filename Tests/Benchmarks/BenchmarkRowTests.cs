using System.Text.Json;
using TfLbfgs.Benchmarks.Measuring;
using TfLbfgs.Benchmarks.Reporting;
using TfLbfgs.Benchmarks.Solvers;
using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Benchmarks;

public sealed class BenchmarkRowTests : LeakChecked
{
    /// <summary>The fields of the peers' bench.py, in its order.</summary>
    private static readonly string[] FieldsOfPeers =
    [
        "workload", "solver", "flatten", "seconds", "first_seconds", "evaluations", "iterations", "loss", "raw_us", "overhead", "target",
            "iterations_to_target", "seconds_to_target", "peak_mib",
    ];

    [Fact]
    public void ToJson_OfMeasuredRow_HasEveryFieldOfThePeers()
    {
        BenchmarkRow row =
            RowMeasurement.Measure(Workload.Find("rosenbrock"), Variant.Find("tflbfgs-traced"),
            new MeasuringOptions(60, 1, WithTarget: true));
        using JsonDocument json = JsonDocument.Parse(row.ToJson());
        Assert.Equal(FieldsOfPeers, json.RootElement.EnumerateObject().Take(FieldsOfPeers.Length).Select(field => field.Name));
        Assert.All(FieldsOfPeers, field => Assert.NotEqual(JsonValueKind.Null, json.RootElement.GetProperty(field).ValueKind));
        Assert.True(row.Loss <= row.Target, $"loss {row.Loss}");
        Assert.InRange(row.IterationsToTarget!.Value, 8, row.Iterations!.Value);
        Assert.InRange(row.Reads!.Value, row.Evaluations!.Value, row.Evaluations.Value + row.Iterations.Value);
        Assert.InRange(row.NativeCalls!.Value, 1, 20);
        Assert.True(row.FirstSeconds > 0 && row.Seconds > 0 && row.SecondsToTarget > 0 && row.PeakMib > 50 && row.AllocatedBytes > 0);
    }

    [Fact]
    public void Parse_OfPythonsRow_ReadsWhatJsonDoesNotHave()
    {
        BenchmarkRow row = BenchmarkRow.Parse(
            """{"workload": "mlp", "solver": "scipy", "flatten": "split", "seconds": 0.5, "evaluations": 7, "loss": NaN, "overhead": -Infinity, "seconds_to_target": null, "raw_us": 12.5}""");
        Assert.Equal(("mlp", "scipy", "split", 7), (row.Workload, row.Solver, row.Flatten, row.Evaluations));
        Assert.Equal((0.5, 12.5), (row.Seconds, row.RawUs));
        Assert.Equal((null, null, null), (row.Loss, row.Overhead, row.SecondsToTarget));
    }

    [Fact]
    public void Parse_OfOwnRow_GivesItBack()
    {
        BenchmarkRow row = new()
        {
            Workload = "seed",
            Solver = "tflbfgs",
            Flatten = "split",
            Seconds = 0.25,
            IterationsToTarget = 12,
            PeakMib = 300,
            Note = "a \"note\""
        };
        Assert.Equal(row, BenchmarkRow.Parse(row.ToJson()));
    }

    [Fact]
    public void Of_OwnAndPeers_DividesTimesToTarget()
    {
        BenchmarkRow own = new() { Workload = "seed", Solver = "tflbfgs", SecondsToTarget = 0.2, FirstSecondsToTarget = 3 };
        BenchmarkRow reached = new() { Workload = "seed", Solver = "scipy", SecondsToTarget = 0.4, FirstSecondsToTarget = 2 };
        BenchmarkRow late = new() { Workload = "seed", Solver = "tfp-eager", Note = "not reached" };
        Assert.Equal([new Ratio("tflbfgs", "scipy", 0.5, 1.5), new Ratio("tflbfgs", "tfp-eager", null, null)],
            Ratio.Of([own], [reached, late]));
    }

    [Fact]
    public void Find_OfUnknownName_NamesThoseThatExist()
    {
        Assert.Contains("seed, pinn, mlp, rosenbrock, quadratic", Assert.Throws<TfLbfgsException>(() => Workload.Find("sead")).Message,
            StringComparison.Ordinal);
        Assert.Contains("tflbfgs-traced", Assert.Throws<TfLbfgsException>(() => Variant.Find("lbfgs")).Message, StringComparison.Ordinal);
    }
}
