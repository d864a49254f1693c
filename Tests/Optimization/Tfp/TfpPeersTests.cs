using System.Globalization;
using System.Text.Json;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Tfp;

/// <summary>
/// Batches that no file records, run by the real tfp beside: random starts, both dtypes, both stopping conditions, tolerances, few pairs,
/// short searches.
/// </summary>
[Trait("Category", "Peers")]
public sealed class TfpPeersTests : LeakChecked
{
    private const string Program =
        """
        import json, sys
        import numpy as np, tensorflow as tf, tensorflow_probability as tfp
        tf.config.threading.set_intra_op_parallelism_threads(1)
        given = json.load(open(sys.argv[1]))
        out = []
        for case in given:
            dtype = case["dtype"]
            def himmelblau(x):
                a, b = x[..., 0], x[..., 1]
                p, q = a * a + b - 11, a + b * b - 7
                return p * p + q * q, tf.stack([4 * a * p + 2 * q, 2 * p + 4 * b * q], -1)
            r = tfp.optimizer.lbfgs_minimize(
                himmelblau, tf.constant(np.array(case["start"]).reshape(-1, 2), dtype), num_correction_pairs=case["m"], tolerance=case["tolerance"],
                max_iterations=case["iterations"], max_line_search_iterations=case["search"],
                stopping_condition=tfp.optimizer.converged_any if case["any"] else tfp.optimizer.converged_all)
            out.append({"converged": r.converged.numpy().tolist(), "failed": r.failed.numpy().tolist(), "iterations": int(r.num_iterations),
                        "evaluations": int(r.num_objective_evaluations), "position": np.float64(r.position).ravel().tolist(),
                        "deltas": np.float64(r.position_deltas).ravel().tolist()})
        print("RESULT" + json.dumps(out))
        """;

    [Fact]
    public void MinimizeBatch_RandomStarts_EqualsTfp()
    {
        Peers.Require();
        Random random = new(11);
        List<Case> cases = [];
        foreach (string dtype in (string[])["float64", "float32"])
        {
            foreach (bool any in (bool[])[false, true])
            {
                double tolerance = dtype == "float64" ? 1e-8 : 1e-3;
                cases.Add(new Case(dtype, Starts(40), 10, tolerance, 50, 50, any));
                cases.Add(new Case(dtype, Starts(40), 2, tolerance, 50, 50, any));
                cases.Add(new Case(dtype, Starts(40), 10, tolerance, 50, 2, any));
                cases.Add(new Case(dtype, Starts(40), 10, tolerance, 4, 50, any));
            }
        }

        string input = Path.GetTempFileName();
        string output;
        try
        {
            File.WriteAllText(input,
                JsonSerializer.Serialize(
                cases.Select(c => new
                {
                    dtype = c.DType,
                    start = c.Start,
                    m = c.Pairs,
                    tolerance = c.Tolerance,
                    iterations = c.Iterations,
                    search = c.Search,
                    any = c.Any
                })));
            output = Peers.Run(Program, input);
        }
        finally
        {
            File.Delete(input);
        }

        using JsonDocument document = JsonDocument.Parse(output[(output.LastIndexOf("RESULT", StringComparison.Ordinal) + 6)..]);
        foreach ((Case c, JsonElement expected) in cases.Zip(document.RootElement.EnumerateArray()))
            Compare(c, expected);

        double[] Starts(int count) => [.. Enumerable.Range(0, 2 * count).Select(_ => Math.Round(random.NextDouble() * 12 - 6, 3))];
    }

    private static void Compare(Case c, JsonElement expected)
    {
        using Tensor wide = Tensor.From<double>(c.Start, [c.Start.Length / 2, 2]);
        using Tensor start = RawOps.Cast(wide, c.DType == "float32" ? DType.Float32 : DType.Float64);
        using LbfgsBatchResult result = Lbfgs.MinimizeBatch(Himmelblau, start, LbfgsOptions.TfpCompatible with
        {
            MemoryLength = c.Pairs,
            GradientTolerance = c.Tolerance,
            MaxIterations = c.Iterations,
            MaxLineSearchTrials = c.Search,
            StoppingCondition = c.Any ? BatchStopping.Any : BatchStopping.All,
        });
        Assert.Equal(expected.GetProperty("converged").EnumerateArray().Select(flag => flag.GetBoolean()), result.Converged);
        Assert.Equal(expected.GetProperty("failed").EnumerateArray().Select(flag => flag.GetBoolean()), result.Failed);
        Assert.Equal((expected.Count("iterations"), expected.Count("evaluations")), (result.Iterations, result.Evaluations));
        Assert.Equal(expected.GetProperty("position").EnumerateArray().Select(x => x.GetDouble()), result.Position.ToDoubles(), Near);
        Assert.Equal(expected.GetProperty("deltas").EnumerateArray().Select(x => x.GetDouble()), result.PositionDeltas.ToDoubles(), Near);
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{c.DType} m {c.Pairs} search {c.Search} any {c.Any}: {result}"));
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-6 * Math.Max(1, Math.Abs(a));

    private static (Tensor, Tensor) Himmelblau(Tensor x)
    {
        (Tensor a, Tensor b) = (x[TensorIndex.Ellipsis, 0], x[TensorIndex.Ellipsis, 1]);
        Tensor p = a * a + b - 11;
        Tensor q = a + b * b - 7;
        return (p * p + q * q, RawOps.Pack([4 * a * p + 2 * q, 2 * p + 4 * b * q], -1));
    }

    private sealed record Case(string DType, double[] Start, int Pairs, double Tolerance, int Iterations, int Search, bool Any);
}
